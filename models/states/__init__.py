"""Exact, additive states of groups: totals, multisets and extremes, as columns of Arrow, changed by numpy.

In: rows added and rows retracted. Out: what they change for each group, that merged with what a group's state was, and
the columns of a feature table. Nothing here is rounded, and nothing overflows silently.
"""
