"""The Reports on archives that were verified, one format a file."""
