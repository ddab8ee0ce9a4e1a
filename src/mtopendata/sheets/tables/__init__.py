"""Tables of names and numbers: found by their headings, read by their places, and added up."""
