"""A Comparison of two versions, one format a file."""
