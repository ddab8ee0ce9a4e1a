"""A figure as a text cites it: in its data set, and in the document that prints it."""

from dataclasses import replace

from mtopendata.figures.described import Described, as_printed
from mtopendata.release.terms.citing import Citation


def cited_figure(item: Described, citation: Citation | None) -> Citation | None:
    """The figure in its data set."""
    if citation is None:
        return None
    where = ", ".join(filter(None, (item.title, item.area_title, item.period)))
    printed = as_printed(item.figure) or "not reported"
    return replace(
        citation,
        key=f"{citation.key}-{item.index + 1}",
        title=" ".join(f"{where}: {printed}. In: {citation.title}".split()),
        sources=source_link(item) or citation.sources,
    )


def source_link(item: Described) -> str:
    """The document that prints the figure, as a reference names it."""
    named = (item.source.get(name) for name in ("publisher", "title", "year"))
    return " ".join(", ".join(str(part) for part in named if part).split())
