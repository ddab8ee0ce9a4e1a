"""Files replaced together: all of them or none."""

import shutil
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path


def replace_together(contents: Mapping[Path, bytes]) -> None:
    """Replace files together, or write those that are new: if one cannot be written, those before
    it are put back.
    """
    with ExitStack() as stack:
        fresh: dict[Path, Path] = {}
        kept: dict[Path, Path | None] = {}
        for file, content in contents.items():
            folder = Path(
                stack.enter_context(
                    tempfile.TemporaryDirectory(prefix=".mtopendata-", dir=file.parent)
                )
            )
            fresh[file] = folder / "new"
            fresh[file].write_bytes(content)
            kept[file] = folder / "old" if file.exists() else None
            if (old := kept[file]) is not None:
                shutil.copy2(file, old)
                shutil.copymode(file, fresh[file])
        done: list[Path] = []
        try:
            for file in contents:
                fresh[file].replace(file)
                done.append(file)
        except BaseException:
            for file in done:
                old = kept[file]
                if old is None:
                    file.unlink()
                else:
                    old.replace(file)
            raise
