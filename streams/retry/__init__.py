"""Waiting for a server that is away.

What comes in: errors of clients. What goes out: whether to try again, and after how long.
"""
