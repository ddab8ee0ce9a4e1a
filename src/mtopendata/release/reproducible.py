"""The one place where releases lose what differs from run to run: clocks, compressors, versions.

A release's only date is SOURCE_DATE_EPOCH, or else the descriptor's `created`. Archives store their
members uncompressed, because compressed bytes differ between builds of zlib.
"""

import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from mtopendata.values.errors import MtopendataError

_MODE = 0o100644
EARLIEST, _LATEST = datetime(1980, 1, 1, tzinfo=UTC), datetime(2107, 12, 31, tzinfo=UTC)
"""What a zip archive can hold as a date."""


def release_date(descriptor: Mapping[str, Any]) -> datetime | None:
    """The date of a release, in UTC: SOURCE_DATE_EPOCH in seconds, else `created`, else None.

    It is one that a zip can hold, so that an archive tells its release's date.

    MtopendataError: SOURCE_DATE_EPOCH is set to something that is no time. See
    https://reproducible-builds.org/specs/source-date-epoch/
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return declared_date(descriptor)
    try:
        if not re.fullmatch("[0-9]+", epoch):
            raise ValueError
        return _within_zip(datetime.fromtimestamp(int(epoch), UTC))
    except (ValueError, OverflowError, OSError) as error:
        raise MtopendataError(
            "SOURCE_DATE_EPOCH",
            f"is {epoch!r}, no number of seconds since 1970",
            "unset it, or give such as the output of git log -1 --format=%ct",
        ) from error


def today() -> date:
    """Today in UTC, or the day of SOURCE_DATE_EPOCH."""
    return (release_date({}) or datetime.now(UTC)).date()


def declared_date(descriptor: Mapping[str, Any]) -> datetime | None:
    """The descriptor's `created`, as a release's date; None where it is none."""
    try:
        date = datetime.fromisoformat(str(descriptor.get("created")))
        date = date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return _within_zip(date)


def _within_zip(date: datetime) -> datetime | None:
    """The date as a zip can hold it, an even second until 2107. Up to the first that it can hold,
    with which members without a date are marked, it is none.
    """
    date = min(date, _LATEST)
    date = date.replace(second=date.second // 2 * 2, microsecond=0)
    return date if date > EARLIEST else None


def zip_stamp(date: datetime | None) -> tuple[int, int, int, int, int, int]:
    """A release's date as the members of a zip bear it; None is the earliest that there is."""
    date = date or EARLIEST
    return date.year, date.month, date.day, date.hour, date.minute, date.second


def write_zip(
    path: Path, members: Iterable[tuple[str, bytes | Path]], date: datetime | None
) -> None:
    """Write a zip of these members, in this order."""
    stamp = zip_stamp(date)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members:
            member = zipfile.ZipInfo(name, stamp)
            member.create_system = 3  # otherwise the system it is written on
            member.external_attr = _MODE << 16
            if isinstance(content, bytes):
                archive.writestr(member, content)
                continue
            member.file_size = content.stat().st_size
            with content.open("rb") as source, archive.open(member, "w") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)


SQLITE_PAGE = 4096
"""Bytes of a page, which a build decides and not the library."""


def settle_sqlite(path: Path) -> None:
    """Remove from a SQLite file what tells which library wrote it, and how often.

    The counters at 24 and 92 must agree for the size in the header to be trusted; 96 is the version
    of the library. What lies between the pointers and the cells of a page is left over from its
    making. See https://www.sqlite.org/fileformat2.html
    """
    with path.open("r+b") as file:
        for offset, value in ((24, 1), (92, 1), (96, 3_037_000)):
            file.seek(offset)
            file.write(value.to_bytes(4, "big"))
        for place in range(0, path.stat().st_size, SQLITE_PAGE):
            start = place + (100 if place == 0 else 0)  # the file's header stands in the first page
            file.seek(start)
            head = file.read(8)
            if head[0] not in (2, 5, 10, 13):  # no page of a tree
                continue
            pointers = start + (12 if head[0] < 8 else 8) + 2 * int.from_bytes(head[3:5], "big")
            cells = place + (int.from_bytes(head[5:7], "big") or 65_536)
            file.seek(pointers)
            file.write(bytes(cells - pointers))


def settle_office(path: Path, date: datetime | None) -> None:
    """Pack an Office document again, by `write_zip`, in the order in which its parts stand."""
    packed = path.with_name(path.name + ".packed")
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        parts: list[tuple[str, bytes | Path]] = []
        with zipfile.ZipFile(path) as archive:
            for number, part in enumerate(archive.infolist()):
                file = Path(folder) / str(number)
                with archive.open(part) as source, file.open("wb") as sink:
                    shutil.copyfileobj(source, sink, 1 << 20)
                parts.append((part.filename, file))
        write_zip(packed, parts, date)
    packed.replace(path)
