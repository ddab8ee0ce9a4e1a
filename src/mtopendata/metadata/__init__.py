"""Descriptor → the metadata that catalogues, citation managers and archives read.

Each function writes one file of the archive from the release alone, so that no text can drift from
the descriptor. A standard that requires what the descriptor does not have is left out, and said so.
"""

from collections.abc import Callable, Mapping

from mtopendata.metadata.citation import citation_cff
from mtopendata.metadata.croissant import croissant
from mtopendata.metadata.csvw import csvw
from mtopendata.metadata.datacite import datacite
from mtopendata.metadata.dcat_us import dcat_us
from mtopendata.metadata.lacking import LackingError
from mtopendata.metadata.licence import licence_md
from mtopendata.metadata.readme import readme_md
from mtopendata.metadata.ro_crate import ro_crate
from mtopendata.metadata.schema_org import schema_org
from mtopendata.metadata.zenodo import zenodo
from mtopendata.release import Release

METADATA: Mapping[str, Callable[[Release], str]] = {
    ".zenodo.json": zenodo,
    "CITATION.cff": citation_cff,
    "LICENSE.md": licence_md,
    "README.md": readme_md,
    "croissant.json": croissant,
    "csvw-metadata.json": csvw,
    "data.json": dcat_us,
    "datacite.json": datacite,
    "ro-crate-metadata.json": ro_crate,
    "schema-org.jsonld": schema_org,
}
"""The name of each file in the archive, and what writes it."""


def write_metadata(release: Release) -> tuple[dict[str, bytes], list[str]]:
    """The metadata files by name, and a sentence for each that is left out.

    A file of the package's own that has one of these names takes precedence.
    """
    own = {stored.path.casefold() for stored in release.files}
    written: dict[str, bytes] = {}
    notes: list[str] = []
    for name, write in METADATA.items():
        if name.casefold() in own:
            notes.append(f"{name} is the package's own file and is not generated")
            continue
        try:
            written[name] = write(release).encode()
        except LackingError as lacking:
            notes.append(f"{name} is left out: {lacking}")
    return written, notes
