"""Where repositories of git are, as far as that can be told without git."""

from pathlib import Path


def is_in_repository(folder: Path) -> bool:
    """Whether a folder lies in a repository."""
    place = folder.absolute()
    return any((parent / ".git").exists() for parent in (place, *place.parents))
