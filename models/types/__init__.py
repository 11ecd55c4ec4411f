"""Types of declared columns: what a column may hold, and what Arrow and Postgres call it.

In: the annotations of a Row. Out: `Column`s with a `ColumnType` each, which everything else is derived from.
"""
