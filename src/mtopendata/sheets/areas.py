"""The areas that a sheet names, and the one that it is about."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from mtopendata.sheets.cues import Cue
from mtopendata.sheets.phrases import AREA, Text
from mtopendata.sheets.reading import Problem
from mtopendata.sheets.words import Line, Word, joined, key_of


class Mention(NamedTuple):
    """Where an area is named: words from `start` up to but without `end`."""

    start: int
    end: int
    code: str


def find_mentions(words: Sequence[Word], names: Mapping[str, str]) -> list[Mention]:
    """Where areas are named, the longest names first. `names` are codes by the name of the area."""
    places: dict[str, list[int]] = {}
    for index, word in enumerate(words):
        places.setdefault(word.key, []).append(index)
    found: list[Mention] = []
    taken: set[int] = set()
    for name in sorted(names, key=lambda name: -len(name.split())):
        keys = tuple(key_of(part) for part in name.split())
        for place in places.get(keys[0], ()) if keys else ():
            match = Text(words, keys).after((AREA,), place, len(words))
            if match is None or not taken.isdisjoint(range(match.start, match.end)):
                continue  # else a part of a longer name
            taken.update(range(match.start, match.end))
            found.append(Mention(match.start, match.end, names[name]))
    return found


def find_areas(lines: Sequence[Line], cues: Sequence[Cue], names: Mapping[str, str]) -> set[str]:
    """The codes of the areas that the sheet may be about: those that a cue names, or else all that
    it names. `names` are codes by the name of the area.
    """
    words = joined(lines)
    mentions = find_mentions(words, names)
    text = Text(words)
    cued = {item.code for item in mentions if any(_is_cued(text, item, cue) for cue in cues)}
    return cued or {item.code for item in mentions}


def area_problems(titles: Collection[str]) -> Iterator[Problem]:
    """What is the matter with a sheet that names all these areas, or none."""
    if len(titles) == 1:
        return
    named = ", ".join(sorted(titles))
    what = f"names {named}" if named else "names no area that is known"
    yield Problem(
        "no-area",
        f"the sheet {what}: it cannot be told which area it is about",
        "correct its title, or add a cue of the kind 'area' or the area itself",
    )


def _is_cued(text: Text, area: Mention, cue: Cue) -> bool:
    place = cue.elements.index(AREA)
    left, right = cue.elements[:place], cue.elements[place + 1 :]
    before = text.before(left, 0, area.start)
    return before is not None and text.after(right, area.end, len(text.words)) is not None
