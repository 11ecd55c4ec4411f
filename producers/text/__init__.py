"""Bytes to lines: encodings, dialects.

What comes in: streams of bytes. What goes out: lines of bounded length, and how their fields are separated and quoted.
"""
