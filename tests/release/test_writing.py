"""Files of a release are written at a time, as if one came after the other."""

import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from mtopendata.reading.options import Progress
from mtopendata.release import writing
from mtopendata.release.formats import Format, Plan
from mtopendata.release.proof import UnprovenError
from mtopendata.release.writing import write_files

Write = Callable[[Any, Path, Progress], None]
File = tuple[Format, Callable[[], Plan], Path]


def file(folder: Path, name: str, write: Write) -> File:
    plan = Plan(None, (f"of {name}",))  # type: ignore[arg-type]
    return Format(name, name, lambda: plan, write, lambda *_: None), lambda: plan, folder / name  # type: ignore[arg-type]


def fails(_: Any, path: Path, __: Progress) -> None:
    raise UnprovenError(path, "fails")


def endless(_: Any, path: Path, progress: Progress) -> None:
    for done in count():
        time.sleep(0.001)
        progress(path.name, None, done, done)


def after(seconds: float, then: Write = lambda *_: None) -> Write:
    def write(planned: Any, path: Path, progress: Progress) -> None:
        time.sleep(seconds)
        then(planned, path, progress)

    return write


def test_notes_stand_in_the_order_of_the_files_whichever_is_done_first(tmp_path: Path) -> None:
    files = [file(tmp_path, str(number), after(0.1 / (1 + number))) for number in range(5)]
    assert write_files(files, None) == [f"of {number}" for number in range(5)]


def test_a_file_that_fails_stops_the_others(tmp_path: Path) -> None:
    others = [file(tmp_path, f"endless {number}", endless) for number in range(3)]
    failing = file(tmp_path, "fails", after(0.05, fails))
    for files in ([failing, *others], [others[0], failing, *others[1:]]):
        with pytest.raises(UnprovenError, match="fails: fails"):
            write_files(files, None)


def test_what_interrupts_one_file_interrupts_all(tmp_path: Path) -> None:
    def interrupted(_: Any, __: Path, ___: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_files([file(tmp_path, "endless", endless), file(tmp_path, "x", interrupted)], None)


def test_progress_is_that_of_all_files_in_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "cores", lambda: 1)
    told: list[tuple[Any, ...]] = []

    def half(_: Any, path: Path, progress: Progress) -> None:
        progress(path.name, 5, 1, 2)

    def show(*all_: Any) -> None:
        told.append(all_)

    shown = writing.Together(show)
    shown.show("a", 5, 1, 2)
    shown.show("b", None, 3, 10)
    shown.end("a")
    shown.show("b", 7, 4, 10)
    assert told == [("a", 5, 1, 2), ("a, b", 5, 4, 12), ("b", 7, 4, 10)]
    write_files([file(tmp_path, "c", half)], show)
    assert told[-1] == ("c", 5, 1, 2)
