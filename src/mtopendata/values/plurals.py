"""How many there are of something, in words."""


def plural(count: int, one: str, many: str | None = None) -> str:
    """A number and what it counts."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
