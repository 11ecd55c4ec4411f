"""Values of records to rows.

What comes in: the bytes of a micro-batch's values. What goes out: rows as objects or as columns, deletions, and what
cannot be decoded.
"""
