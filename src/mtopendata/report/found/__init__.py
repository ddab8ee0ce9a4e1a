"""Figures that were asked for, as rows, one format a file."""
