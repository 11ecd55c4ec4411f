"""Aggregates of a group's rows: one module each.

In: what a Features class says and the columns of its rows. Out: the columns of the feature table, checked.

A new one is a module here, its name in `models.declare`, and a state in `models.states` if none there will do. An
aggregate says its columns and states when the model is loaded, its values for each batch of groups, and its plain SQL
for the audit alone.
"""
