"""Tables as files: a snapshot of one table, streamed to Parquet, CSV or JSON lines.

What comes in: the name of a table. What goes out: a file that appears once it is complete, or standard output.
"""
