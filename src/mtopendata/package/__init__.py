"""A descriptor as a Package: its resources, fields and files, without a row of data."""
