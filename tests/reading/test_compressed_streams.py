"""All streams of a compressed file are read, or the file is damaged."""

import bz2
import gzip
import lzma
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtopendata import validate
from mtopendata.reading.compressed_streams import CompressedStreams
from tests.kit.packages import schema_of, write_package

KINDS = {"bz2": bz2, "xz": lzma}
FIRST, SECOND = b"a\n" + b"1\n" * 500, b"2\n" * 500


@pytest.mark.parametrize("kind", KINDS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    texts=st.lists(st.binary(max_size=300), min_size=1, max_size=4),
    size=st.integers(1, 400),
    read=st.integers(1, 50),
)
def test_streams_are_read_as_by_the_standard_library(
    kind: str, texts: list[bytes], size: int, read: int, tmp_path: Path,
) -> None:  # fmt: skip
    file = tmp_path / "f"
    file.write_bytes(b"".join(map(KINDS[kind].compress, texts)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mtopendata.reading.compressed_streams.READ", read)
        stream = CompressedStreams(file, kind)
        pieces = list(iter(lambda: stream.read(size), b""))
        stream.close()
    assert b"".join(pieces) == b"".join(texts)
    assert all(len(piece) <= size for piece in pieces)


def report_on_file(folder: Path, kind: str, data: bytes) -> tuple[int, list[str]]:
    """The rows of a table in such a file, and the codes of what is found."""
    resource = {"name": "t", "path": f"t.csv.{kind}", "schema": schema_of(a="integer")}
    report = validate(write_package(folder, {"resources": [resource]}, {f"t.csv.{kind}": data}))
    return report.rows, [found.code for found in report.findings]


@pytest.mark.parametrize(("kind", "module"), [*KINDS.items(), ("gz", gzip)])
def test_what_cannot_be_read_behind_a_stream_is_an_error(
    kind: str, module: ModuleType, tmp_path: Path
) -> None:
    first, second = module.compress(FIRST), module.compress(SECOND)
    assert report_on_file(tmp_path / "two", kind, first + second) == (1000, [])
    assert report_on_file(tmp_path / "padded", kind, first + bytes(8)) == (500, [])
    for number, behind in enumerate((b"X" + second[1:], b"junk", second[:-5], second[:3])):
        found = report_on_file(tmp_path / str(number), kind, first + behind)
        assert found == (0, ["unreadable"]), behind[:9]
