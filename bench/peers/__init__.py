"""What others would do, as small as it can be done rightly."""
