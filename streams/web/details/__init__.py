"""Pages of one group, one row, one column of features, and of what is declared.

What comes in: a table and a key or a column. What goes out: JSON, values as texts for people.
"""
