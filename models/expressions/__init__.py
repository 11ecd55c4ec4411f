"""Expressions over the columns of a row, as a declaration writes them.

In: a text such as `quantity * unit_price` and the columns. Out: a typed tree, which `compile` makes Arrow or SQL of.
"""
