"""Fact sheets: their text, the figures that cues find in it, and how those get into a package."""
