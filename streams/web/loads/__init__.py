"""Pages that load files, show what would come of loading them, and list loads.

What comes in: files by multipart/form-data. What goes out: JSON that says what came of them.
"""
