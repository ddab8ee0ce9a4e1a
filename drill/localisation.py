"""Is the wrong figure among those that repairs name? For each figure changed as a whole.

    python -m drill.localisation

A figure whose value, bounds and printed text were changed together violates no rule of its own row,
so that only rules over several figures can find it. Counted are the changes that violate such a
rule, and of these: in how many the wrong figure is one of those that are named, in how many it is
in the set that is named first, and in how many it is the only one.
"""

import sys
import tempfile
from collections import Counter
from pathlib import Path

import mtopendata
from drill.corruptions import CONSISTENT, corruptions
from drill.tables import as_csv
from drill.trials import copy_package
from mtopendata.ledger.report import Report


def named(report: Report, row: int) -> Counter[str]:
    """What the repairs of a report say of the figure in this row of the file."""
    found: Counter[str] = Counter(violated=int(bool(report.repairs)))
    sets = [figures for repair in report.repairs for figures in repair.sets]
    first = [repair.sets[0] for repair in report.repairs if repair.sets]
    found["among"] = int(any(item.row == row for figures in sets for item in figures))
    found["first"] = int(any(item.row == row for figures in first for item in figures))
    found["only"] = int(bool(found["among"]) and len(sets) == 1 and len(sets[0]) == 1)
    return found


def main() -> None:
    counted: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        copy_package(Path(folder))
        for corruption in corruptions():
            if corruption.group != CONSISTENT or corruption.row is None:
                continue
            path = Path(folder) / corruption.path
            original = path.read_bytes()
            path.write_bytes(as_csv(corruption.rows))
            counted += named(mtopendata.validate(folder), corruption.row + 1)
            counted["tried"] += 1
            path.write_bytes(original)
    sys.stdout.write(
        f"{counted['tried']} figures changed as a whole, {counted['violated']} of which violate a "
        f"rule: the wrong figure is named in {counted['among']}, in the first set in "
        f"{counted['first']}, and is the only one in {counted['only']}\n"
    )


if __name__ == "__main__":
    main()
