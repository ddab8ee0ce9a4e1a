"""A workbook to be filled in that was written, one format a file."""
