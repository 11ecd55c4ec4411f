"""What rows change of their groups' features.

What comes in: rows stored and rows replaced, as columns. What goes out: feature rows, right at every commit.
"""
