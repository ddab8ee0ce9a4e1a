"""The files of a release: written, read back, and verified."""
