"""The package as a BagIt bag (RFC 8493), in one zip: what libraries and archives take in."""

from pathlib import Path

from mtopendata.package.checksums import digest
from mtopendata.release.formats import Format, PackageLayout
from mtopendata.release.formats.archive import (
    Members,
    Zip,
    plan_archive,
    prove_members,
    write_members,
)
from mtopendata.release.formats.bag.manifests import (
    DECLARATION,
    INFO,
    PAYLOAD,
    VERSION,
    check_bag,
    escaped_path,
)
from mtopendata.release.model import Release
from mtopendata.release.terms.people import publisher

MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"


def plan_bag(release: Release) -> Zip:
    """The members of the zip: one folder, the bag, whose payload is what the archive holds."""
    archived = plan_archive(release).members
    payload = {f"{PAYLOAD}/{name}": content for name, content in archived.items()}
    tags: Members = {
        DECLARATION: f"{VERSION}1.0\nTag-File-Character-Encoding: UTF-8\n".encode(),
        INFO: _bag_info(release, payload).encode(),
        MANIFEST: _manifest(payload).encode(),
    }
    tags[TAG_MANIFEST] = _manifest(tags).encode()
    folder = f"{release.stem}-bag"
    members = {f"{folder}/{name}": content for name, content in (tags | payload).items()}
    return Zip(release, (), members)


def _manifest(files: Members) -> str:
    return "".join(f"{digest(files[name])}  {escaped_path(name)}\n" for name in sorted(files))


def _bag_info(release: Release, payload: Members) -> str:
    """The tags of the bag's information that the descriptor knows, a line each."""
    sizes = [
        content.stat().st_size if isinstance(content, Path) else len(content)
        for content in payload.values()
    ]
    described = release.descriptor
    organisation = publisher(described)
    tags = {
        "Source-Organization": organisation.name if organisation else None,
        "External-Identifier": release.stem,
        "External-Description": described.get("title"),
        "Bagging-Date": f"{release.date:%Y-%m-%d}" if release.date else None,
        "Payload-Oxum": f"{sum(sizes)}.{len(sizes)}",
    }
    return "".join(
        f"{tag}: {' '.join(text.split())}\n" for tag, text in tags.items() if isinstance(text, str)
    )


FORMAT = Format(
    "bag",
    "-bag.zip",
    plan_bag,
    write_members,
    prove_members,
    option="bagit",
    layout=PackageLayout((DECLARATION,), "bag", PAYLOAD, in_folder=True, check=check_bag),
)
