"""What catalogues, archives and people read is valid by their own schemas and true to the package.

`python -m tests.release.test_metadata_catalogues` writes the repository's CITATION.cff anew.
"""

import json
import os
import re
import sys
from collections.abc import Callable
from datetime import date
from importlib import import_module, resources
from pathlib import Path
from typing import Any

import pytest
import yaml

from mtopendata.release.metadata.citation import citation_cff
from mtopendata.release.metadata.datacite import datacite
from mtopendata.release.metadata.dcat_us import dcat_us
from mtopendata.release.metadata.licence import licence_md
from mtopendata.release.metadata.readme import readme_md
from mtopendata.release.metadata.zenodo import zenodo
from mtopendata.release.model import Release
from mtopendata.release.terms.licences import SPDX
from mtopendata.release.terms.properties import uri
from mtopendata.release.terms.required import LackingError
from mtopendata.values import markdown
from tests.kit.packages import MONTANA, ROOT, schema_of, write_package
from tests.kit.releases import released

Write = Callable[[Release], str]


@pytest.fixture(scope="session")
def own() -> Release:
    return released(MONTANA)


def package(folder: Path, resource: dict[str, Any] | None = None, **properties: Any) -> Release:
    """The release of a package with one column and these properties."""
    declared = {"name": "t", "path": "t.csv", "schema": schema_of("a"), **(resource or {})}
    return released(
        write_package(folder, {"resources": [declared], **properties}, {"t.csv": "a\nx\n"})
    )


# Referees


def is_uri(value: object) -> bool:
    """Whether RFC 3986 allows it, which jsonschema alone does not check."""
    rfc3986 = import_module("rfc3986")
    validator = rfc3986.validators.Validator().require_presence_of("scheme", "host")
    validator.check_validity_of("scheme", "host", "path", "query", "fragment")
    try:
        validator.validate(rfc3986.uri_reference(value))
    except (rfc3986.exceptions.ValidationError, rfc3986.exceptions.InvalidAuthority):
        return False
    return True


def formats() -> Any:
    """What checks dates and addresses."""
    import jsonschema

    checker = jsonschema.FormatChecker()
    checker.checkers = {**checker.checkers, "uri": (is_uri, ())}
    return checker


def is_cff(text: str) -> dict[str, Any]:
    """The citation, read as YAML 1.1 and as YAML 1.2, and valid by the format's own schema."""
    import jsonschema
    from ruamel.yaml import YAML

    old, new = yaml.safe_load(text), YAML(typ="safe", pure=True).load(text)
    assert old == new
    vendor = resources.files("check_jsonschema") / "builtin_schemas" / "vendor"
    schema = json.loads((vendor / "citation-file-format.json").read_text("utf-8"))
    jsonschema.Draft7Validator(schema, format_checker=formats()).validate(new)
    assert isinstance(new, dict)
    return new


def is_datacite(text: str) -> dict[str, Any]:
    schema45 = import_module("datacite.schema45")
    found = json.loads(text)
    schema45.validator.validate(found)
    # The library writes from it the XML that DataCite stores.
    if "doi" in found:
        assert schema45.tostring(found)
    return dict(found)


def dcat_schemas() -> Path | None:
    """The folder of DCAT-US 1.1's published JSON Schemas, which ckanext-datajson ships."""
    folders = [Path(item) for item in (os.environ.get("MTOPENDATA_REFEREES"), *sys.path) if item]
    found = (folder / "ckanext/datajson/pod_schema/non-federal-v1.1" for folder in folders)
    return next((folder for folder in found if folder.is_dir()), None)


def is_dcat_us(text: str) -> dict[str, Any]:
    import jsonschema

    found = json.loads(text)
    if folder := dcat_schemas():
        catalog = json.loads((folder / "catalog.json").read_text("utf-8"))
        dataset = json.loads((folder / "dataset-non-federal.json").read_text("utf-8"))
        # The catalogue finds the dataset's schema in its own folder: here it is put in its place.
        catalog["properties"]["dataset"]["items"] = {}
        checker = formats()
        jsonschema.Draft4Validator(catalog, format_checker=checker).validate(found)
        for item in found["dataset"]:
            jsonschema.Draft4Validator(dataset, format_checker=checker).validate(item)
    return dict(found)


