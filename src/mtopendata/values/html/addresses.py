"""Which addresses a page may link to: the rest of them is shown as text."""

import re

from mtopendata.values.html.texts import unseen_as_blanks

_WEB = r"https?://[^\s/?#@\\]+([/?#]\S*)?"
_MAIL = r"mailto:[^\s<>]+@[^\s<>]+"
# No scheme, no host, no way up, nothing that a system reads as another folder.
_INSIDE = r"(?!/)(?![^/?#]*:)(?!(.*/)?\.\.(/|$))[^\s\\?]+"
_ADDRESS = re.compile(f"{_WEB}|{_MAIL}|{_INSIDE}", re.IGNORECASE)


def is_safe_address(value: object) -> bool:
    """Whether it is an address of the web, a mail address, or a relative one of a file beside the
    page or below it, with no sign in it that cannot be shown.
    """
    is_seen = isinstance(value, str) and unseen_as_blanks(value) == value
    return is_seen and _ADDRESS.fullmatch(str(value)) is not None
