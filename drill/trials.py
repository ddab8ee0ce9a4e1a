"""Corruptions tried: what each validation says of them."""

import multiprocessing
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import frictionless

import mtopendata
from drill.corruptions import Corruption
from drill.tables import PACKAGE, ROOT, as_csv, resources


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the two validators said of a corruption; None: frictionless was not asked. `compared`:
    caught by itself, or against the package as it was; `traced`: caught by itself, or against the
    source of the figures; None: that is not there.
    """

    corruption: Corruption
    caught: bool
    warned: bool
    compared: bool
    traced: bool | None
    frictionless: bool | None


def copy_package(folder: Path, root: Path = PACKAGE) -> None:
    """The package alone, without the rest of the repository."""
    for path in ["datapackage.json", *(resource["path"] for resource in resources(root))]:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / path, folder / path)


def errors_and_warnings(
    folder: Path, corruption: Corruption, against: Path | None = None,
    sources: Sequence[Path] = (),
) -> tuple[int, int]:  # fmt: skip
    """What mtopendata says of a copied package with the corruption; the copy is put right again."""
    path = folder / corruption.path
    original = path.read_bytes()
    path.write_bytes(as_csv(corruption.rows))
    try:
        report = mtopendata.validate(folder, against=against, sources=sources)
    except Exception as error:
        error.add_note(str(corruption))
        raise
    finally:
        path.write_bytes(original)
    return report.errors, report.warnings


def seen_by_frictionless(folder: Path, corruption: Corruption) -> bool:
    path = folder / corruption.path
    original = path.read_bytes()
    path.write_bytes(as_csv(corruption.rows))
    try:
        return not frictionless.validate(str(folder / "datapackage.json")).valid
    finally:
        path.write_bytes(original)


def source_of_figures() -> Path | None:
    """The sheet from which the figures were taken; None where it is not there."""
    folder = Path(os.environ.get("MTOPENDATA_SOURCES") or ROOT.parent / "shared" / "source")
    file = folder / "ncmec-montana-2023.txt"
    return file if file.is_file() else None


def _try_in_worker(parent: Path, task: tuple[Corruption, bool]) -> Outcome:
    corruption, is_sampled = task
    folder, released = (parent / f"{os.getpid()}-{name}" for name in ("copy", "released"))
    if not folder.exists():
        copy_package(folder)
        copy_package(released)
    errors, warnings = errors_and_warnings(folder, corruption)
    compared = errors > 0 or errors_and_warnings(folder, corruption, released)[0] > 0
    traced = None
    if sheet := source_of_figures():
        traced = errors > 0 or errors_and_warnings(folder, corruption, sources=[sheet])[0] > 0
    seen = seen_by_frictionless(folder, corruption) if is_sampled else None
    return Outcome(corruption, errors > 0, not errors and warnings > 0, compared, traced, seen)


def run(tried: Iterable[Corruption], every: int = 1) -> list[Outcome]:
    """Try corruptions, in a process for each processor: Polars does not survive a fork.

    Frictionless is given every so-manieth corruption of each kind, the first one always.
    """
    count: Counter[tuple[str, str]] = Counter()
    tasks = []
    for corruption in tried:
        key = corruption.group, corruption.kind
        tasks.append((corruption, count[key] % every == 0))
        count[key] += 1
    os.environ.setdefault("POLARS_MAX_THREADS", "1")  # the processes share the processors
    spawn = multiprocessing.get_context("spawn")
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(mp_context=spawn) as pool,
    ):
        return list(pool.map(partial(_try_in_worker, Path(folder)), tasks, chunksize=20))
