"""What files show of their columns before there is a model: values, tried types, repeats.

What comes in: files. What goes out: evidence of each kind of files and each of its columns.
"""
