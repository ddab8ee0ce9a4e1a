"""Regular expressions that publishers write: read, run within a time limit, and put in words."""
