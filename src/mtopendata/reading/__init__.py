"""Files as records, and records as tables of typed rows."""
