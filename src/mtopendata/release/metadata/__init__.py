"""Descriptor → the metadata that catalogues, citation managers and archives read.

Each function writes one file of the archive from the release alone, so that no text can drift from
the descriptor. A standard that requires what the descriptor does not have is left out, and said so.
"""

from collections.abc import Callable, Mapping

from mtopendata.release.metadata.citation import citation_cff
from mtopendata.release.metadata.croissant import croissant
from mtopendata.release.metadata.csvw import csvw
from mtopendata.release.metadata.datacite import datacite
from mtopendata.release.metadata.dcat_us import dcat_us
from mtopendata.release.metadata.licence import licence_md
from mtopendata.release.metadata.readme import readme_md
from mtopendata.release.metadata.ro_crate import ro_crate
from mtopendata.release.metadata.schema_org import schema_org
from mtopendata.release.metadata.zenodo import zenodo
from mtopendata.release.model import Release
from mtopendata.release.terms.required import LackingError

METADATA: Mapping[str, tuple[Callable[[Release], str], str]] = {
    ".zenodo.json": (zenodo, "for a deposit at Zenodo"),
    "CITATION.cff": (citation_cff, "how to cite it: Citation File Format 1.2"),
    "LICENSE.md": (licence_md, "the licences and the sources to attribute"),
    "README.md": (readme_md, "for people: what it is, and every column and code"),
    "croissant.json": (croissant, "for machine learning: Croissant 1.0"),
    "csvw-metadata.json": (csvw, "the tables for the web of data: CSV on the Web"),
    "data.json": (dcat_us, "for data.gov and other catalogues: DCAT-US 1.1"),
    "datacite.json": (datacite, "for registering a DOI: DataCite 4.5"),
    "ro-crate-metadata.json": (ro_crate, "for research archives: RO-Crate 1.1"),
    "schema-org.jsonld": (schema_org, "for search engines: schema.org Dataset as JSON-LD"),
}
"""What writes each file of the archive, and what the file is for."""


def write_metadata(release: Release) -> tuple[dict[str, bytes], list[str]]:
    """The metadata files by name, and a sentence for each that is left out.

    A file of the package's own that has one of these names takes precedence.
    """
    own = {stored.path.casefold() for stored in release.files}
    written: dict[str, bytes] = {}
    notes: list[str] = []
    for name, (write, _) in METADATA.items():
        if name.casefold() in own:
            notes.append(f"{name} is the package's own file and is not generated")
            continue
        try:
            written[name] = write(release).encode()
        except LackingError as lacking:
            notes.append(f"{name} is left out: {lacking}")
    return written, notes
