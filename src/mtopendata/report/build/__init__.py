"""What a build wrote, one format a file."""
