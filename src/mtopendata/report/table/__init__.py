"""What was read from a table of names and numbers, one format a file."""