def is_markdown(text: str) -> list[Any]:
    """The tokens of a text in which every table is whole, and nothing is raw HTML."""
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(text)
    flat = [child for token in tokens for child in (token, *(token.children or ()))]
    assert not [token.content for token in flat if token.type in ("html_inline", "html_block")]
    lines = text.splitlines()
    for token in tokens:
        if token.type == "table_open":
            first, last = token.map or (0, 0)
            cells = {len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) for line in lines[first:last]}
            assert len(cells) == 1, lines[first:last]
    return flat


def shown(tokens: list[Any]) -> str:
    """The text that a reader sees."""
    return "\n".join(token.content for token in tokens if token.type in ("text", "code_inline"))


REFEREES: dict[Write, Callable[[str], object]] = {
    citation_cff: is_cff,
    datacite: is_datacite,
    dcat_us: is_dcat_us,
    licence_md: is_markdown,
    readme_md: is_markdown,
    zenodo: json.loads,
}

HOSTILE = {
    "yaml": ["no", "1.0", "2026-11-22", "0o17", "1e3", "~", "- x: y # z", "{a: [b", "'\"", "&a"],
    "html": ["<script>alert(1)</script>", "a<b>c", "<!-- x", "&amp; &lt;", "]]>", "<https://x.org>"],
    "markdown": ["a|b", "`x`", "``", "# h", "1. x", "*b* _c_ [d](e) ~~f~~ ![g](h)", "---", "|a|b|"],
    "lines": ["a\nb", "a\r\nb", "a\n\nb\n---\n|-|-|\n", "\u2028x\u2029", "a\tb\u0085c", "```\nx"],
    "unicode": ["Ünïcödé 🐘", "مرحبا", "e\u0301", "\ufeffx", "\u202eabc", "x\u0000y"],
}  # fmt: skip

PERSON = {
    "title": "Ada Lovelace",
    "givenName": "Ada",
    "familyName": "Lovelace",
    "email": "ada@example.org",
    "path": "https://orcid.org/0000-0002-1825-0097",
    "organization": "Analytical Society",
    "roles": ["creator"],
}
FULL: dict[str, Any] = {
    "name": "engine",
    "title": "Engine",
    "description": "One.\n\nTwo & three.",
    "version": "1.0",
    "created": "2026-11-22",
    "keywords": ["no", "1.0"],
    "contributors": [PERSON, {"title": "Office", "email": "o@example.org", "roles": ["contact"]}],
    "sources": [{"title": "Book", "path": "https://example.org/a b"}, {"title": "Ä", "path": "x"}],
    "licenses": [{"name": "CC-BY-4.0"}],
}

PACKAGES: dict[str, dict[str, Any]] = {
    "minimal": {"name": "a"},
    "nameless": {},
    "full": FULL,
    "doi": FULL | {"id": "https://doi.org/10.5281/zenodo.123", "homepage": "https://exämple.org/ü"},
    "odd doi": FULL | {"id": "10.5281/<x>"},
    "identifier": FULL | {"id": "7f3b"},
    "two licences": FULL
    | {"licenses": [{"name": "MIT"}, {"title": "House rules", "path": "https://example.org/r"}]},
    "unknown licence": FULL | {"licenses": [{"name": "Ours", "path": "LICENSE.txt"}]},
    "family name alone": FULL | {"contributors": [{"familyName": "Ada", "email": "a@b.c"}]},
    "empty": FULL | {"keywords": [], "contributors": [], "sources": [], "licenses": []},
    "twins": FULL | {"contributors": [PERSON, PERSON], "sources": FULL["sources"] * 2,
                     "licenses": [{"name": "MIT"}] * 2},
    "wrong inside": FULL
    | {"contributors": [1, "x", {"title": 2}, {"title": " "}, PERSON | {"email": "no", "roles": 3}],
       "sources": [None, {}, {"path": 1}], "licenses": [[], {"name": 7}], "keywords": [1, "", "k"],
       "extra": {"a": [1.5]}, "homepage": "ht!tp://", "created": "yesterday"},
    "addresses": FULL | {"homepage": "http://[::1", "sources": [
        {"path": "https://x.org/[a]?q=[b]#ü%zz"}, {"path": "https://u:p@x.org/"},
        {"path": "https://:80/"}, {"path": "https://x.org:99999/"}, {"path": "javascript:a()"}]},
    **{f"{kind} {number}": {
        "name": "x", "title": value, "description": value, "version": value, "id": value,
        "created": "2026-11-22", "keywords": [value, "k"], "homepage": f"https://x.org/{value}",
        "contributors": [{"title": value, "givenName": value, "familyName": value,
                          "organization": value, "email": f"{value}@x.org", "roles": [value]},
                         {"title": value, "email": "a@x.org"}],
        "sources": [{"title": value, "path": value, "version": value}],
        "licenses": [{"name": value, "title": value, "path": value}]}
       for kind, values in HOSTILE.items() for number, value in enumerate(values)},
}  # fmt: skip


