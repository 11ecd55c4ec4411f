"""Dead letters: what is not a row, kept with its reason.

What comes in: rejected rows of files, and records that are not rows of their topic. What goes out: rows of `rejects`,
lists and files to be corrected.
"""
