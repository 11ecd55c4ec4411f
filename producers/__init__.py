"""CSV files of any size, validated row by row in constant memory and published to Kafka.

What comes in: paths, folders, archives, addresses. What goes out: records of valid rows, dead letters of the others,
and a manifest. Bytes go through `sources`, `text`, `files`, `rows` and `kafka`, in this order; `load` holds them
together.
"""
