"""The numbers of a cell, wherever the ends of its lines fall."""

from hypothesis import given
from hypothesis import strategies as st

from mtopendata.sheets.ruled.grids import GridCell
from mtopendata.sheets.tables.printed_lines import PrintedLine, Token
from mtopendata.sheets.years.cell_numbers import numbers_of


def cell(text: str) -> GridCell:
    lines = [
        PrintedLine(tuple(Token(word, 0, 1, 0, 1) for word in line.split()), 1, number)
        for number, line in enumerate(text.split("\n"), 1)
        if line.split()
    ]
    return GridCell(0, 0, 1, 1, tuple(lines))


def read(text: str) -> list[tuple[str, str]]:
    found = numbers_of(cell(text))
    assert bool(found.rest) <= (not found.numbers)
    return [(number.label, number.text) for number in found.numbers]


@given(st.integers(1000, 10**12), st.data())
def test_a_line_end_within_a_number_changes_it_nowhere(number: int, data: st.DataObject) -> None:
    """It is read as it was, or as nothing that could be taken for one number."""
    text = f"{number:,}"
    place = data.draw(st.integers(1, len(text) - 1))
    found = read(f"{text[:place]}\n{text[place:]}")
    assert found in ([("", text)], []) or len(found) == 2
    if "," in text[:place] and not (text[place] == "," or text[place - 4 : place - 3] == ","):
        assert found == [("", text)]


@given(st.lists(st.tuples(st.sampled_from(["Sent", "Not sent", "Lost"]), st.integers(0, 10**7)),
                min_size=1, max_size=4), st.data())  # fmt: skip
def test_labels_keep_their_numbers_wherever_lines_end(
    parts: list[tuple[str, int]], data: st.DataObject
) -> None:
    words = " ".join(f"{label}: {number:,}" for label, number in parts).split()
    ends = [data.draw(st.sampled_from([" ", "\n"])) for _ in words]
    text = "".join(word + end for word, end in zip(words, ends, strict=True))
    assert read(text) == [(label, f"{number:,}") for label, number in parts]


def test_words_beside_a_number_qualify_it_or_leave_it_unread() -> None:
    assert read("more than 1,200") == [("", "more than 1,200")]
    assert read("36.2 million") == [("", "36.2 million")]
    assert read("1,200 sacks") == []
    assert read("-") == [("", "-")]
    assert read("724,503\n2.5%") == [("", "724,503"), ("", "2.5%")]
    assert read("") == []
