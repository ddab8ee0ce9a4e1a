"""Descriptor → how to cite the package, as text and as BibTeX: the only place that words it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from mtopendata.release.terms.people import creators, inverted_name
from mtopendata.release.terms.properties import Json, date, doi, homepage, text, uri
from mtopendata.release.terms.sources import sources
from mtopendata.values import markdown

HOW_TO_CITE, BIBTEX = "How to cite", "BibTeX"
"""What stands above or beside the citation, wherever it is given."""


@dataclass(frozen=True, slots=True)
class Citation:
    """What a reference needs. `authors` stand family name first; `sources` are titles."""

    key: str
    authors: tuple[tuple[str, bool], ...]
    title: str
    version: str | None
    date: datetime | None
    doi: str | None
    address: str | None
    sources: str

    @property
    def text(self) -> str:
        """The citation in one line."""
        authors = ", ".join(name for name, _ in self.authors)
        year = f"({self.date.year if self.date else 'n.d.'})"
        version = f" (version {self.version})" if self.version else ""
        title = f"{self.title}{version} [data set]"
        head = f"{authors} {year}. {title}." if authors else f"{title} {year}."
        address = f" {self.address}" if self.address else ""
        source = f" Sources: {self.sources.rstrip('.')}." if self.sources else ""
        return f"{head}{source}{address}"

    @property
    def bibtex(self) -> str:
        """The same as BibTeX; `misc`, because older styles know no data sets."""
        note = [f"Data set, version {self.version}" if self.version else "Data set"]
        note += [f"Sources: {self.sources.rstrip('.')}"] if self.sources else []
        fields = {
            "author": " and ".join(_bibtex_name(*author) for author in self.authors),
            "title": f"{{{_bibtex(self.title)}}}",
            "year": str(self.date.year) if self.date else "",
            "version": _bibtex(self.version or ""),
            "doi": self.doi or "",
            "url": self.address or "",
            "note": _bibtex(". ".join(note)),
        }
        lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
        return "\n".join([f"@misc{{{self.key},", *lines, "}"])

    def without_sources(self) -> "Citation":
        """The citation alone, where the sources are named beside it."""
        return replace(self, sources="")

    @property
    def ris(self) -> str:
        """The same as RIS, which most citation managers read."""
        fields = [
            ("TY", "DATA"),
            *(("AU", name) for name, _ in self.authors),
            ("TI", self.title),
            ("PY", str(self.date.year) if self.date else ""),
            ("ET", self.version or ""),
            ("DO", self.doi or ""),
            ("UR", self.address or ""),
            ("N1", f"Sources: {self.sources.rstrip('.')}" if self.sources else ""),
            ("ER", ""),
        ]
        lines = (f"{tag}  - {value}" for tag, value in fields if value or tag == "ER")
        return "\n".join(lines)

    @property
    def markdown(self) -> str:
        """Both, each as a block to copy."""
        return f"{markdown.fenced(self.text, 'text')}\n\n{markdown.fenced(self.bibtex, 'bibtex')}"


def citation(descriptor: Json, dated: datetime | None = None) -> Citation | None:
    """How to cite a package; None where it has neither a title nor a name. `dated` is the release's
    date, without which `created` is taken.
    """
    title = text(descriptor, "title") or text(descriptor, "name")
    if not title:
        return None
    version, name = text(descriptor, "version"), text(descriptor, "name")
    found = doi(descriptor)
    page = uri(homepage(descriptor))
    authors = dict.fromkeys(
        (_line(inverted_name(agent)), bool(agent.family)) for agent in creators(descriptor)
    )
    return Citation(
        re.sub(r"[^A-Za-z0-9]+", "-", f"{name or title}-{version or ''}").strip("-") or "data",
        tuple(authors),
        _line(title),
        version and _line(version),
        dated or date(descriptor.get("created")),
        found,
        uri(f"https://doi.org/{found}") if found else page,
        _named_sources(descriptor),
    )


MOST_SOURCES = 3
"""Sources that a reference names; of more it says how many there are."""


def _named_sources(descriptor: Json) -> str:
    named = [_line(source.title) for source in sources(descriptor) if source.title]
    if len(named) <= MOST_SOURCES:
        return "; ".join(named)
    return f"{named[0]}; and {len(named) - 1} more, which the package lists"


def source_titles(descriptor: Json) -> str:
    """The titles of the sources, which a reference names in words: it can give them no authors."""
    return "; ".join(_line(source.title) for source in sources(descriptor) if source.title)


def _line(words: str) -> str:
    return " ".join(words.split())


_TEX: Mapping[str, str] = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
}


def _bibtex(words: str) -> str:
    """A text with the signs escaped that mean something to TeX; in a value braces must pair."""
    return "".join(_TEX.get(sign, sign) for sign in words)


def _bibtex_name(name: str, is_inverted: bool) -> str:
    """A person's name as it stands; of any other BibTeX would take the last word for a family."""
    return _bibtex(name) if is_inverted else f"{{{_bibtex(name)}}}"
