"""What rows change of their groups' features.

What comes in: rows stored and rows replaced, as columns. What goes out: rows of the feature tables, right at every
commit.
"""
