"""The areas of the United States are those of ISO 3166-2 and of the Census Bureau's FIPS codes.

`python -m tests.repository.test_areas` writes their rows into resources/areas.csv: the names and
the ISO codes out of pycountry, which has them from iso-codes, and the FIPS codes out of `us`.
"""

import csv
import io

import pycountry
import us

from mtopendata.sheets.vocabulary import read_states
from tests.kit.packages import MONTANA, ROOT

FILE = ROOT / "resources" / "areas.csv"
STATES, UNSPECIFIED = "US-50", "US-X"
"""Areas of the package alone: the 50 states together, and the part without a state."""
KINDS = {"State": "state", "District": "district", "Outlying area": "territory"}
WORDS = {"state": "The state", "district": "The federal district", "territory": "The territory"}
TITLES = {"US-VI": "United States Virgin Islands"}
"""Where the standard's name is turned round."""
CAVEAT = (
    "What ties a figure to the {kind} differs between measures, "
    "so see their definitions and caveats."
)


def generated_rows() -> list[list[str]]:
    """The states, the district and the territories that have a FIPS code, in the table's order."""
    fips = {
        f"US-{item.abbr}": item.fips for item in [*us.states.STATES_AND_TERRITORIES, us.states.DC]
    }
    found = []
    for item in pycountry.subdivisions.get(country_code="US"):
        if item.code in fips:
            kind = KINDS[item.type]
            title = TITLES.get(item.code, item.name)
            name = title if title.startswith("District") else f"{WORDS[kind]} of {title}"
            text = f"{name}. {CAVEAT.format(kind=kind)}"
            text = text if kind != "district" else f"The {text}"
            parent = STATES if kind == "state" else "US"
            found.append([item.code, title, kind, item.code, str(fips[item.code]), parent, text])
    order = list(WORDS)
    return sorted(found, key=lambda row: (order.index(row[2]), row[0]))


def is_generated(row: list[str]) -> bool:
    return row[2] in WORDS


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_states_and_territories_have_the_codes_of_the_standards() -> None:
    rows = rows_of(FILE.read_text("utf-8"))
    assert [row for row in rows if is_generated(row)] == generated_rows()


def test_sheets_know_the_states_by_the_same_codes() -> None:
    generated = {row[0]: (row[2], row[4]) for row in generated_rows()}
    assert {state.area: (state.kind, state.fips) for state in read_states()} == generated


def test_the_row_of_montana_says_what_it_said_before() -> None:
    before = next(
        row
        for row in rows_of((MONTANA / "resources" / "areas.csv").read_text("utf-8"))
        if row[0] == "US-MT"
    )
    now = next(row for row in generated_rows() if row[0] == "US-MT")
    assert [*now[:5], now[6]] == [*before[:5], before[6]]
    assert (before[5], now[5]) == ("US", STATES)


def main() -> None:
    """Write the generated rows, between those of larger areas and that of what is left."""
    head, *rows = rows_of(FILE.read_text("utf-8"))
    own = [row for row in rows if not is_generated(row)]
    larger = [row for row in own if row[0] != UNSPECIFIED]
    rest = [row for row in own if row[0] == UNSPECIFIED]
    with FILE.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *larger, *generated_rows(), *rest])


if __name__ == "__main__":
    main()
