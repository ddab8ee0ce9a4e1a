"""The text of a document mended where typesetting has broken it; each character keeps its place."""

import html
import re

# What is taken out of the text, or written otherwise, before it is divided. Digits never are.
_MENDED: tuple[tuple[str, str], ...] = (
    ("\u00ad(?=[^\\S\\n]*\\n)", "-"),  # a soft hyphen shows where a line ends
    ("[\u00ad\u200b-\u200f\u2060\ufeff]", ""),
    (r"(?<=\S)\*\*|\*\*(?=\S)|__(?!_)|</?(?:b|strong|i|em|u)>", ""),
    (r"(?<![\w*])\*(?=\S)(?=[^*\n]*\S\*(?![\w*]))", ""),  # begins what is slanted
    (r"\.{3,}|_{3,}", " "),  # leads from a label to its number
    ("©(?=\\S)", "© "),
    (r"(?<!\w)_(?=\S)|(?<=\S)_(?!\w)", ""),
    ("&nbsp;", " "),
    ("&(?:[a-z]+|#[0-9]+);", "&"),
    ("[\u2010\u2011]", "-"),
    ("[\u2018\u2019]", "'"),
    ("\ufb00", "ff"),
    ("\ufb01", "fi"),
    ("\ufb02", "fl"),
    ("\ufb03", "ffi"),
    ("\ufb04", "ffl"),
    ("[\ufb05\ufb06]", "st"),
)
_MENDING = re.compile("|".join(f"({pattern})" for pattern, _ in _MENDED), re.IGNORECASE)


def mended_text(text: str) -> tuple[str, list[int]]:
    """The text without what typesetting has added, and where in `text` each character stands."""
    parts: list[str] = []
    offsets: list[int] = []
    last = 0
    closings: set[int] = set()
    for match in _MENDING.finditer(text):
        _, replacement = _MENDED[(match.lastindex or 1) - 1]
        if match[0] == "*":  # its other end goes too
            closings.add(text.index("*", match.end()))
        parts.append(text[last : match.start()])
        offsets.extend(range(last, match.start()))
        if replacement == "&":
            replacement = html.unescape(match[0])
        parts.append(replacement)
        offsets.extend([match.start()] * len(replacement))
        last = match.end()
    parts.append(text[last:])
    offsets.extend(range(last, len(text) + 1))
    mended = "".join(parts)
    if closings:
        kept = [index for index in range(len(mended)) if offsets[index] not in closings]
        mended, offsets = "".join(mended[i] for i in kept), [offsets[i] for i in kept]
        offsets.append(len(text))
    return mended, offsets
