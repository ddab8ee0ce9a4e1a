"""Whether a page can do no more than one that this program has made."""

from collections.abc import Iterator

from mtopendata.values.html.addresses import is_safe_address
from mtopendata.values.html.elements import Element
from mtopendata.values.html.hashes import source_hash


def unsafe(page: Element) -> Iterator[str]:
    """What a page of ours never has: anything that could run or load but its style and script."""
    policies = [
        element.attributes.get("content", "")
        for element in page.all("meta", **{"http-equiv": "Content-Security-Policy"})
    ]
    styles = [element.text for element in page.all("style")]
    scripts = [
        element.text
        for element in page.all("script")
        if element.attributes.get("type") != "application/ld+json"
    ]
    if len(policies) != 1 or len(styles) != 1 or len(scripts) != 1:
        yield "has not one policy, one style and one script"
        return
    expected = (
        f"default-src 'none'; style-src {source_hash(styles[0])}; "
        f"script-src {source_hash(scripts[0])}; base-uri 'none'; form-action 'none'"
    )
    if policies[0] != expected:
        yield "has another policy than that of its own style and script"
    for element in page.every():
        yield from _unsafe_attributes(element)


def _unsafe_attributes(element: Element) -> Iterator[str]:
    for name, value in element.attributes.items():
        if name.startswith("on") or name in ("src", "srcset", "style", "action", "srcdoc"):
            yield f"has an attribute that no page of ours has, {name}"
        if name == "href" and not is_safe_address(value):
            yield f"has a link that is not safe, {value[:50]!r}"
