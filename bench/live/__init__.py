"""Rows offered at a fixed rate to a worker that waits for them."""
