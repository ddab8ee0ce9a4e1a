"""Labels of a header that cannot be the names of fields, or may be none."""

from collections import Counter
from collections.abc import Iterator, Sequence

from mtopendata.entry.draft.doubts import Doubt

_NUMBERS = str.maketrans("", "", "0123456789.,-+ ")


def faults_of_header(
    path: str, labels: Sequence[str], row: int = 1, todo: str = "name the column"
) -> Iterator[Doubt]:
    """Why a header, which stands in this row, cannot be the names of fields. `todo`: for a column
    without a label.
    """
    if not labels:
        yield Doubt(path, None, "it has no header", "add a line of labels")
    for index, label in enumerate(labels, start=1):
        if not label.strip():
            yield Doubt(path, None, f"column {index} has no label", todo, row)
    for label, times in Counter(labels).items():
        if label.strip() and times > 1:
            what = f"the label {label!r} stands {times} times in the header"
            yield Doubt(path, label, what, "name each column once", row)


def doubtful_header(path: str, labels: Sequence[str], row: int = 1) -> Iterator[Doubt]:
    """What looks odd in a header."""
    numbers = [label for label in labels if not label.translate(_NUMBERS)]
    if len(numbers) * 2 > len(labels):
        what = "its first line looks like a row of data, and is taken for the header"
        yield Doubt(path, None, what, "add a line of labels if there is none", row)
    for label in labels:
        if label != label.strip():
            what = "the label has blanks around it, which are part of the field's name"
            yield Doubt(path, label, what, "remove them in the file and in the descriptor", row)
