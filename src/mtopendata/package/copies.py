"""Local copies of what a descriptor names by an address, since nothing is ever fetched."""

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

Copies = Mapping[str, Path]
"""The file that stands for an address; the folder that stands for all addresses beginning with one
that ends in `/`; and for all other addresses, under the key `""`, a folder of folders by host.
"""


def is_address(text: str) -> bool:
    """Whether a text leads to the network."""
    return bool(re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", text))


def local_copy(address: str, copies: Copies) -> Path | None:
    """The file that stands for an address; None: there is none."""
    copies = {key.partition("#")[0]: place for key, place in copies.items()}
    address = address.partition("#")[0]
    if address in copies and not address.endswith("/"):
        return copies[address]
    for begin in sorted(copies, key=len, reverse=True):
        if begin.endswith("/") and address.startswith(begin):
            return _file_in(copies[begin], address.removeprefix(begin))
    if "" in copies:
        parts = urlsplit(address)
        return _file_in(copies[""], f"{parts.netloc}/{parts.path.lstrip('/')}")
    return None


def _file_in(folder: Path, rest: str) -> Path | None:
    inside = PurePosixPath(unquote(rest.partition("?")[0]))
    if inside.is_absolute() or ".." in inside.parts or "\0" in rest:
        return None
    file = folder / inside
    return file if file.is_file() else None
