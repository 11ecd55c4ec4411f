"""The Faust tables: the state of each group beside Postgres, and their changelogs.

What comes in: the states that a committed transaction wrote. What goes out: the same for the next transaction.
"""
