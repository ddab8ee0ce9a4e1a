"""The package as a BagIt bag (RFC 8493), in one zip: what libraries and archives take in."""

from pathlib import Path

from mtopendata.package.checksums import digest
from mtopendata.release.formats.archive import Members, members, prove_archive
from mtopendata.release.metadata.descriptor_terms import publisher
from mtopendata.release.model import Release
from mtopendata.release.reproducible import write_zip

PAYLOAD = "data/"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
DECLARATION = "bagit.txt"
INFO = "bag-info.txt"


def bag_name(release: Release) -> str:
    """The bag's folder, which the zip holds alone."""
    return f"{release.stem}-bag"


def write_bag(release: Release, path: Path) -> None:
    """Write the bag, whose payload is what the archive holds, and read it back."""
    payload = {PAYLOAD + name: content for name, content in members(release)[0].items()}
    tags: Members = {
        DECLARATION: b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        INFO: _info(release, payload).encode(),
        MANIFEST: _manifest(payload).encode(),
    }
    tags[TAG_MANIFEST] = _manifest(tags).encode()
    folder = bag_name(release)
    contents = {f"{folder}/{name}": content for name, content in (tags | payload).items()}
    write_zip(path, contents.items(), release.date)
    prove_archive(path, contents)


def _manifest(files: Members) -> str:
    return "".join(f"{digest(files[name])}  {escaped(name)}\n" for name in sorted(files))


def escaped(name: str) -> str:
    """A path as a manifest writes it (RFC 8493, 2.1.3)."""
    return name.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def unescaped(name: str) -> str:
    """The path that a manifest means."""
    return name.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")


def _info(release: Release, payload: Members) -> str:
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
