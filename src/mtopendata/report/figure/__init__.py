"""All that a package says of one figure, one format a file."""
