"""What is wrong with bytes as text does not depend on how many of them are read at a time."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mtopendata.reading.blocks import Blocks
from mtopendata.reading.faults import Fault, Faults
from tests.kit.examples import examples

PIECES = st.sampled_from(
    [b"a", b"\n", b"\r", b"\r\n", "é".encode(), "€".encode(), "🦌".encode(), b"\xff", b"\xe2\x82"]
)


def read(data: bytes, size: int, encoding: str) -> tuple[bytes, list[Fault]]:
    faults = Faults(1000)
    text = b"".join(Blocks(data, encoding, "", 0, faults, size))
    return text, faults.listed


@settings(max_examples=examples(500), deadline=None, derandomize=True)
@given(
    pieces=st.lists(PIECES, max_size=20),
    size=st.integers(4, 12),
    encoding=st.sampled_from(["utf-8", "ascii"]),
)
def test_text_and_faults_are_the_same_in_blocks_of_any_size(
    pieces: list[bytes], size: int, encoding: str
) -> None:
    data = b"".join(pieces)
    assert read(data, size, encoding) == read(data, 1000, encoding)
    lines = [fault.row for fault in read(data, 1000, encoding)[1]]
    bad = [
        number for number, line in enumerate(data.splitlines(), 1) if not is_text(line, encoding)
    ]
    assert lines == bad


def is_text(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
