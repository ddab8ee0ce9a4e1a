"""By which words a kind of table is known: its cues, as the words of cells and lines."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from mtopendata.sheets.cues import COLUMN_KINDS, Cue, cues_of_kind
from mtopendata.sheets.phrases import PLACES, Text
from mtopendata.sheets.words import ADDRESS, IGNORED, Word, key_of, pieces, read_lines

Elements = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableKind:
    """A kind of table. `columns` has the kind of each heading of a column; `lines` are cues of all
    sections, since a line that is no part of the text is none of a table either; `footers` are
    its own, which name it.
    """

    code: str
    headings: Sequence[Cue]
    columns: Mapping[Elements, str]
    totals: frozenset[Elements]
    subtotals: frozenset[Elements]
    lines: Sequence[Cue]
    footers: Sequence[Cue] = ()

    @property
    def longest(self) -> int:
        """Words of the longest heading of a column."""
        return max(map(len, self.columns))

    def column(self, text: str) -> str | None:
        """The kind of the column with this heading; None: no cue has it."""
        if text.count(" ") > 2 * self.longest:  # a sentence is none, and need not be looked at
            return None
        return self.columns.get(elements_of_text(text))

    def is_line(self, text: str) -> bool:
        """Whether a line is no part of a table, such as a footer: cues say all of it."""
        return is_said(self.lines, text)

    def titles(self, words: Sequence[Word]) -> Iterator[frozenset[int]]:
        """The years in each heading of the table that stands in these words."""
        text = Text(words)
        for cue in self.headings:
            for match in text.find_all(cue.elements, 0, len(words)):
                named = (word.year for word in words[match.start : match.end])
                yield frozenset(year for year in named if year)


def is_said(cues: Sequence[Cue], text: str) -> bool:
    """Whether cues, one behind the other, say all of a text."""
    first = elements_of_text(text)[:1]
    starts = {cue.elements[0] for cue in cues if cue.elements}
    # Most lines are rows, and need not be looked at closely.
    if first and first[0] not in starts and not any(map(str.isdigit, first[0])):
        return False
    words = Text(words_of(text))
    place, length = 0, len(words.words)
    while place < length:
        matches = [words.after(cue.elements, place, length) for cue in cues]
        ends = [match.end for match in matches if match]
        if not ends:
            return False
        place = max(ends)
    return length > 0


def kinds_of_tables(cues: Sequence[Cue]) -> list[TableKind]:
    """The kinds of table that have a column of names and one of numbers."""
    known = [replace(cue, elements=elements_of_phrase(cue.phrase)) for cue in cues]
    lines = cues_of_kind(known, "line")
    found = []
    for code in dict.fromkeys(cue.section for cue in known):
        own = [cue for cue in known if cue.section == code]
        columns = {cue.elements: cue.kind for cue in own if cue.kind in COLUMN_KINDS}
        if {"name column", "number column"} <= set(columns.values()):
            totals, subtotals = (
                frozenset(cue.elements for cue in cues_of_kind(own, kind))
                for kind in ("total", "subtotal")
            )
            headings, footers = cues_of_kind(own, "table heading"), cues_of_kind(own, "line")
            found.append(TableKind(code, headings, columns, totals, subtotals, lines, footers))
    return found


@lru_cache(maxsize=4096)
def elements_of_text(text: str) -> Elements:
    """What a text is compared by, as `elements` of cues are."""
    keys = (_key(piece) for part in text.split() for piece in pieces(part))
    return tuple(key for key in keys if key not in IGNORED)


def elements_of_phrase(phrase: str) -> Elements:
    """What the phrase of a cue of a table is compared by, with the places in it."""
    parts = [piece for part in phrase.split() for piece in pieces(part)]
    keys = (part if part in PLACES else _key(part) for part in parts)
    return tuple(key for key in keys if key not in IGNORED)


def words_of(text: str) -> list[Word]:
    """The words of a text, with the keys that the cues of tables have."""
    words = [word for line in read_lines(text) for word in line.words]
    return [replace(word, key=_key(word.text)) for word in words]


def _key(text: str) -> str:
    """As everywhere, but for addresses: a name in a table can be one, and no other's."""
    key = key_of(text)
    return text.lower().strip("<>().,;:").split("/")[0] if key == ADDRESS else key
