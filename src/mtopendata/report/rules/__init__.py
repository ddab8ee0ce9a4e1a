"""The rules of a package, one format a file."""
