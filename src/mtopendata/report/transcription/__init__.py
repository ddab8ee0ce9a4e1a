"""Two transcriptions of one sheet, compared; one format a file."""
