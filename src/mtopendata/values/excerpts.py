"""Long texts, cut to what matters in them."""

LONGEST = 80
"""Characters of a text that a line has room for."""
CONTEXT = 20
"""Characters around a difference that tell where in the text it is."""


def cut(text: str, longest: int = LONGEST) -> str:
    """The beginning of a text, in at most `longest` characters."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def around(text: str, place: int, longest: int = LONGEST) -> str:
    """A part of a text of about `longest` characters, with what stands at `place` in it."""
    begin = max(0, min(place - CONTEXT, len(text) - longest))
    end = begin + longest
    return f"{'…' if begin else ''}{text[begin:end]}{'…' if end < len(text) else ''}"


def apart(one: str, other: str, longest: int = LONGEST) -> tuple[str, str]:
    """Two texts, cut to where they differ if one is longer than `longest` characters."""
    if max(len(one), len(other)) <= longest:
        return one, other
    context = min(CONTEXT, longest // 4)
    begin = _alike(one, other)
    end = min(_alike(one[::-1], other[::-1]), min(len(one), len(other)) - begin)
    before, after = one[:begin], one[len(one) - end :]
    # Whole words stand around the difference: a number that is cut is another number.
    if len(before) > context:
        before = "…" + _after_blank(before[-context:])
    if len(after) > context:
        after = _after_blank(after[context - 1 :: -1])[::-1] + "…"
    middles = (text[begin : len(text) - end] for text in (one, other))
    here, there = (cut(before + middle + after, longest) for middle in middles)
    return here, there


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(one), len(other)))


def _after_blank(text: str) -> str:
    _, blank, rest = text.partition(" ")
    return rest if blank else text
