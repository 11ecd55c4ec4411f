"""The worker: Faust agents that apply record batches to Postgres, one transaction each."""
