"""Text of the data's that a terminal and a page can show."""


def printable(text: str) -> str:
    """No control characters of the data's reach the terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
