"""Which columns may be the key of a table, and which of them refer to another table's."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations

from mtopendata.package.model import Field

_NAMED = re.compile(
    r"(?:^|[\W_])(?:id|code|key|uuid|guid|iso[23]?|fips|geoid|isin|nr|slug|ref)$", re.I
)
_CAMEL = re.compile(r"[a-z](?:Id|ID|Code|Key)$")
_TYPES = ("integer", "string", "date", "year")
_GENERIC = {"id", "code", "key", "nr", "number", "name", "year", "date", "uuid", "slug", "ref"}
_FIRST = 3
"""Columns in which a key may stand whatever they are called."""
_PARTS = 6
"""Columns of which pairs are tried."""
_MOST = 4
"""Keys of a table that are proved: each costs 8 bytes a row."""


def is_named_as_key(label: str, table: str) -> bool:
    """Whether a label says that its column is a key, or is the name of what the table lists."""
    is_named = _NAMED.search(label) or _CAMEL.search(label)
    return bool(is_named) or _bare(label) in _singular(table)


def possible_keys(
    table: str, fields: Mapping[str, Field], is_key: Callable[[tuple[str, ...]], bool]
) -> list[tuple[str, ...]]:
    """The smallest sets of columns that may be the key of a table, the likeliest first. `is_key`
    says whether one is in the rows that are known.
    """
    able = [name for name, item in fields.items() if item.type in _TYPES]
    first = [name for name in list(fields)[:_FIRST] if name in able and _is_plain_key(fields, name)]
    named = [name for name in able if is_named_as_key(name, table)]
    singles = sorted({*first, *named}, key=lambda name: (name not in named, able.index(name)))
    keys: list[tuple[str, ...]] = [(name,) for name in singles if is_key((name,))]
    parts = _possible_parts(able, named, fields)
    pairs = (pair for pair in combinations(parts, 2) if not {(one,) for one in pair} & {*keys})
    keys += [pair for pair in pairs if len(keys) < _MOST and is_key(pair)]
    return keys[:_MOST]


def _is_plain_key(fields: Mapping[str, Field], name: str) -> bool:
    """Whether a column that is not called a key may be one: text, or whole numbers in front."""
    return fields[name].type == "string" or name == next(iter(fields))


def _possible_parts(
    able: Sequence[str], named: Sequence[str], fields: Mapping[str, Field]
) -> list[str]:
    """The columns that may be one of two parts of a key."""
    of_time = [name for name in able if fields[name].type in ("date", "year")]
    early = [n for n in list(fields)[: _FIRST + 1] if n in able and _is_plain_key(fields, n)]
    chosen = {*named, *of_time, *early}
    return [name for name in able if name in chosen][:_PARTS]


def _bare(name: str) -> str:
    return re.sub(r"[\W_]", "", name.casefold())


def _singular(name: str) -> Iterator[str]:
    bare = _bare(name)
    yield bare
    for ending, instead in (("ies", "y"), ("es", ""), ("s", "")):
        if bare.endswith(ending):
            yield bare.removesuffix(ending) + instead


def is_named_after(column: str, table: str, key: str) -> bool:
    """Whether a column's name says that it holds the key of a table."""
    name, end = _bare(column), _bare(key)
    if name == end:
        return end not in _GENERIC
    return any(name in (one, one + end, one + "id", one + "code") for one in _singular(table)) or (
        end not in _GENERIC and name.endswith(end) and len(end) > _FIRST
    )


def is_named_after_its_own(column: str, key: str) -> bool:
    """Whether a column's name says that it holds the key of another row of its table."""
    name = _bare(column)
    return name in {f"{word}{end}" for word in ("parent",) for end in ("", "id", _bare(key))}
