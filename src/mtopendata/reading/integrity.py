"""A resource's `bytes` and `hash`, where it declares them."""

import hashlib

from mtopendata.ledger.report import Check, Finding, Report
from mtopendata.package.model import DESCRIPTOR, Resource

ALGORITHMS = ("md5", "sha1", "sha256", "sha512")


def check_integrity(resource: Resource, report: Report) -> None:
    """Compare the declared size, in bytes, and digest with the file's. Parts are one stream."""
    if "data" in resource.descriptor:
        for name, declared in (("bytes", resource.bytes), ("hash", resource.hash)):
            if declared is not None:
                report.add(
                    Finding(
                        "not-enforced", "warning",
                        f"nobody verifies {name!r}: the data stand in the descriptor, in no file",
                        "remove it", resource.name, DESCRIPTOR,
                    )
                )  # fmt: skip
    if not resource.files:
        return
    if resource.bytes is not None:
        size = sum(file.stat().st_size for file in resource.files)
        _record(resource, "bytes", str(resource.bytes), str(size), report)
    if resource.hash is not None:
        algorithm, _, expected = resource.hash.rpartition(":")
        algorithm = algorithm.lower().replace("-", "") or "md5"
        if algorithm not in ALGORITHMS:
            report.add(
                Finding(
                    "not-enforced", "warning",
                    f"the hash is not verified: {algorithm!r} is none of {', '.join(ALGORITHMS)}",
                    "declare a sha256 hash", resource.name, DESCRIPTOR,
                )
            )  # fmt: skip
            report.checks.append(Check("hash", "integrity", resource.name, "none", 0, 0))
            return
        digest = hashlib.new(algorithm, usedforsecurity=False)
        for file in resource.files:
            with file.open("rb") as stream:
                while block := stream.read(1 << 20):
                    digest.update(block)
        _record(resource, "hash", expected.lower(), digest.hexdigest(), report)


def _record(resource: Resource, name: str, expected: str, actual: str, report: Report) -> None:
    findings = []
    if expected != actual:
        findings.append(
            Finding(
                name, "error",
                f"the descriptor declares {name} {expected}, and the file has {actual}",
                "find out which of the two is right: the file may be damaged or changed",
                resource.name, resource.path,
            )
        )  # fmt: skip
    report.record(Check(name, "integrity", resource.name, "python", 1, len(findings)), findings)
