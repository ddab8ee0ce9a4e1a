"""A validation's Report, one format a file."""
