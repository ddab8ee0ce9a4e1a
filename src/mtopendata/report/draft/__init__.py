"""A first descriptor of tables and what is not certain in it, one format a file."""
