"""The text of a field: what value it is, by the type of its column.

What comes in: texts from a file. What goes out: values within their limits, or what is wrong with a text.
"""
