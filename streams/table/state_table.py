"""A Faust table of groups' states, read and written a batch at a time.

`table[key] = value` costs Faust some 75 µs. Here a batch's values go to the changelog as full record batches and
to RocksDB as large writes, in the very form that Faust's recovery reads: the key's JSON, the value's bytes, and the
last changelog offset as the store's persisted offset.
"""
