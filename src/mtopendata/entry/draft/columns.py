"""Guesses of columns, proved on all rows: types, missing cells, few values, keys and sums."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

import polars as pl

from mtopendata.entry.draft.candidates import MARKERS, present
from mtopendata.entry.draft.guesses import Guess, first_guess
from mtopendata.entry.draft.sample import Sample, hashes_of
from mtopendata.entry.draft.sums import Sum, holds, possible_sums
from mtopendata.package.model import Field
from mtopendata.reading.block_source import BlockSource
from mtopendata.reading.options import Options
from mtopendata.reading.scanning import scan
from mtopendata.reading.tables import Block

_SAMPLE = 20_000
"""Rows that types are guessed from."""
_FAILING = 50
"""Texts of a block that refute a guess, and are kept for the next one."""
_FEW = 12
"""Values of the largest enumeration."""
_ROUNDS = 6
"""Guesses at the types of a table, after which what fails is text."""

KeysOf = Callable[[Mapping[str, Field], Sample], list[tuple[str, ...]]]
"""Which sets of columns may be keys, by the fields and the rows of a sample."""


@dataclass(frozen=True, slots=True)
class KnownColumn:
    """What all rows say of a column. `rival`: another form has all of its texts as well. `few` are
    its values where they are few, and `like` the texts in a column of text that may be missing
    values.
    """

    guess: Guess
    missing: int
    rival: bool = False
    few: tuple[str, ...] = ()
    like: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The label of the column."""
        return self.guess.label


@dataclass(frozen=True, slots=True)
class DraftColumns:
    """What all rows of a table say: `unique` are those sets of columns, among the ones asked for,
    in which no two rows are the same and none is missing.
    """

    rows: int
    columns: tuple[KnownColumn, ...]
    unique: tuple[tuple[str, ...], ...] = ()
    sums: tuple[Sum, ...] = ()


@dataclass(slots=True)
class _Seen:
    """What is kept of some blocks' column."""

    missing: int
    failing: list[str] = field(default_factory=list)
    rival_fails: bool = False
    few: frozenset[str] | None = None
    like: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Kept:
    rows: int
    columns: list[_Seen]
    hashes: list[list[pl.Series] | None]
    sums: list[bool]


class Proof:
    """A fold: guesses and proposals, put to all rows. It concludes what is kept of them."""

    def __init__(
        self, guesses: Sequence[Guess], keys: Sequence[tuple[str, ...]], sums: Sequence[Sum]
    ) -> None:
        self.guesses = guesses
        self.items = [guess.item for guess in guesses]
        self.keys = keys
        self.sums = sums

    def see(self, block: Block) -> _Kept:
        """What is kept of a block."""
        texts = block.fitting().get_columns()
        values: dict[str, pl.Series] = {}
        columns = []
        for one, item, column in zip(self.guesses, self.items, texts, strict=True):
            seen, values[one.label] = _seen(one, item, column)
            columns.append(seen)
        hashes = [hashes_of([values[name] for name in key]) for key in self.keys]
        sums = [holds(one, values) for one in self.sums]
        return _Kept(block.frame.height, columns, hashes, sums)

    def merge(self, one: _Kept, other: _Kept) -> _Kept:
        """What is kept of both."""
        pairs = zip(one.columns, other.columns, strict=True)
        hashes = [
            None if mine is None or more is None else mine + more
            for mine, more in zip(one.hashes, other.hashes, strict=True)
        ]
        sums = [a and b for a, b in zip(one.sums, other.sums, strict=True)]
        return _Kept(one.rows + other.rows, [_of_both(*pair) for pair in pairs], hashes, sums)

    def conclude(self, kept: _Kept) -> _Kept:
        """What is kept, of which the hashes are left where they are all different."""
        kept.hashes = [
            None if parts is None or pl.concat(parts).n_unique() < kept.rows else []
            for parts in kept.hashes
        ]
        return kept


