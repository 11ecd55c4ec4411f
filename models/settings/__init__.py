"""How a process is set up.

What comes in: environment variables, and the files that some of them name. What goes out: checked settings.
"""
