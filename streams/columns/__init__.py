"""Columns, whatever they hold: bytes, text, spans of varying length, one value for all.

What comes in: values of many records. What goes out: arrays that are read without a look at each record in Python.
"""
