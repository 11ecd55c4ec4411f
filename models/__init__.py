"""What the data is: rows and features as a model declares them, publications, topics. Imports none of ours.

What comes in: a model. What goes out: what follows from it for both sides of Kafka, in packages of their own: the
declaration, records (`wire`), tables and statements (`sql`), states of groups (`states`); and how a process is set up
(`settings`), how it speaks to the servers (`clients`), and Kafka's own binary form (`kafka_format`).
"""
