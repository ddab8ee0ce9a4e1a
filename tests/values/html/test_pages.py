"""The ground of every page: nothing that it is about becomes markup, loads, hides or turns."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from jinja2 import DictLoader, Environment, UndefinedError

from mtopendata.values import html
from mtopendata.values.html.addresses import is_safe_address
from mtopendata.values.html.texts import END, ISOLATE, exact, shown
from tests.kit.packages import ROOT

BASE = "values/html/base.html.j2"


def rendered(source: str, **what: Any) -> str:
    """A template of this source, in the environment of all pages."""
    own: Environment = html._environment()
    assert own.loader is not None
    return str(own.overlay(loader=DictLoader({"x": source})).get_template("x").render(what))


class Parsed(HTMLParser):
    """The titles of a page's elements, and its texts."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag == "p"
        self.seen.append(dict(attrs)["title"] or "")

    def handle_data(self, data: str) -> None:
        self.seen.append(data)


def parsed(page: str) -> Parsed:
    parser = Parsed()
    parser.feed(page)
    parser.close()
    return parser


def test_what_the_policy_allows_is_what_stands_in_the_page() -> None:
    page = html.render(BASE)
    policy = re.search('Policy" content="([^"]+)"', page)
    assert policy is not None
    for tag in ("style", "script"):
        (source,) = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy[1]
    for rest in ("default-src 'none'", "base-uri 'none'", "form-action 'none'"):
        assert rest in policy[1]
    assert "unsafe" not in policy[1]


def test_no_template_puts_an_attribute_into_single_quotes() -> None:
    """Apostrophes are not escaped."""
    templates = sorted((ROOT / "src").rglob("*.j2"))
    assert templates
    for template in templates:
        bare = re.sub(r"{[{%#].*?[}%#]}", "", template.read_text("utf-8"), flags=re.DOTALL)
        for tag in re.findall("<[a-zA-Z][^>]*>", bare):
            assert not re.search(r"\s[\w-]+\s*=(?!\")", re.sub('"[^"]*"', '""', tag)), tag


def test_a_page_is_the_same_each_time_and_ends_with_a_line_break() -> None:
    assert html.render(BASE) == html.render(BASE)
    assert html.render(BASE).endswith("</html>\n")


@pytest.mark.parametrize(
    "text",
    ["<script>a</script>", "\"' onload='x", "&lt;", "</title><b>", "{{ 1 }}", "-->", "]]>"],
)
def test_markup_of_the_data_is_text(text: str) -> None:
    page = parsed(rendered('<p title="{{ text }}">{{ text }}', text=text))
    assert page.seen[0] == "".join(page.seen[1:]) == text


@pytest.mark.parametrize(
    ("text", "as_shown"),
    [
        ("a\x00b", r"a\x00b"),
        ("\ud800", r"\ud800"),
        ("a\u202eb", r"a\u202eb"),
        ("\u2066a\u200f", r"\u2066a\u200f"),
        ("\ufffe\U0010ffff\x85\u2028", r"\ufffe\U0010ffff\x85\u2028"),
        ("a\r\nb\rc\td", "a\nb\\rc\td"),
        ("👩\u200d🚒 e\u0301 Łódź", "👩\u200d🚒 e\u0301 Łódź"),
        ("שלום (1)", f"{ISOLATE}שלום (1){END}"),
        (1747, "1747"),
    ],
)
def test_what_hides_or_turns_is_made_visible(text: str | int, as_shown: str) -> None:
    page = rendered("<p>{{ text }}</p>", text=text)
    assert page == f"<p>{as_shown}</p>"
    page.encode()


def test_text_to_copy_has_no_marks_of_direction() -> None:
    assert exact("שלום\x00") == r"שלום\x00"


@pytest.mark.parametrize("value", [None, 1.5, True, [], {}])
def test_what_a_page_has_no_words_for_is_an_exception(value: object) -> None:
    with pytest.raises(TypeError, match="no words"):
        shown(value)


def test_a_value_that_is_missing_is_an_exception() -> None:
    with pytest.raises((UndefinedError, TypeError)):
        rendered("{{ nothing }}")
    with pytest.raises(UndefinedError):
        rendered("{% if nothing %}{% endif %}")


@pytest.mark.parametrize(
    "address",
    [
        "https://a.org",
        "HTTP://a.org/b?c=d#e",
        "mailto:a@b.org",
        "a/b.csv",
        "a%20b.zip",
        "#name",
        "./a",
    ],
)
def test_the_web_mail_and_files_beside_the_page_are_linked_to(address: str) -> None:
    assert is_safe_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "\x01javascript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,<script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//a.org/b",
        "\\\\a.org\\b",
        "/etc/passwd",
        "../a.csv",
        "a/../../b",
        "https:a.org",
        "https://a.org@evil.org/",
        "https://",
        "https://a b.org",
        "blob:https://a.org/1",
        "",
        None,
        7,
    ],
)
def test_no_other_address_is_linked_to(address: object) -> None:
    assert not is_safe_address(address)
    macros = '{% import "values/html/macros.html.j2" as page %}'
    own = html._environment()
    page = str(own.from_string(macros + '{{ page.link("label", a) }}').render(a=address))
    assert "<a" not in page


def test_nothing_in_json_ends_its_script() -> None:
    page = rendered("{{ data|json_in_script }}", data={"a": "</script><!--&\u2028"})
    assert not set("<>&\u2028") & set(page)
    assert r"\u003c/script\u003e" in page
