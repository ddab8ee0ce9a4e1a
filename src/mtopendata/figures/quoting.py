"""A figure → a sentence to quote: what is counted, where, when, as it is printed, what to mind.

A limit stays a limit: what is printed is said as it is, and where its words do not tell that it is
no exact number, those of its qualifier do.
"""

import re
from decimal import Decimal

from mtopendata.figures.described import Described, as_printed
from mtopendata.figures.printed_numbers import PERCENT
from mtopendata.values.cells import plain

_LONGEST_CAVEAT = 200
_SENTENCE_END = re.compile(r"(?<=[.!?])(?<![^\w][A-Z]\.)(?<!\.\w\.)\s+(?=[^a-z])")


def quotation(item: Described) -> str:
    """The sentence, and behind it the beginning of the measure's caveat."""
    is_cumulative = item.measure.get("kind") == "cumulative"
    period = f"cumulative, {item.period}" if is_cumulative and item.period else item.period
    where = ", ".join(filter(None, (item.area_title, period)))
    what = f'The figure for "{item.title}"' + (f" ({where})" if where else "")
    source, number = _source_in_words(item), _number_in_words(item)
    if number is None:
        says = f"is not reported{source and f' in {source}'}, which is not 0"
    else:
        says = f"is {number}{source and f', as printed in {source}'}"
    return " ".join(f"{what} {says}. {_short_caveat(item)}".split())


def _number_in_words(item: Described) -> str | None:
    """The number as printed, with its qualifier where the printed words have none; None: there is
    no number.
    """
    printed, value = item.figure.get("printed"), item.figure.get("value")
    qualifier = str(item.figure.get("qualifier") or "exact").replace("_", " ")
    if qualifier == "suppressed":
        return f"withheld because it is small{f' ({printed})' if printed else ''}"
    exact = "" if value is None else _figures_quoted(value, item.figure.get("unit"))
    if printed and qualifier == "exact" and not any(map(str.isalnum, printed)):
        return f"{exact} ({printed})"  # a mark that means 0
    if not printed or qualifier in ("exact", "between") or _is_said(printed, qualifier):
        return as_printed(item.figure)
    if qualifier == "rounded":
        return f"{printed} (rounded)"
    return f"{printed} ({f'{qualifier} {exact}'.strip()})"


def _is_said(printed: str, qualifier: str) -> bool:
    return re.search(rf"\b{qualifier}\b", printed, re.IGNORECASE) is not None


def _figures_quoted(value: Decimal | int | float, unit: str | None) -> str:
    return f"{Decimal(plain(Decimal(str(value)))):,}{'%' if unit == PERCENT else ''}"


def _source_in_words(item: Described) -> str:
    source = item.source
    title = source.get("title")
    named = [f'"{title}"' if title else "", source.get("publisher"), source.get("year")]
    return ", ".join(str(part) for part in named if part)


def _short_caveat(item: Described) -> str:
    """The first sentences of the measure's caveat: one, and more while they are short."""
    short = ""
    for sentence in _SENTENCE_END.split(str(item.measure.get("caveat") or "").strip()):
        longer = f"{short} {sentence}".strip()
        if short and len(longer) > _LONGEST_CAVEAT:
            break
        short = longer
    return short
