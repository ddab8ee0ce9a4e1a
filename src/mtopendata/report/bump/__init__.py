"""What raising a version wrote, one format a file."""
