"""A page read back as elements, by Python's own parser."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"}
)


@dataclass
class Element:
    """An element with what stands in it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    inside: "list[Element | str]" = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text in it."""
        return "".join(part if isinstance(part, str) else part.text for part in self.inside)

    def all(self, tag: str, **attributes: str) -> "Iterator[Element]":
        """The elements in it with this tag and these attributes; `class_` is one of its classes."""
        class_ = attributes.pop("class_", None)
        for part in self.inside:
            if isinstance(part, Element):
                fits = part.tag == tag and attributes.items() <= part.attributes.items()
                if fits and (class_ is None or class_ in part.attributes.get("class", "").split()):
                    yield part
                yield from part.all(tag, **attributes, **({"class_": class_} if class_ else {}))

    def every(self) -> "Iterator[Element]":
        """Each element in it, however deep."""
        for part in self.inside:
            if isinstance(part, Element):
                yield part
                yield from part.every()


class _ElementReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].inside.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if self.open[-1].tag != tag:
            raise ValueError(f"</{tag}> ends <{self.open[-1].tag}>")
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def read_html(text: str) -> Element:
    """The elements of a page. ValueError: one is not ended, or by another."""
    reader = _ElementReader()
    reader.feed(text)
    reader.close()
    if len(reader.open) > 1:
        raise ValueError(f"<{reader.open[-1].tag}> is not ended")
    return reader.open[0]
