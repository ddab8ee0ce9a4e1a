"""The numbers that cues claim for each figure, without those that may be something else."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mtopendata.sheets.claims import Claim, Claims
from mtopendata.sheets.doubts import doubt
from mtopendata.sheets.reading import Problem


@dataclass(frozen=True, slots=True)
class Candidates:
    """`numbers` are those that can be a figure, by its name; `doubted` are figures whose only
    number may be something else, and `label_faults` say why a figure's label has no number. Of
    those `marked_absent` a mark says that they are not reported.
    """

    numbers: Mapping[str, Sequence[Claim]]
    doubted: Collection[str]
    label_faults: Mapping[str, str]
    problems: Sequence[Problem]
    marked_absent: Collection[str] = ()


def find_candidates(claims: Claims, area: str | None) -> Candidates:
    """What cues find in the sentences and then in the tables of a sheet about this area."""
    vocabulary = claims.vocabulary
    found: dict[str, list[Claim]] = {name: [] for name in vocabulary.by_figure()}
    for cue in vocabulary.of_kind("sentence"):
        found[cue.figure] += claims.in_sentences(cue)
    claims.claim(item.numeral for items in found.values() for item in items)
    doubts = dict(_doubts(claims, found, area))
    for name in doubts:
        found[name] = []
    in_tables, label_faults = claims.in_tables()
    for item in in_tables:
        found[item.cue.figure].append(item)
    claims.claim(item.numeral for item in in_tables)
    shared = _shared(found)
    numbers = {
        name: [item for item in items if item.numeral.at not in shared]
        for name, items in found.items()
    }
    problems = [*doubts.values(), *_claimed_twice(claims, shared)]
    return Candidates(numbers, doubts.keys(), label_faults, problems)


def _doubts(
    claims: Claims, found: Mapping[str, Sequence[Claim]], area: str | None
) -> Iterator[tuple[str, Problem]]:
    """The figures whose sentence says something of their only number that no cue knows."""
    claimed = {word for items in found.values() for item in items for word in item.numeral.words}
    for name, items in found.items():
        if len(items) != 1:
            continue
        numeral = items[0].numeral
        if reason := doubt(claims, items[0], area, claimed):
            yield (
                name,
                Problem(
                    "doubtful",
                    f"{name}: {numeral.text!r} may not be what it seems, because of {reason}",
                    "read the whole sentence; enter the figure by hand, if it is one",
                    *claims.words[numeral.at].place,
                ),
            )


def _shared(found: Mapping[str, Sequence[Claim]]) -> dict[int, set[str]]:
    """The words of numbers that cues of several figures claim, with these: they are of none."""
    owners: dict[int, set[str]] = {}
    for name, items in found.items():
        for item in items:
            owners.setdefault(item.numeral.at, set()).add(name)
    return {at: names for at, names in owners.items() if len(names) > 1}


def _claimed_twice(claims: Claims, shared: Mapping[int, Collection[str]]) -> Iterator[Problem]:
    for at, names in shared.items():
        word = claims.words[at]
        yield Problem(
            "claimed-twice",
            f"the number {word.text!r} fits cues of {' and '.join(sorted(names))}",
            "make the phrases of these cues differ more",
            *word.place,
        )
