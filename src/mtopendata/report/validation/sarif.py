"""A Report as SARIF 2.1.0, the form in which code scanners exchange what they found."""

import hashlib
import re
from collections import Counter
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from mtopendata import __version__
from mtopendata.ledger.codes import CODES
from mtopendata.ledger.report import Finding, Report
from mtopendata.report.counts import unlisted
from mtopendata.report.json_document import json_document
from mtopendata.report.locations import Location, locations
from mtopendata.report.printable import printable

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
HOMEPAGE = "https://github.com/mtopendata/mtopendata"
CODES_PAGE = f"{HOMEPAGE}/blob/main/docs/report.md#codes"
FINGERPRINT = "mtopendataFinding/v1"

Json = dict[str, Any]


def render(report: Report) -> str:
    """For code scanning: a result for each finding, and a rule for each of their codes."""
    locate = locations(report)
    found = {finding.code for finding in report.findings}
    codes = [code for code in CODES if code in found]
    prints = _fingerprints(report.findings)
    notifications: list[Json] = []
    if hidden := unlisted(report):
        notifications.append({"level": "note", "message": _message(hidden)})
    invocation: Json = {"executionSuccessful": True}
    if notifications:
        invocation["toolExecutionNotifications"] = notifications
    driver = {
        "name": "mtopendata",
        "semanticVersion": __version__,
        "informationUri": HOMEPAGE,
        "rules": [
            {"id": code, "shortDescription": {"text": CODES[code]}, "helpUri": CODES_PAGE}
            for code in codes
        ],
    }
    results = [
        {
            "ruleId": finding.code,
            "ruleIndex": codes.index(finding.code),
            "level": finding.severity,
            "message": _message(_finding_text(finding, locate(finding))),
            "locations": [_location(finding, locate(finding))],
            "partialFingerprints": {FINGERPRINT: fingerprint},
        }
        for finding, fingerprint in zip(report.findings, prints, strict=True)
    ]
    run = {
        "tool": {"driver": driver},
        "invocations": [invocation],
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return json_document({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _finding_text(finding: Finding, location: Location) -> str:
    message = f"{location.within}: {finding.message}" if location.within else finding.message
    return f"{printable(message)}\n{printable(finding.hint)}"


def _message(text: str) -> Json:
    """A text in which no brace is a placeholder (section 3.11.5) and no bracket begins a link
    (3.11.6).
    """
    braced = text.replace("{", "{{").replace("}", "}}")
    return {"text": braced.replace("](", r"\](")}


def _location(finding: Finding, location: Location) -> Json:
    physical: Json = {"artifactLocation": _artifact(location)}
    if location.line is not None:
        region = {"startLine": location.line}
        if location.column is not None:
            region["startColumn"] = location.column
        physical["region"] = region
    described: Json = {"physicalLocation": physical}
    if finding.resource is not None:
        names = [printable(name) for name in (finding.resource, finding.field) if name is not None]
        logical = {"name": names[-1], "fullyQualifiedName": ".".join(names)}
        described["logicalLocations"] = [logical]
    return described


def _artifact(location: Location) -> Json:
    address = quote(location.file.encode(errors="surrogatepass"), safe="/")
    if location.is_relative:
        return {"uri": address, "uriBaseId": "%SRCROOT%"}
    drive = "" if address.startswith("/") else "/"
    return {"uri": f"file://{drive}{address}"}


def _fingerprints(findings: list[Finding]) -> list[str]:
    """A digest of each finding that does not depend on its line; a number tells equal ones apart.

    A message may name the row of another finding, which moves too.
    """
    seen: Counter[str] = Counter()
    prints = []
    for finding in findings:
        path = finding.path and PurePosixPath(finding.path.replace("\\", "/")).as_posix()
        message = re.sub(r"\brow \d+", "row", finding.message)
        parts = (finding.code, finding.resource, path, finding.field, finding.cell, message)
        digest = hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
        seen[digest] += 1
        prints.append(f"{digest}:{seen[digest]}")
    return prints
