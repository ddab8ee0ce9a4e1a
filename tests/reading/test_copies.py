"""Local copies stand for what descriptors name by an address."""

import json
from pathlib import Path
from typing import Any

import pytest

from mtopendata import Options, Report, build, validate, verify
from mtopendata.package.copies import Copies, local_copy
from tests.kit.program import run

HOST = "https://example.org"
SCHEMA = f"{HOST}/1.0/t.json"
PROFILE = f"{HOST}/1.0/profile.json"


def write(folder: Path, **package: Any) -> Path:
    """A package whose second row is no integer, and copies of what it may name."""
    copies = folder / "example.org" / "1.0"
    copies.mkdir(parents=True)
    fields = [{"name": "i", "type": "integer"}]
    official = {"$ref": "https://specs.frictionlessdata.io/schemas/data-package.json"}
    asked = {"properties": {"title": {"$ref": "title.json"}}, "required": ["title"]}
    written = {"t.json": {"fields": fields}, "profile.json": {"allOf": [official, asked]}}
    for name, contents in written.items():
        (copies / name).write_text(json.dumps(contents))
    resource = {"name": "t", "path": "t.csv", "schema": SCHEMA}
    (folder / "t.csv").write_text("i\n1\nx\n")
    descriptor = {"name": "p", "resources": [resource, resource | {"name": "u"}], **package}
    (folder / "datapackage.json").write_text(json.dumps(descriptor))
    return folder


def codes(report: Report) -> list[tuple[str, int | None]]:
    return [(found.code, found.row) for found in report.findings]


def test_without_a_copy_an_address_is_told_once(tmp_path: Path) -> None:
    report = validate(write(tmp_path))
    assert codes(report) == [("remote", None)]
    assert f"--schema {SCHEMA}=FILE" in report.findings[0].hint


@pytest.mark.parametrize("form", ["file", "begin", "hosts"])
def test_a_copy_is_used_in_place_of_the_address(form: str, tmp_path: Path) -> None:
    package = write(tmp_path)
    value = {
        "file": f"{SCHEMA}={tmp_path / 'example.org/1.0/t.json'}",
        "begin": f"{HOST}={tmp_path / 'example.org'}",
        "hosts": str(tmp_path),
    }[form]
    done = run("validate", package, "--format", "json", "--schema", value)
    assert done.exit_code == 1
    found = json.loads(done.stdout)["findings"]
    assert [(item["code"], item["row"]) for item in found] == [("type", 3)] * 2


@pytest.mark.parametrize("value", ["nowhere", f"{SCHEMA}=nowhere.json", "https://example.org/", ""])
def test_a_copy_that_is_not_there_is_refused(value: str, tmp_path: Path) -> None:
    done = run("validate", write(tmp_path), "--schema", value)
    assert done.exit_code == 2
    assert "--schema" in done.stderr


def test_a_broken_copy_is_named(tmp_path: Path) -> None:
    copy = tmp_path / "broken.json"
    copy.write_text("{")
    report = validate(write(tmp_path / "p"), Options(copies={SCHEMA: copy}))
    assert {(found.code, found.path) for found in report.findings} == {("unreadable", str(copy))}


def test_a_descriptor_must_fit_the_profile_that_it_names(tmp_path: Path) -> None:
    package = write(tmp_path, profile=PROFILE, title=3)
    (tmp_path / "example.org/1.0/title.json").write_text('{"type": "string"}')
    report = validate(package, Options(copies={"": tmp_path}))
    (found,) = [found for found in report.findings if found.code == "profile"]
    assert found.message.startswith(f"'title' breaks the profile '{PROFILE}'")
    package = write(tmp_path / "other", profile=PROFILE)
    (tmp_path / "other/example.org/1.0/title.json").write_text('{"type": "string"}')
    report = validate(package, Options(copies={"": tmp_path / "other"}))
    (found,) = [found for found in report.findings if found.code == "profile"]
    assert found.message.startswith("the package breaks the profile")


def test_what_a_profile_refers_to_without_a_copy_is_told(tmp_path: Path) -> None:
    profile = {"required": ["id"], "properties": {"title": {"$ref": "title.json"}}}
    package = write(tmp_path, profile=PROFILE, title="x")
    (tmp_path / "example.org/1.0/profile.json").write_text(json.dumps(profile))
    report = validate(package, Options(copies={"": tmp_path}))
    assert "'id' is a required property" in {
        found.message.rpartition(": ")[2] for found in report.findings if found.code == "profile"
    }
    (found,) = [found for found in report.findings if found.code == "not-enforced"]
    assert found.severity == "warning"
    assert "title.json" in found.message


@pytest.mark.parametrize("name", ["profile.json", "fiscal-data-package"])
def test_a_profile_that_is_neither_known_nor_at_an_address_is_told(
    name: str, tmp_path: Path
) -> None:
    report = validate(write(tmp_path, profile=name))
    (found,) = [found for found in report.findings if found.code == "not-enforced"]
    assert (found.severity, name in found.message) == ("warning", True)


def test_a_profile_that_is_no_json_schema_is_told(tmp_path: Path) -> None:
    package = write(tmp_path, profile=PROFILE)
    (tmp_path / "example.org/1.0/profile.json").write_text('{"type": "nothing"}')
    report = validate(package, Options(copies={"": tmp_path}))
    assert "unreadable" in {found.code for found in report.findings}


def test_no_address_leads_out_of_a_folder_of_copies(tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text("{}")
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.json").write_text("{}")
    copies: Copies = {f"{HOST}/": tmp_path / "in"}
    assert local_copy(f"{HOST}/a.json#x", copies) == tmp_path / "in/a.json"
    for rest in (
        "../secret.json",
        "%2e%2e/secret.json",
        f"/{tmp_path}/secret.json",
        "\0",
        "b.json",
    ):
        assert local_copy(f"{HOST}/{rest}", copies) is None


def test_a_part_of_a_document_is_read_from_the_copy_of_the_whole(tmp_path: Path) -> None:
    whole, part = f"{HOST}/a.json?v=1", f"{HOST}/a.json?v=1#fields"
    for given in (whole, part):
        for asked in (whole, part):
            assert local_copy(asked, {given: tmp_path / "a.json"}) == tmp_path / "a.json"


def test_a_release_names_the_address_and_is_verified_by_the_copy(tmp_path: Path) -> None:
    package, dist = write(tmp_path / "p", profile=PROFILE, title="x"), tmp_path / "dist"
    (package / "example.org/1.0/title.json").write_text('{"type": "string"}')
    (package / "t.csv").write_text("i\n1\n")
    options = Options(copies={"": package})
    built = build(package, dist, options=options)
    assert built.folder == dist.resolve(), built.report.findings
    assert verify(dist, rebuild=package, options=options).valid
    assert {code for code, _ in codes(verify(dist))} == {"remote", "not-enforced"}
