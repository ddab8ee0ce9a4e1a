"""The object in the file of a descriptor, a schema or a dialect, which is JSON or YAML."""

import codecs
import json
from collections.abc import Iterator
from pathlib import Path

from mtopendata.ledger.report import Finding
from mtopendata.package.json_files import Json, json_type, read_json
from mtopendata.package.model import DESCRIPTORS, is_yaml
from mtopendata.values.errors import MtopendataError

MAX_DESCRIPTOR = 64 * 1024**2
"""Bytes of the largest descriptor: more is data in the wrong place."""


def read_object(file: Path, shown: str, level: str, found: list[Finding]) -> Json:
    """The object in a file that is JSON, or YAML by its name. Numbers with a point stay exact
    (Decimal).

    `level` is the key of PROPERTIES that tells its properties, and `shown` what findings call a
    file that is no descriptor. What is wrong but leaves no doubt about the object is added to
    `found`. MtopendataError: there is no such object. OSError: the file cannot be read.
    """
    if file.stat().st_size > MAX_DESCRIPTOR:
        raise MtopendataError(
            str(file), f"is larger than {MAX_DESCRIPTOR:,} bytes", "keep the data out of it"
        )
    path = file.name if level == "package" else shown
    form = "YAML" if is_yaml(file) else "JSON"
    data = file.read_bytes()
    _refuse_other_text(data, file, form)
    try:
        value, twice = _value(data.decode("utf-8-sig"), form, level)
        # An escape such as \ud800 is half a character, which no file can hold as text.
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except (ValueError, RecursionError) as error:
        raise MtopendataError(
            str(file), f"is not {form} in UTF-8 ({error})", "mend it at that place"
        ) from error
    if not isinstance(value, dict):
        raise MtopendataError(
            str(file),
            f"is a {form} {json_type(value)}, not an object",
            "write an object there; a list of rows can be a resource of a package",
        )
    found.extend(_duplicate(name, path) for name in twice)
    found.extend(new for new in _of_form(data, form, path) if new not in found)
    return value


def object_in(text: str, file: Path) -> Json:
    """The object that the text of a descriptor is, without what else is wrong with it.

    MtopendataError: it is none.
    """
    try:
        value, _ = _value(text, "YAML" if is_yaml(file) else "JSON", "package")
    except (ValueError, RecursionError) as error:
        raise MtopendataError(str(file), f"is no descriptor ({error})", "mend it") from error
    if not isinstance(value, dict):
        raise MtopendataError(str(file), "is no object", "mend it")
    return value


def _value(text: str, form: str, level: str) -> tuple[object, list[str]]:
    if form == "JSON":
        return read_json(text)
    # Not at the top: most descriptors are JSON, and need not wait for it.
    from mtopendata.package.yaml_files import yaml_value

    return yaml_value(text, level)


def _refuse_other_text(data: bytes, file: Path, form: str) -> None:
    """MtopendataError: the file is UTF-16 or UTF-32, or no text at all."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data[:4]:
        what = f"is text in UTF-16 or UTF-32, where {form} is in UTF-8"
        raise MtopendataError(str(file), what, "save it as UTF-8")
    if (place := data.find(b"\0")) >= 0:
        line = data.count(b"\n", 0, place) + 1
        what = f"has a NUL byte in line {line}, which no text has"
        raise MtopendataError(str(file), what, "find out what wrote it: it may be damaged")


def _of_form(data: bytes, form: str, path: str) -> Iterator[Finding]:
    """What other readers may stumble over."""
    if data.startswith(codecs.BOM_UTF8):
        message = "the file begins with a byte order mark, at which many readers of JSON fail"
        yield Finding("bom", "warning", message, "save it as UTF-8 without BOM", path=path)
    if form == "YAML":
        message = (
            "it is YAML, where the standard asks for JSON, and most programs read nothing else"
        )
        hint = "publish it as JSON"
        if path in DESCRIPTORS:
            hint = f"publish it as {DESCRIPTORS[0]}, as mtopendata build does"
        yield Finding("yaml", "note", message, hint, path=path)


def _duplicate(name: str, path: str) -> Finding:
    return Finding(
        "duplicate-property",
        "error",
        f"{name!r} stands twice in one object, and readers differ in which they take",
        "keep one of them",
        path=path,
    )
