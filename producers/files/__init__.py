"""One CSV file: found, recognised, read row by row or by the block.

What comes in: sources. What goes out: rows with their true line numbers.
"""