@pytest.mark.parametrize("properties", PACKAGES.values(), ids=PACKAGES)
def test_whatever_a_descriptor_says_the_files_are_valid_or_say_what_is_lacking(
    properties: dict[str, Any], tmp_path: Path
) -> None:
    value = str(properties.get("title", "t"))
    field = {"name": "a", "description": value, "constraints": {"pattern": ".*|`", "minLength": 1},
             "categories": [{"value": "x", "label": value}]}  # fmt: skip
    resource = {"title": value, "description": value, "licenses": [{"title": value}],
                "schema": {"fields": [field], "missingValues": ["", "|", "`"]}}  # fmt: skip
    release = package(tmp_path, resource, **properties)
    said = []
    for write, referee in REFEREES.items():
        try:
            text = write(release)
        except LackingError as lacking:
            said.append(str(lacking))
            continue
        referee(text)
        assert write(release) == text
        text.encode()
    assert all(re.match(r"the (descriptor|licence) ", what) for what in said)


def test_the_schemas_of_dcat_us_are_at_hand() -> None:
    if not dcat_schemas():
        pytest.skip("ckanext-datajson is not installed; see MTOPENDATA_REFEREES")
    with pytest.raises(Exception, match="required property"):
        is_dcat_us(
            '{"conformsTo": "https://project-open-data.cio.gov/v1.1/schema", "dataset": [{}]}'
        )


# The package of this repository


@pytest.mark.parametrize("folder", [ROOT, MONTANA], ids=["today", "1.0.0"])
def test_the_repository_is_cited_as_its_package_is(folder: Path) -> None:
    text = (folder / "CITATION.cff").read_text("utf-8")
    assert text == citation_cff(released(folder)), (
        "run python -m tests.release.test_metadata_catalogues"
    )


@pytest.mark.parametrize("write", REFEREES)
def test_every_file_of_the_own_package_is_written_and_valid(own: Release, write: Write) -> None:
    REFEREES[write](write(own))


def test_the_own_files_tell_what_the_descriptor_tells(own: Release) -> None:
    descriptor = own.descriptor
    cited = is_cff(citation_cff(own))
    registered = is_datacite(datacite(own))
    (listed,) = is_dcat_us(dcat_us(own))["dataset"]
    deposited = json.loads(zenodo(own))
    assert {cited["title"], registered["titles"][0]["title"], listed["title"],
            deposited["title"]} == {descriptor["title"]}  # fmt: skip
    assert cited["version"] == registered["version"] == deposited["version"] == own.version
    assert own.date is not None
    day = own.date.date().isoformat()
    assert cited["date-released"] == listed["modified"] == deposited["publication_date"] == day
    assert cited["license"] == registered["rightsList"][0]["rightsIdentifier"] == "CC-BY-4.0"
    assert deposited["license"] == "cc-by-4.0"
    assert listed["license"] == "https://creativecommons.org/licenses/by/4.0/"
    for words in (cited["keywords"], listed["keyword"], deposited["keywords"]):
        assert words == descriptor["keywords"]
    source = descriptor["sources"][0]["path"]
    assert listed["references"] == [source]
    assert registered["relatedIdentifiers"][0]["relatedIdentifier"] == source
    assert {"relation": "isDerivedFrom", "identifier": source} in deposited["related_identifiers"]
    assert len(listed["distribution"]) == len(own.files)


