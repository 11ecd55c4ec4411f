"""A model proposed from files that none knows yet: kinds, types, keys, references and features, each with its evidence.

What comes in: files. What goes out: the text of a model file.
"""
