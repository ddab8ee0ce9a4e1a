"""The data's texts as a page shows them: nothing in them hides, or turns what stands beside it."""

import json
import re
from typing import Any

ISOLATE, END = "\u2068", "\u2069"
"""Between these a text has its own direction, and leaves that of its neighbours alone."""

# What HTML cannot hold, what no one sees, and what turns the order of the text behind it. That
# which shapes letters (U+200C, U+200D), and the blanks of any width, are left: scripts need them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufdd0-\ufdef\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e0fff"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(1, 17))
    + "]"
)
# The blocks of the scripts that are written from right to left.
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


def exact(value: Any) -> Any:
    """A text to be copied as it stands, with each sign that could not be seen as an escape.
    What is no text is left alone.
    """
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    from markupsafe import Markup, escape

    if not (value.isascii() and value.isprintable()):
        value = _UNSEEN.sub(_escape, value.replace("\r\n", "\n"))
    # In the templates no attribute stands in these, and most of what is escaped would be they.
    return Markup(str(escape(value)).replace("&#39;", "'"))  # noqa: S704


def unseen_as_blanks(text: str) -> str:
    """A text with a blank for each sign that could not be seen."""
    return _UNSEEN.sub(" ", text)


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()


def shown(value: Any) -> Any:
    """What a page shows of a value, wherever on it: a text as `exact` has it, and, where it has
    letters that are written from right to left, apart from the text around it.

    TypeError: it is None, or of a kind that a template has to put in words itself.
    """
    if hasattr(value, "__html__"):
        return value
    if isinstance(value, int | str) and not isinstance(value, bool):
        text = exact(str(value))
        return ISOLATE + text + END if _RIGHT_TO_LEFT.search(text) else text
    raise TypeError(f"a page has no words for {value!r}")


def json_in_script(value: Any) -> Any:
    """JSON data that may stand in a `script` of the page: nothing in it can end that."""
    from markupsafe import Markup

    text = json.dumps(value, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 - no sign that means something to HTML is left in it
