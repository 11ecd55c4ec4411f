"""A declaration: the classes of a model file, checked, and as plain values that everything else follows from.

In: a Python file with classes of `Row` and `Features`. Out: a `Model`, or all that is wrong with the file.
"""
