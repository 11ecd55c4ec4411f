"""The worker's web server: pages for people, and the API.

What comes in: HTTP requests. What goes out: HTML, JSON, server-sent events, metrics.
"""
