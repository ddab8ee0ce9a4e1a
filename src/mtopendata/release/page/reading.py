"""A page read back, and held against the tables and the files that it tells of.

A page would be wrong that left a figure out, gave it another number, text or bounds, or drew it
elsewhere; that counted or showed other rows; that named another file; or that could run or load
anything but its own style and script.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from mtopendata.figures.described import Described, as_printed, described_figures
from mtopendata.figures.printed_numbers import PERCENT
from mtopendata.figures.source_order import of_one_thing, ranked_sources
from mtopendata.figures.tables import FIGURE_COLUMNS, NUMBERS
from mtopendata.package.checksums import sha256
from mtopendata.reading.tables import Table
from mtopendata.release.model import Release
from mtopendata.release.page.comparing import other_sources
from mtopendata.release.page.contents import MOST_ROWS
from mtopendata.release.page.dictionary import SHOWN, cell_words
from mtopendata.release.page.downloads import listed_formats
from mtopendata.release.page.figures import LISTED, has_key
from mtopendata.release.page.summaries import FIRST
from mtopendata.release.proof import UnprovenError
from mtopendata.release.tables import tables_of
from mtopendata.values.cells import cell_text
from mtopendata.values.html.elements import Element, read_html
from mtopendata.values.html.safety import unsafe
from mtopendata.values.html.texts import shown

_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_WIDER = Decimal(8)
"""What a drawing may be out of place, because it is never narrower."""


def prove_page(release: Release, path: Path) -> None:
    """UnprovenError: the page says something else than the release has, or may do more than it."""
    try:
        page = read_html(path.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise UnprovenError(path, f"cannot be read ({error})") from error
    tables = tables_of(release)
    for fault in (
        *unsafe(page),
        *_wrong_figures(page, tables),
        *_wrong_tables(page, tables),
        *_wrong_downloads(page, release, path.parent),
    ):
        raise UnprovenError(path, fault)


# The figures


def _wrong_figures(page: Element, tables: Mapping[str, Table]) -> Iterator[str]:
    articles = [*page.all("article", class_="figure"), *page.all("tr", class_="figure")]
    small = {name: table for name, table in tables.items() if table.frame.height <= MOST_ROWS}
    figures = FIGURE_COLUMNS.usable(small)
    if figures is None or not has_key(figures):
        if articles:
            yield "has figures, and the package has none"
        return
    every = described_figures(figures, small)
    same = of_one_thing(every, figures, ranked_sources(small))
    items = every[:LISTED]
    found = {_row_of(article): article for article in articles}
    if len(articles) != len(items) or set(found) != {item.index for item in items}:
        yield f"has {len(articles)} figures instead of {len(items)}"
        return
    told = [(item, found[item.index]) for item in items]
    yield from _wrong_series(page, told)
    for item, article in told:
        yield from _wrong_figure(item, article)
    yield from _wrong_cards([one for one in told if one[1].tag != "tr"], same)


def _wrong_cards(
    cards: Sequence[tuple[Described, Element]], same: Mapping[int, Sequence[Described]]
) -> Iterator[str]:
    """What the figures that are drawn say beside their numbers; `same` are those of other sources
    too.
    """
    for item, article in cards:
        others = " · ".join(other_sources(item, same))
        said_of_others = [p.text for p in article.all("p", class_="others")]
        if said_of_others != [f"Other sources: {_as_shown(others)}"] * bool(others):
            yield f"gives other sources of {item.full_name} as {str(said_of_others)[:100]}"
    for is_share in (True, False):
        yield from _wrong_places(
            place
            for item, article in cards
            if (item.figure.get("unit") == PERCENT) == is_share
            for place in _drawn_ends(item, article)
        )


def _wrong_places(ends: Iterable[tuple[Decimal, Decimal]]) -> Iterator[str]:
    """Numbers that are drawn before what is less, by each number and its place."""
    highest: Decimal | None = None
    for value, place in sorted(ends):
        if highest is not None and place < highest - _WIDER:
            yield f"draws {value} before what is less"
        highest = place if highest is None else max(highest, place)


def _wrong_series(page: Element, items: Sequence[tuple[Described, Element]]) -> Iterator[str]:
    """Each year of a line must be told as its figure is."""
    told = set()
    for item, article in items:
        bounds = "".join(_bounds_of(article))
        printed = "".join(data.text for data in article.all("data"))
        told.add(f"{item.period}: {printed} ({bounds[:1].lower()}{bounds[1:]})")
    for drawing in page.all("svg", class_="series"):
        for words in drawing.all("desc"):
            for year in words.text.removesuffix(".").split("; "):
                if year not in told:
                    yield f"draws another year than the figures have, {year[:50]!r}"


def _row_of(article: Element) -> int:
    """The row of the figure; -1 where it says none."""
    row = article.attributes.get("data-row", "")
    return int(row) if re.fullmatch("[0-9]{1,9}", row) else -1


def _wrong_figure(item: Described, article: Element) -> Iterator[str]:
    row = item.figure
    printed = str(shown(as_printed(row) or "not reported"))
    value = "" if row["value"] is None else cell_text(row["value"])
    numbers = [(data.attributes.get("value"), data.text) for data in article.all("data")]
    if numbers != [(value, _unescaped(printed))]:
        yield f"gives {item.full_name} as {str(numbers)[:100]}"
    bounds = list(_bounds_of(article))
    for drawing in article.all("svg", class_="interval"):
        if [part.text for part in drawing.all("desc")] != [f"{text}." for text in bounds]:
            yield f"describes the drawing of {item.full_name} otherwise than the bounds of it"
    said = [[Decimal(n.replace(",", "")) for n in _NUMBER.findall(text)] for text in bounds]
    if said != [_told_bounds(item)]:
        yield f"gives the bounds of {item.full_name} as {str(bounds)[:100]}"


def _bounds_of(article: Element) -> Iterator[str]:
    """The bounds of a figure in words, without its unit."""
    name = "td" if article.tag == "tr" else "p"
    return (item.text.partition(";")[0] for item in article.all(name, class_="bounds"))


def _unescaped(text: str) -> str:
    return "".join(part for part in read_html(text).inside if isinstance(part, str))


def _told_bounds(item: Described) -> list[Decimal]:
    """The numbers that the bounds of a figure are told with."""
    value, lower, upper = (item.figure[name] for name in NUMBERS)
    bounds = [Decimal(bound) for bound in dict.fromkeys((lower, upper)) if bound is not None]
    # Not reported, which is not 0.
    return bounds or [Decimal(0) if value is None else Decimal(value)]


def _drawn_ends(item: Described, article: Element) -> list[tuple[Decimal, Decimal]]:
    """Values and their places in the drawing; none where there is no number."""
    value, lower, upper = (item.figure[name] for name in NUMBERS)
    drawings = list(article.all("svg", class_="interval"))
    anchor = next((number for number in (value, lower, upper) if number is not None), None)
    if anchor is None or len(drawings) != 1:
        return [] if anchor is None else [(Decimal(anchor), Decimal("-Infinity"))]
    for circle in drawings[0].all("circle"):
        return [(Decimal(anchor), Decimal(circle.attributes["cx"]))]
    (path,) = drawings[0].all("path", class_="stroke")
    left = re.match(r"M([\d.]+) ", path.attributes["d"])
    right = re.search(r"H([\d.]+)m0-7v14", path.attributes["d"])
    found = [(lower if lower is not None else upper, left), (upper, right)]
    return [(Decimal(number), Decimal(place[1])) for number, place in found if place]


# The tables


def _wrong_tables(page: Element, tables: Mapping[str, Table]) -> Iterator[str]:
    counts = {
        data.attributes["data-rows-of"]: data.attributes.get("value")
        for data in page.all("data")
        if "data-rows-of" in data.attributes
    }
    expected = {_as_shown(name): str(table.frame.height) for name, table in tables.items()}
    if counts != expected:
        yield f"counts other rows: {str(counts)[:100]}"
    previews = {
        table.attributes["data-preview-of"]: table
        for table in page.all("table")
        if "data-preview-of" in table.attributes
    }
    for name, table in tables.items():
        first = [
            [_as_shown(cell_words(value)) for value in row[:SHOWN]]
            for row in table.frame.head(FIRST).rows()
        ]
        preview = previews.get(_as_shown(name))
        rows = (
            [[cell.text for cell in row.all("td")] for row in preview.all("tr")][1:]
            if preview
            else []
        )
        if rows != first:
            yield f"shows other rows of {name[:50]!r}"
    yield from _wrong_columns(page, tables)


def _wrong_columns(page: Element, tables: Mapping[str, Table]) -> Iterator[str]:
    """How many cells of each column hold a value."""
    dictionaries = list(page.all("table", class_="columns"))
    with_rows = [table for table in tables.values() if table.frame.width]
    if len(dictionaries) != len(with_rows):
        yield "describes other tables"
        return
    for described, table in zip(dictionaries, with_rows, strict=True):
        heights = table.frame.height
        for row in list(described.all("tr"))[1:]:
            (name,) = (head.text for head in row.all("th"))
            columns = [series for series in table.frame if _as_shown(series.name) == name]
            cells = [cell.text.replace(",", "") for cell in row.all("td")][2:4]
            missing = [series.null_count() for series in columns]
            if not missing or (heights and cells != [str(heights - missing[0]), str(missing[0])]):
                yield f"counts other cells in {name[:50]!r}"


def _as_shown(text: str) -> str:
    return _unescaped(str(shown(text)))


# The downloads


def _wrong_downloads(page: Element, release: Release, folder: Path) -> Iterator[str]:
    names = [name for item in listed_formats() for name in item.files(release)]
    tables = [row for row in page.all("tr") if any(row.all("code", class_="digest"))]
    listed = {
        head.text: [cell.text for cell in row.all("td")][1:]
        for row in tables
        for head in row.all("th")
    }
    if list(listed) != names:
        yield f"lists other files: {str(list(listed))[:100]}"
        return
    for name in names:
        file = folder / name
        if file.is_file() and listed[name] != [f"{file.stat().st_size:,}", sha256([file])]:
            yield f"gives another size or SHA-256 of {name}"
