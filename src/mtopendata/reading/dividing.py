"""Which tables can be divided into units of work."""

from mtopendata.reading.block_source import BlockSource
from mtopendata.reading.csv_tables import CsvTable
from mtopendata.reading.csv_units import CsvUnits
from mtopendata.reading.units import Units


def units_of(source: BlockSource) -> Units | None:
    """How a table is divided; None: it cannot be."""
    match source:
        case CsvTable():
            return CsvUnits(source)
    return None
