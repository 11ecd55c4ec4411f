"""Our commands, measured as a user runs them."""
