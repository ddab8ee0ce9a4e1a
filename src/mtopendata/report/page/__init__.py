"""What became of a page, one format a file."""
