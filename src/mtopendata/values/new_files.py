"""Files that are put into place whole, and never over another."""

import os
from pathlib import Path

from mtopendata.values.errors import MtopendataError


def put_new(fresh: Path, file: Path) -> None:
    """Give a file that lies in the same folder its name, with the rights that a new file gets. It
    stays under the other name too, if the file system can.

    MtopendataError: a file of the name is there by now.
    """
    fresh.chmod(0o666 & ~_umask())
    try:
        os.link(fresh, file)
    except FileExistsError as error:
        raise there_already(file) from error
    except OSError:  # a file system without links
        fresh.rename(file)


def there_already(file: Path) -> MtopendataError:
    """That a file is there, and stays."""
    return MtopendataError(str(file), "is there already", "nothing is overwritten")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
