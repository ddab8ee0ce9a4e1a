"""What was read from a sheet, one format a file."""
