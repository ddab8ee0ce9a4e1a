"""A limit for work that can grow without bounds, counted so that it is the same on all machines."""

MOST_EFFORT = 2_000_000
"""Cells of tableaus that one question on rules may touch: a second or two."""


class TooMuchEffort(Exception):
    """The limit is reached, and the question is given up."""


class Effort:
    """What is left of a limit."""

    def __init__(self, most: int = MOST_EFFORT) -> None:
        self.left = most

    def spend(self, cells: int) -> None:
        """Take so much of it. TooMuchEffort: nothing is left."""
        self.left -= cells
        if self.left < 0:
            raise TooMuchEffort