def _seen(one: Guess, item: Field, column: pl.Series) -> tuple[_Seen, pl.Series]:
    texts = present(item, column)
    missing = texts.null_count()
    if one.candidate.is_text:
        different = texts.unique().drop_nulls() if _has_few_values(texts) else None
        few = like = None
        if different is not None:
            few = frozenset(different) if len(different) <= _FEW else None
            like = frozenset(different.filter(different.is_in(MARKERS)))
        return _Seen(missing, few=few, like=like or frozenset()), texts
    values, fails = one.candidate.values(item, texts)
    failing = texts.filter(fails).unique().head(_FAILING).to_list() if fails.any() else []
    rival = one.candidate.rival
    rival_fails = rival is None or not rival.fits(texts)
    return _Seen(missing, failing, rival_fails), values


def _has_few_values(texts: pl.Series) -> bool:
    """Whether it is worth while to look for few values: a look at the first ones tells."""
    return texts.head(1000).n_unique() <= 100


def _of_both(one: _Seen, other: _Seen) -> _Seen:
    few = None if one.few is None or other.few is None else one.few | other.few
    return _Seen(
        one.missing + other.missing,
        [*one.failing, *other.failing][: 10 * _FAILING],
        one.rival_fails or other.rival_fails,
        few if few is not None and len(few) <= _FEW else None,
        one.like | other.like,
    )


class TextSource(BlockSource, Protocol):
    """A table that has its cells as text too."""

    @property
    def labels(self) -> Sequence[str] | None:
        """The labels of the header, once it is known."""

    def texts(self) -> Iterator[pl.DataFrame]:
        """The cells, in columns named 0, 1, …"""


def proved(
    source: TextSource, options: Options, keys: KeysOf, valued: Collection[str] = ()
) -> DraftColumns | None:
    """What all rows of a table say of its columns; None where it has no header that tells them.

    `keys` names the sets of columns that may be keys, by what is known of the columns. `valued` are
    the columns in which some cells are the values of a workbook.
    UnreadableError: the bytes are no text.
    """
    if source.begin() is None or not source.labels:
        return None
    labels = source.labels
    sample = next(source.texts(), pl.DataFrame()).head(_SAMPLE)
    guesses = [
        first_guess(label, column, is_valued=label in valued)
        for label, column in zip(labels, sample.get_columns(), strict=True)
    ]
    for turn in range(_ROUNDS):
        proof = Proof(guesses, *_proposals(guesses, sample, keys))
        found = scan(source, partial(_alone, proof), options)
        if found is None:
            return None
        kept: _Kept = found[0]
        refuted = [bool(seen.failing) for seen in kept.columns]
        if not any(refuted):
            return _columns_concluded(proof, kept)
        is_last = turn >= _ROUNDS - 2
        guesses = [
            one if not seen.failing else one.as_text() if is_last else one.after(seen.failing)
            for one, seen in zip(guesses, kept.columns, strict=True)
        ]
    return None


def _alone(proof: Proof, _: object) -> list[Proof]:
    return [proof]


def _proposals(
    guesses: Sequence[Guess], sample: pl.DataFrame, keys: KeysOf
) -> tuple[list[tuple[str, ...]], list[Sum]]:
    """The keys and sums that hold in a sample."""
    values: dict[str, pl.Series] = {}
    for one, column in zip(guesses, sample.get_columns(), strict=True):
        item = one.item
        values[one.label] = one.candidate.values(item, present(item, column))[0]
    fields = {one.label: one.item for one in guesses}
    return keys(fields, Sample(values)), possible_sums(values)


def _columns_concluded(proof: Proof, kept: _Kept) -> DraftColumns:
    columns = tuple(
        KnownColumn(
            one,
            seen.missing,
            one.candidate.rival is not None and not seen.rival_fails,
            tuple(sorted(seen.few or ())),
            tuple(sorted(seen.like)),
        )
        for one, seen in zip(proof.guesses, kept.columns, strict=True)
    )
    unique = tuple(
        key for key, parts in zip(proof.keys, kept.hashes, strict=True) if parts is not None
    )
    held = tuple(one for one, is_held in zip(proof.sums, kept.sums, strict=True) if is_held)
    return DraftColumns(kept.rows, columns, unique, held)
