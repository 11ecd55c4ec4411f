"""What `make run` runs."""
