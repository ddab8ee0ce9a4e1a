"""Tables in pieces, each of which can be read by itself, where the files are seen."""
