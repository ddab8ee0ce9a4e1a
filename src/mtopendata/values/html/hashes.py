"""The hash by which a Content-Security-Policy allows a style or a script that is in the page."""

import base64
import hashlib


def source_hash(source: str) -> str:
    """The hash as the policy writes it, of exactly what stands between the tags."""
    digest = hashlib.sha256(str(source).encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
