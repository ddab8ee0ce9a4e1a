"""Which columns may be the key of a table, and which of them refer to another table's."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from mtopendata.entry.draft.sample import Sample
from mtopendata.package.model import Field

_NAMED = re.compile(
    r"(?:^|[\W_])(?:id|identifier|code|key|uuid|guid|iso[23]?|fips|geoid|isin|nr|slug|ref)$"
    r"|^(?:obs|observation|index|case|row|record|subject|patient|respondent|participant|household"
    r"|[pusgfocr]id)$",
    re.I,
)
_CAMEL = re.compile(r"[a-z](?:Id|ID|Code|Key)$")
_TIMES = re.compile(
    r"(?:^|[\W_])(?:quarter|qtr|month|mon|week|day|hour|semester|term|season|time|period|wave)$",
    re.I,
)
_MEASURES = re.compile(
    r"(?:^|[\W_])(?:n|freq\w*|counts?|totals?|sum|amount|quantity|price|costs?|value|rate|ratio|share"
    r"|percent\w*|pct|mean|median|average|avg|min|max|height|weight|length|width|depth|age|score|iq"
    r"|temp\w*|speed|distance|population|pop|income|size|sales|revenue|budget|points|lat\w*|lon\w*|[xyz])"
    r"(?:$|[\W_])",
    re.I,
)
"""Words for what is measured or counted: its values may all differ by chance."""
_FREE = re.compile(
    r"first.?name|last.?name|given.?name|surname|forename|family.?name|address|street|comment|note"
    r"|remark|description|message|body|abstract|quote|reason|e.?mail|phone",
    re.I,
)
"""Labels of texts that two rows may share, or that are written freely."""
_TYPES = ("integer", "string", "date", "year", "datetime")
_OF_TIME = ("date", "year", "datetime")
_GENERIC = {"id", "code", "key", "nr", "number", "name", "year", "date", "uuid", "slug", "ref"}
_FIRST = 3
"""Columns in which a key may stand whatever they are called."""
_PARTS = 6
"""Columns of which pairs are tried."""
_MOST = 4
"""Keys of a table that are proved: each costs 8 bytes a row."""
_FILLED = 0.5
"""Of all pairs of two columns' values, the share that must be there, where labels name no key."""


def is_named_as_key(label: str, table: str) -> bool:
    """Whether a label says that its column is a key, or is the name of what the table lists."""
    is_named = _NAMED.search(label) or _CAMEL.search(label)
    return bool(is_named) or _bare_label(label) in _singular(table)


def possible_keys(table: str, fields: Mapping[str, Field], sample: Sample) -> list[tuple[str, ...]]:
    """The smallest sets of columns that may be the key of a table, the likeliest first: not what is
    measured, counted or written freely, though its values may all differ.
    """
    able = [name for name, item in fields.items() if item.type in _TYPES]
    named = [name for name in able if _is_named(fields, name, table)]
    keys = list(_single_keys(able, named, fields, sample))
    times = [name for name in able if fields[name].type in _OF_TIME or _TIMES.search(name)]
    parts = _possible_parts(able, named, times, fields)
    for pair in combinations(parts, 2):
        if len(keys) >= _MOST:
            break
        is_smallest = not {(one,) for one in pair} & {*keys}
        if is_smallest and sample.is_key(pair) and _is_telling(pair, named, times, sample):
            keys.append(pair)
    return keys[:_MOST]


def _single_keys(
    able: Sequence[str], named: Sequence[str], fields: Mapping[str, Field], sample: Sample
) -> Iterator[tuple[str, ...]]:
    """The columns that may be a key alone: those called so, then plain ones in front."""
    first = [name for name in list(fields)[:_FIRST] if name in able and len(fields) > 1]
    plain = [name for name in first if name in named or _is_plain_key(fields, name, sample)]
    singles = sorted({*plain, *named}, key=lambda name: (name not in named, able.index(name)))
    yield from ((name,) for name in singles if sample.is_key((name,)))


def _is_named(fields: Mapping[str, Field], name: str, table: str) -> bool:
    """Whether a column is called a key. What is called as the table may be what is measured."""
    is_text = fields[name].type == "string"
    return is_named_as_key(name, "" if not is_text and name != next(iter(fields)) else table)


def _is_telling(
    pair: tuple[str, str], named: Sequence[str], times: Sequence[str], sample: Sample
) -> bool:
    """Whether it is no chance that a pair differs in all rows: its labels say so, or most of the
    pairs that could be are there.
    """
    is_named = any(name in named for name in pair)
    return (is_named and all(name in (*named, *times) for name in pair)) or (
        sample.share_of_pairs(*pair) >= _FILLED
    )


def _is_plain_key(fields: Mapping[str, Field], name: str, sample: Sample) -> bool:
    """Whether a column that is not called a key may be one: short texts, and in front times and
    numbers that count up.
    """
    if not _may_be_part(name):
        return False
    if fields[name].type == "string":
        return sample.is_of_short_texts(name)
    is_first = name == next(iter(fields))
    return is_first and (fields[name].type != "integer" or sample.counts_up(name))


def _may_be_part(name: str) -> bool:
    """Whether a label is neither of a measure nor of free text, and is one at all."""
    has_letter = any(char.isalpha() for char in name)
    return has_letter and not _MEASURES.search(_words_apart(name)) and not _FREE.search(name)


def _words_apart(name: str) -> str:
    """A label with its words apart, where capitals part them."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)


def _possible_parts(
    able: Sequence[str], named: Sequence[str], times: Sequence[str], fields: Mapping[str, Field]
) -> list[str]:
    """The columns that may be one of two parts of a key."""
    early = [
        name
        for place, name in enumerate(list(fields)[: _FIRST + 1])
        if name in able and (fields[name].type == "string" or place == 0) and _may_be_part(name)
    ]
    chosen = {*named, *times, *early}
    return [name for name in able if name in chosen][:_PARTS]


def _bare_label(name: str) -> str:
    return re.sub(r"[\W_]", "", name.casefold())


def _singular(name: str) -> Iterator[str]:
    bare = _bare_label(name)
    yield bare
    for ending, instead in (("ies", "y"), ("es", ""), ("s", "")):
        if bare.endswith(ending):
            yield bare.removesuffix(ending) + instead


def is_named_after(column: str, table: str, key: str) -> bool:
    """Whether a column's name says that it holds the key of a table."""
    name, end = _bare_label(column), _bare_label(key)
    if name == end:
        return end not in _GENERIC
    return any(name in (one, one + end, one + "id", one + "code") for one in _singular(table)) or (
        end not in _GENERIC and name.endswith(end) and len(end) > _FIRST
    )


def is_named_after_its_own(column: str, key: str) -> bool:
    """Whether a column's name says that it holds the key of another row of its table."""
    name = _bare_label(column)
    return name in {f"{word}{end}" for word in ("parent",) for end in ("", "id", _bare_label(key))}
