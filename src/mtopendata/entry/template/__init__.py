"""A workbook to be filled in: a sheet for each table of a package, as its schema asks."""
