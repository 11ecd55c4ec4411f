"""How the worker's process is observed and ended: metrics, logs, memory, shutdown.

What comes in: what the other packages count and log. What goes out: metrics, log lines, exit codes.
"""
