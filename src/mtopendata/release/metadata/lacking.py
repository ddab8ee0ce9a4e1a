"""What stops one kind of metadata from being written."""


class LackingError(Exception):
    """The descriptor has not what a standard requires. The message says what, and what to add."""
