"""Aggregates of a group's rows: one module each.

In: what a Features class says and the columns of its rows. Out: the columns of the feature table, checked.
"""
