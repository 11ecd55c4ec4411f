"""Loads: what their manifests say, and loads started from the web.

What comes in: records of topic `loads`. What goes out: rows of `loads` and `load_files`, and lists of them.
"""
