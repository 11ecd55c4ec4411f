"""What people and programs ask of the tables: audit, report, status, the page's data.

What comes in: questions. What goes out: answers read from Postgres and Kafka; nothing is changed.
"""
