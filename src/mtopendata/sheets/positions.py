"""Where in its section a figure stands: the paragraph or the row of the table, and which there."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from mtopendata.sheets.claims import Claim
from mtopendata.sheets.layout import SheetLayout


def positions(layout: SheetLayout, claims: Sequence[Claim]) -> Mapping[int, str]:
    """The position of each number that is claimed, by the index of the word with its digits."""
    found: dict[int, str] = {}
    ordered = sorted(claims, key=lambda item: (item.section.number, item.numeral.at))
    for number, group in groupby(ordered, lambda item: item.section.number):
        items = list(group)
        words = layout.words
        rows = [words[item.numeral.at].row for item in items if item.cue.kind == "row"]
        rows = list(dict.fromkeys(rows))
        paragraphs = _paragraphs(layout, number, items)
        counts: dict[str, int] = {}
        for item in items:
            if item.cue.kind == "row":
                place = f"table row {rows.index(words[item.numeral.at].row) + 1}"
            else:
                paragraph = layout.paragraphs[item.numeral.at]
                place = f"paragraph {paragraphs.index(paragraph) + 1}"
            counts[place] = counts.get(place, 0) + 1
            found[item.numeral.at] = f"{place}, number {counts[place]}"
    return found


def _paragraphs(layout: SheetLayout, section: int, claims: Sequence[Claim]) -> list[int]:
    """The paragraphs of a section that are no table, in their order."""
    kinds: dict[int, set[str]] = {}
    for item in claims:
        kinds.setdefault(layout.paragraphs[item.numeral.at], set()).add(item.cue.kind)
    tables = {paragraph for paragraph, found in kinds.items() if found == {"row"}}
    found = dict.fromkeys(
        layout.paragraphs[index]
        for part in layout.sections
        if part.number == section
        for index in range(part.start, part.end)
    )
    return [paragraph for paragraph in found if paragraph not in tables]
