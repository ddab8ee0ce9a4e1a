"""The files of a release: one module writes a format and reads it back."""
