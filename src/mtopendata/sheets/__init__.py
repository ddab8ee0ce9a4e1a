"""Fact sheets: their text, the figures that cues find in it."""
