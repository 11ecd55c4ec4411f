"""What rows change of their users' features.

What comes in: rows stored and rows replaced, as columns. What goes out: rows of `user_features`, right at every commit.
"""