def test_the_readme_describes_every_table_and_column_once(own: Release) -> None:
    text = readme_md(own)
    seen = shown(is_markdown(text))
    for resource in own.package.resources:
        assert text.count(f"\n## {resource.name}\n") == 1
        assert f"{own.package.tables[resource.name].height} row" in seen
        assert resource.schema is not None
        for field in resource.schema.fields:
            assert " ".join(field.descriptor["description"].split()) in seen
            for category in field.descriptor.get("categories", ()):
                assert seen.count(category["label"]) == 1
    assert "Codes of `unit`: those of `unit` in `figures`" in text


@pytest.mark.slow
def test_every_kind_of_table_is_described() -> None:
    described = 0
    for folder in sorted((ROOT / "tests" / "packages").glob("good-*")):
        release = released(folder)
        seen = shown(is_markdown(readme_md(release)))
        for resource in release.package.resources:
            for field in resource.schema.fields if resource.schema else ():
                assert field.name in seen
                described += 1
    assert described > 50


# People, licences, dates


def test_a_person_is_cited_by_family_and_given_name(tmp_path: Path) -> None:
    release = package(tmp_path, **FULL)
    assert is_cff(citation_cff(release))["authors"] == [{
        "family-names": "Lovelace", "given-names": "Ada", "email": "ada@example.org",
        "affiliation": "Analytical Society", "orcid": "https://orcid.org/0000-0002-1825-0097",
    }]  # fmt: skip
    deposit = json.loads(zenodo(release))
    assert deposit["creators"] == [{
        "name": "Lovelace, Ada", "affiliation": "Analytical Society",
        "orcid": "0000-0002-1825-0097",
    }]  # fmt: skip
    assert deposit["contributors"] == [{"name": "Office", "type": "ContactPerson"}]
    assert deposit["description"] == "<p>One.</p><p>Two &amp; three.</p>"
    assert is_datacite(datacite(release))["creators"][0]["nameType"] == "Personal"
    (listed,) = is_dcat_us(dcat_us(release))["dataset"]
    assert listed["contactPoint"]["hasEmail"] == "mailto:o@example.org"


def test_a_text_that_looks_like_a_number_stays_a_text(tmp_path: Path) -> None:
    words = HOSTILE["yaml"]
    release = package(tmp_path, **(FULL | {"keywords": words, "version": "1e3"}))
    cited = is_cff(citation_cff(release))
    assert cited["keywords"] == words
    assert cited["version"] == "1e3"
    assert date.fromisoformat(cited["date-released"]) == date(2026, 11, 22)


def test_rights_and_sources_are_told_wherever_there_is_a_place(tmp_path: Path) -> None:
    release = package(tmp_path, **(FULL | {"rights": "The figures are theirs."}))
    assert "The figures are theirs." in licence_md(release)
    assert "## Sources to attribute" in licence_md(release)
    (listed,) = is_dcat_us(dcat_us(release))["dataset"]
    assert listed["rights"] == "The figures are theirs."
    assert {"rights": "The figures are theirs."} in is_datacite(datacite(release))["rightsList"]
    titles = [source["title"] for source in FULL["sources"] if "title" in source]
    assert titles
    assert all(title in is_cff(citation_cff(release))["message"] for title in titles)


def test_of_several_licences_none_is_chosen(tmp_path: Path) -> None:
    release = package(tmp_path, **PACKAGES["two licences"])
    assert not {"license", "license-url"} & set(is_cff(citation_cff(release)))
    (listed,) = is_dcat_us(dcat_us(release))["dataset"]
    assert listed["rights"] == "MIT; House rules"
    assert len(is_datacite(datacite(release))["rightsList"]) == 2
    with pytest.raises(LackingError, match="several licences"):
        zenodo(release)
    assert "- House rules, <https://example.org/r>" in licence_md(release)


