"""Values of records to rows.

What comes in: values of records, and JSON of rows that Postgres stores. What goes out: the same rows as columns.
"""
