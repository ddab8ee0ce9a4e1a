"""A first descriptor for tables that have none: guessed from samples, proved on all rows."""
