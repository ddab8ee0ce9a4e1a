"""Text, of which a format may ask that it is a URI, an email address or a UUID."""

import re

import polars as pl

from mtopendata.package.model import Field
from mtopendata.package.type import FRICTIONLESS, TEXT, ColumnReading, Type, one_of, only, where

_HEX = "[0-9A-Fa-f]"
_UUID = rf"^{_HEX}{{8}}-(?:{_HEX}{{4}}-){{3}}{_HEX}{{12}}$"


def _as_uuid(_: Field, text: pl.Expr) -> pl.Expr:
    return only(_UUID, text)


# URIs, as RFC 3986 has them

_PLAIN = r"A-Za-z0-9._~\-!$&'()*+,;="
"""Characters that stand for themselves in every part of a URI."""
_ESCAPED = rf"%{_HEX}{{2}}"
_PATH_SIGN = rf"(?:[{_PLAIN}:@]|{_ESCAPED})"
_IPV4 = r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\.){3}" + (
    r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
)
_GROUP = rf"{_HEX}{{1,4}}"
_LAST = rf"(?:{_GROUP}:{_GROUP}|{_IPV4})"
_IPV6 = "|".join(
    [
        rf"(?:{_GROUP}:){{6}}{_LAST}",
        rf"::(?:{_GROUP}:){{5}}{_LAST}",
        *(
            rf"(?:(?:{_GROUP}:){{0,{before}}}{_GROUP})?::(?:{_GROUP}:){{{4 - before}}}{_LAST}"
            for before in range(5)
        ),
        rf"(?:(?:{_GROUP}:){{0,5}}{_GROUP})?::{_GROUP}",
        rf"(?:(?:{_GROUP}:){{0,6}}{_GROUP})?::",
    ]
)
_ZONE = rf"(?:%25(?:[A-Za-z0-9._~\-]|{_ESCAPED})+)?"  # of RFC 6874
_HOST = (
    rf"(?:\[(?:(?:{_IPV6}){_ZONE}|[vV]{_HEX}+\.[{_PLAIN}:]+)\]"
    rf"|(?:[{_PLAIN}]|{_ESCAPED})*)"
)
_AUTHORITY = rf"(?:(?:[{_PLAIN}:]|{_ESCAPED})*@)?{_HOST}(?::[0-9]*)?"
_URI = (
    r"^[A-Za-z][A-Za-z0-9+.\-]*:"
    rf"(?://{_AUTHORITY}(?:/{_PATH_SIGN}*)*|/(?:{_PATH_SIGN}+(?:/{_PATH_SIGN}*)*)?"
    rf"|{_PATH_SIGN}+(?:/{_PATH_SIGN}*)*|)"
    rf"(?:\?(?:{_PATH_SIGN}|[/?])*)?(?:#(?:{_PATH_SIGN}|[/?])*)?$"
)


def _as_uri(_: Field, text: pl.Expr) -> pl.Expr:
    return only(_URI, text)


# Email addresses

_ATOM = r"[0-9A-Za-z!#$%&'*+/=?^_`{|}~\-\u00A0-\u024F]+"
_QUOTED = r'"(?:[\x01-\x08\x0B\x0C\x0E-\x1F!#-\[\]-\x7F\u00A0-\u024F]|\\[\t.])*"'
_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL = rf"^(?:{_ATOM}(?:\.{_ATOM})*|{_QUOTED})@[^@]*$"
_LENGTHS = r"^[^@]{1,64}@[^@]{1,253}$"
_DOMAIN = rf"(?:{_LABEL}\.)+[A-Za-z0-9][A-Za-z0-9-]{{0,61}}[A-Za-z]"


def _as_email(_: Field, text: pl.Expr) -> pl.Expr:
    address = only(_LENGTHS, only(_EMAIL, text))
    plain = address.str.contains(rf"@{_DOMAIN}$")
    foreign = address.str.contains(r"@.*[^\x00-\x7F]")
    return (
        pl.when(plain)
        .then(address)
        .otherwise(where(_has_foreign_domain, pl.when(foreign).then(address)))
    )


def _has_foreign_domain(address: str) -> bool:
    """Whether the domain, of which some letters are not ASCII, is one as it is written in ASCII."""
    domain = address.rpartition("@")[2]
    try:
        written = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return False
    is_short = len(written.rstrip(".")) <= 253  # which is the most that a domain may have
    return is_short and not re.search(r"\s", domain) and bool(re.fullmatch(_DOMAIN, written))


# Base64

_BINARY = r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"


def _as_binary(_: Field, text: pl.Expr) -> pl.Expr:
    return only(_BINARY, text)


_READINGS = {
    "default": TEXT,
    "any": TEXT,
    "binary": ColumnReading("binary", _as_binary),
    "email": ColumnReading("email", _as_email),
    "uri": ColumnReading("uri", _as_uri),
    "uuid": ColumnReading("uuid", _as_uuid),
}


def _reading_of_text(item: Field) -> ColumnReading:
    return _READINGS.get(item.format, FRICTIONLESS)


def _characters(_: Field, text: pl.Expr) -> pl.Expr:
    return text.str.len_chars()


TYPE = Type(
    "string",
    1,
    _reading_of_text,
    length=_characters,
    format_fault=one_of("email", "uri", "binary", "uuid", "any"),
)
