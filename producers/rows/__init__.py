"""What a row is: kinds of files, their columns, and the verdict on each row.

What comes in: fields of a row. What goes out: a key and a JSON value, or a dead letter with file, line, field and
reason.
"""
