"""Regular expressions that publishers write: read, and run within a time limit."""
