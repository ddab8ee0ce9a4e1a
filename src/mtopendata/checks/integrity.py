"""A resource's `bytes` and `hash`, where it declares them."""

import hashlib
from collections.abc import Iterator

from mtopendata.checks.kind import Kind
from mtopendata.ledger.outcome import Item, Outcome, untested
from mtopendata.ledger.report import Finding
from mtopendata.package.model import DESCRIPTOR, Resource

ALGORITHMS = ("md5", "sha1", "sha256", "sha512")


def check_integrity(resource: Resource) -> Iterator[Item]:
    """Compare the declared size, in bytes, and digest with the file's. Parts are one stream."""
    if "data" in resource.descriptor:
        for name, declared in (("bytes", resource.bytes), ("hash", resource.hash)):
            if declared is not None:
                message = f"nobody verifies {name!r}: the data stand in the descriptor, in no file"
                yield _not_enforced(resource, message, "remove it")
    if not resource.files:
        return
    if resource.bytes is not None:
        size = sum(file.stat().st_size for file in resource.files)
        yield _comparison(resource, "bytes", str(resource.bytes), str(size))
    if resource.hash is not None:
        algorithm, _, expected = resource.hash.rpartition(":")
        algorithm = algorithm.lower().replace("-", "") or "md5"
        if algorithm in ALGORITHMS:
            actual = _digest_of_files(resource, algorithm)
            yield _comparison(resource, "hash", expected.lower(), actual)
            return
        known = ", ".join(ALGORITHMS)
        message = f"the hash is not verified: {algorithm!r} is none of {known}"
        yield _not_enforced(resource, message, "declare a sha256 hash")
        yield untested("integrity", "hash", resource.name)


def _digest_of_files(resource: Resource, algorithm: str) -> str:
    digest = hashlib.new(algorithm, usedforsecurity=False)
    for file in resource.files:
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def _not_enforced(resource: Resource, message: str, hint: str) -> Finding:
    return Finding("not-enforced", "warning", message, hint, resource.name, DESCRIPTOR)


def _comparison(resource: Resource, name: str, expected: str, actual: str) -> Outcome:
    fault = Finding(
        name,
        "error",
        f"the descriptor declares {name} {expected}, and the file has {actual}",
        "find out which of the two is right: the file may be damaged or changed",
        resource.name,
        resource.path,
    )
    faults = [] if expected == actual else [fault]
    return Outcome("integrity", name, resource.name, 1, faults, engine="python")


KIND = Kind(10, of_resource=check_integrity)
