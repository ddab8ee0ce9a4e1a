"""Nothing in a package makes the program ask the network."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest

import mtopendata

URL = "http://localhost:9/x.json"
FIELD: dict[str, Any] = {"name": "a", "type": "integer"}
JSON_TABLE: dict[str, Any] = {"name": "t", "path": "t.json", "schema": {"fields": [FIELD]}}
OBJECT: dict[str, Any] = {
    "name": "a", "type": "object", "constraints": {"jsonSchema": {"$ref": URL}},
}  # fmt: skip


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked of the network, which is nothing but refusals."""
    calls: list[str] = []

    def refuse(*arguments: object, **_: object) -> None:
        calls.append(str(arguments))
        raise OSError("no network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    return calls


@pytest.mark.parametrize(
    "resource",
    [
        {**JSON_TABLE, "path": URL},
        {**JSON_TABLE, "path": ["t.json", URL]},
        {**JSON_TABLE, "schema": URL},
        {**JSON_TABLE, "dialect": URL},
        {**JSON_TABLE, "profile": URL},
        {**JSON_TABLE, "$schema": URL},
        {**JSON_TABLE, "extrapaths": [URL]},
        {**JSON_TABLE, "scheme": "http"},
        {**JSON_TABLE, "schema": {"$schema": URL, "fields": [FIELD]}},
        {"name": "t", "path": URL},
        {"name": "t", "data": URL, "schema": {"fields": [FIELD]}},
        {"name": "t", "path": "t.csv", "schema": {"fields": [OBJECT]}},
        {"name": "t", "data": [["a"], [{"b": 1}]], "schema": {"fields": [OBJECT]}},
    ],
    ids=lambda resource: ",".join(key for key in resource if URL in str(resource[key])),
)
def test_no_reference_is_followed_to_the_network(
    tmp_path: Path, asked: list[str], resource: dict[str, Any]
) -> None:
    (tmp_path / "t.json").write_text('[{"a": 1}]')
    (tmp_path / "t.csv").write_text('a\n"{""b"": 1}"\n')
    (tmp_path / "datapackage.json").write_text(json.dumps({"resources": [resource]}))
    mtopendata.validate(tmp_path)
    assert asked == []


def test_a_profile_of_the_package_is_named_as_not_fetched(tmp_path: Path, asked: list[str]) -> None:
    (tmp_path / "t.json").write_text('[{"a": 1}]')
    package = {"$schema": "http://localhost:9/p.json", "resources": [JSON_TABLE]}
    (tmp_path / "datapackage.json").write_text(json.dumps(package))
    report = mtopendata.validate(tmp_path)
    assert [finding.code for finding in report.findings] == ["not-enforced"]
    assert asked == []


def test_what_frictionless_opens_may_not_expand_without_limit(tmp_path: Path) -> None:
    import gzip

    text = "[" + ",".join(['{"a": 1}'] * 10_000) + "]"
    (tmp_path / "t.json.gz").write_bytes(gzip.compress(text.encode()))
    resource = {**JSON_TABLE, "path": "t.json.gz"}
    (tmp_path / "datapackage.json").write_text(json.dumps({"resources": [resource]}))
    assert mtopendata.validate(tmp_path).valid
    report = mtopendata.validate(tmp_path, mtopendata.Options(max_bytes=1000))
    assert "expands to more than 1,000 bytes" in report.findings[0].message
