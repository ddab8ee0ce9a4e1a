"""A list of figures, one format a file."""
