"""Which tables can be divided into units of work."""

from mtopendata.reading.block_source import BlockSource
from mtopendata.reading.csv_tables import CsvTable
from mtopendata.reading.json_tables import JsonTable
from mtopendata.reading.stored_tables import StoredTable
from mtopendata.reading.units.csv_units import CsvUnits
from mtopendata.reading.units.json_units import JsonLinesUnits
from mtopendata.reading.units.stored_units import StoredUnits
from mtopendata.reading.units.unit import Units


def units_of(source: BlockSource) -> Units | None:
    """How a table is divided; None: it cannot be."""
    if isinstance(source, CsvTable):
        return CsvUnits(source)
    if isinstance(source, StoredTable):
        return StoredUnits(source)
    if isinstance(source, JsonTable) and source.is_lines and source.resource.files:
        return JsonLinesUnits(source)
    return None