@pytest.mark.parametrize(
    ("write", "without", "lacking"),
    [
        (citation_cff, "contributors", "no contributor"),
        (datacite, "contributors", "no contributor"),
        (datacite, "created", "no date"),
        (dcat_us, "keywords", "no keywords"),
        (dcat_us, "description", "no description"),
        (dcat_us, "created", "no date"),
        (licence_md, "licenses", "no licence"),
        (zenodo, "licenses", "no licence"),
        (zenodo, "description", "no description"),
    ],
)
def test_what_a_standard_requires_is_named_where_it_is_lacking(
    write: Write, without: str, lacking: str, tmp_path: Path
) -> None:
    properties = {name: value for name, value in FULL.items() if name != without}
    write(package(tmp_path, **FULL))
    with pytest.raises(LackingError, match=lacking):
        write(package(tmp_path, **properties))


def test_a_catalogue_needs_somebody_to_write_to(tmp_path: Path) -> None:
    release = package(tmp_path, **(FULL | {"contributors": [{"title": "Ada"}]}))
    with pytest.raises(LackingError, match="no contributor with an email"):
        dcat_us(release)


def test_every_known_licence_is_one_of_the_citation_format() -> None:
    vendor = resources.files("check_jsonschema") / "builtin_schemas" / "vendor"
    schema = json.loads((vendor / "citation-file-format.json").read_text("utf-8"))
    assert set(SPDX) <= set(schema["definitions"]["license-enum"]["enum"])


# Markdown


@pytest.mark.parametrize("value", [value for values in HOSTILE.values() for value in values])
def test_markdown_shows_the_very_text(value: str) -> None:
    from markdown_it import MarkdownIt

    plain = " ".join(value.split())
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    row = markdown.table(("a", "b"), [(markdown.inline(value), markdown.code(value))])
    cells = [token for token in parser.parse(row) if token.type == "inline"][2:]
    readable = plain.replace("\0", "\ufffd")
    assert [_read(cell) for cell in cells][:1] == [readable]
    assert len(cells) == 2
    (line,) = [token for token in parser.parse(markdown.inline(value)) if token.type == "inline"]
    assert _read(line) == readable
    kinds = {token.type for token in parser.parse(markdown.block(value))}
    assert kinds <= {"paragraph_open", "inline", "paragraph_close"}


def _read(inline: Any) -> str:
    assert {child.type for child in inline.children} <= {"text", "code_inline", "text_special"}
    return "".join(child.content for child in inline.children)


@pytest.mark.parametrize("value", ["a", "`", "``a`", "a|b", "\\", " a ", "a\nb", "*"])
def test_markdown_shows_code_as_it_is(value: str) -> None:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable("table")
    for text, place in (
        (markdown.code(value), 0),
        (markdown.table("x", [[markdown.code(value)]]), 1),
    ):
        inline = [token for token in parser.parse(text) if token.type == "inline"][place]
        (code,) = [child for child in inline.children or () if child.type == "code_inline"]
        assert code.content == value.replace("\n", " ")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://x.org", "https://x.org"),
        ("https://exämple.org/ü?ä=1#ö", "https://xn--exmple-cua.org/%C3%BC?%C3%A4=1#%C3%B6"),
        ("https://x.org/%41%zz", "https://x.org/%41%25zz"),
        ("http://[::1", None),
        ("https://x.org:99999/", None),
        ("ftp://x.org", None),
        ("a/b", None),
        (7, None),
    ],
)
def test_a_web_address_is_a_uri_or_nothing(address: object, expected: str | None) -> None:
    assert uri(address) == expected
    assert expected is None or is_uri(expected)


def write() -> None:
    os.environ.pop("SOURCE_DATE_EPOCH", None)
    (ROOT / "CITATION.cff").write_text(citation_cff(released(ROOT)), "utf-8")


if __name__ == "__main__":
    write()
