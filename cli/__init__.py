"""The command `ingest`: everything that a person does with the project, by one name."""
