"""What shows that a file is another one than it was."""

from pathlib import Path


def file_state(file: Path | bytes) -> tuple[int, ...]:
    """What changes when a file does."""
    if isinstance(file, bytes):
        return ()
    known = file.stat()
    return known.st_ino, known.st_size, known.st_mtime_ns
