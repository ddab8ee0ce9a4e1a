"""Figures traced back to a document, one format a file."""
