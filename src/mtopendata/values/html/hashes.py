"""Style and script of a page, and the hash by which a Content-Security-Policy allows one."""

import base64
import hashlib
import re


def source_hash(source: str) -> str:
    """The hash as the policy writes it, of exactly what stands between the tags."""
    digest = hashlib.sha256(str(source).encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def squeezed(style: str) -> str:
    """A style without its comments, and with one blank for several and for line breaks."""
    bare = re.sub(r"/\*.*?\*/|\s+", " ", str(style), flags=re.DOTALL)
    return re.sub(r" ?([{};,]) ?", r"\1", re.sub(" +", " ", bare)).replace(": ", ":").strip()


def unindented(script: str) -> str:
    """A script without blanks before its lines, and without lines that are comments."""
    lines = (line.strip() for line in str(script).splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))
