"""The worker's way to Postgres: schema, connections, binary forms.

What comes in: settings. What goes out: connections that cannot hang, to a database of the right version.
"""
