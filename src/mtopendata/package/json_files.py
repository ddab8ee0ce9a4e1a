"""JSON from files that nobody vouches for."""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

from mtopendata.ledger.report import Finding
from mtopendata.package.model import DESCRIPTOR
from mtopendata.values.errors import MtopendataError

MAX_DESCRIPTOR = 64 * 1024**2
"""Bytes of the largest descriptor: more is data in the wrong place."""
MAX_EXPONENT = 400
"""Ten to this power is beyond any number that a table can hold."""

Json = dict[str, Any]


def read_json_object(file: Path, shown: str, found: list[Finding]) -> Json:
    """The JSON object in `file`. Numbers with a point stay exact (Decimal).

    Names that stand twice in an object are added to `found`. `shown` is what messages call a file
    that is not there. MtopendataError: there is no such object. OSError: the file cannot be read.
    """
    if not file.is_file():
        raise MtopendataError(
            shown,
            f"has no {DESCRIPTOR}" if file.name == DESCRIPTOR else "does not exist",
            f"name a descriptor, or a folder or .zip with a {DESCRIPTOR} at its top",
        )
    if file.stat().st_size > MAX_DESCRIPTOR:
        raise MtopendataError(
            str(file), f"is larger than {MAX_DESCRIPTOR:,} bytes", "keep the data out of it"
        )

    def members(pairs: list[tuple[str, Any]]) -> Json:
        value = dict(pairs)
        if len(value) < len(pairs):
            counts = Counter(name for name, _ in pairs)
            found.extend(_duplicate(name, file) for name, count in counts.items() if count > 1)
        return value

    try:
        text = file.read_bytes().decode("utf-8-sig")
        value = json.loads(
            text,
            parse_float=_exact_number,
            parse_constant=_refuse_constant,
            object_pairs_hook=members,
        )
        # An escape such as \ud800 is half a character, which no file can hold as text.
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except (ValueError, RecursionError) as error:
        raise MtopendataError(
            str(file), f"is not JSON in UTF-8 ({error})", "mend it at that place"
        ) from error
    if not isinstance(value, dict):
        raise MtopendataError(
            str(file), f"is a JSON {json_type(value)}, not an object", "see datapackage.org"
        )
    return value


def _duplicate(name: str, file: Path) -> Finding:
    return Finding(
        "duplicate-property",
        "error",
        f"{name!r} stands twice in one object, and readers differ in which they take",
        "keep one of them",
        path=file.name,
    )


def _exact_number(text: str) -> Decimal:
    value = Decimal(text)
    if abs(value.adjusted()) > MAX_EXPONENT:
        raise ValueError(f"{text[:20]} is out of any range")
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def json_type(value: Any) -> str:
    """What JSON calls the type of a value; a number without a point is an integer."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case Decimal() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"
