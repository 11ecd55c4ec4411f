"""Is the working tree slower than a named commit? Paired runs of both, in turn, on the same servers."""
