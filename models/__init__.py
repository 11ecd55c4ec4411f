"""What the data is: rows, publications, topics, tables. Imported by all, imports none of ours.

What comes in: nothing. What goes out: definitions that both sides of Kafka share, and in packages of their own how a
process is set up (`settings`), how it speaks to the servers (`clients`), and Kafka's own binary form (`kafka_format`).
"""
