"""The Faust table: the state of each group beside Postgres, and its changelog.

What comes in: the aggregates that a committed transaction wrote. What goes out: the same for the next transaction.
"""
