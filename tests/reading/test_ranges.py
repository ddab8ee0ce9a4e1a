"""Ranges of a file, counted each by itself, are told where their records begin."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtopendata.reading.blocks import count_lines
from mtopendata.reading.units.ranges import counts_of, ranges_of, spans
from tests.kit.examples import examples

PIECES = [b"a", b",", b"\n", b"\r\n", b'"', b'"x\ny"', b"\r", b'""']


@settings(
    max_examples=examples(400),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.lists(st.sampled_from(PIECES), min_size=1).map(b"".join), width=st.integers(1, 12))
def test_a_range_knows_where_its_records_begin(data: bytes, width: int, tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes(data)
    ranges = ranges_of(len(data), width)
    found = list(spans(ranges, [counts_of(file, part, b'"') for part in ranges]))
    ends = [at for at in range(len(data) - 1) if data[at : at + 1] == b"\n"]
    begun = [0, *(at + 1 for at in ends if data.count(b'"', 0, at) % 2 == 0)]
    first = (next((at for at in begun if part.start <= at < part.end), None) for part in ranges)
    assert [span.start for span in found] == [at for at in first if at is not None]
    lines = [count_lines(data[: span.start]) + 1 for span in found]
    assert [span.line for span in found] == lines
    assert b"".join(data[span.start : span.end] for span in found) == data
