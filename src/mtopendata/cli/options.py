"""The options and arguments that commands share. What most of them say is in Asked."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from mtopendata.cli.outputs import parse_outputs
from mtopendata.engines.engine import engines
from mtopendata.package.copies import Copies
from mtopendata.reading.kept.cache import Cache
from mtopendata.reading.options import Options
from mtopendata.report import formats

Function = TypeVar("Function", bound=Callable[..., Any])

package_argument = click.argument("package", required=False)
package_option = click.option(
    "--package",
    metavar="PACKAGE",
    help="The package, where it does not lie in this folder.",
)
released_option = click.option(
    "--released", is_flag=True, help="Take the package that this program was released with."
)
verbose_option = click.option(
    "-v", "--verbose", is_flag=True, help="Print the whole ledger of checks."
)
strict_option = click.option(
    "--strict", is_flag=True, help="Exit with 1 for warnings too; notes pass."
)
limit_option = click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=Options().limit,
    show_default=True,
    help="Findings to list for each check; all are counted.",
)
max_bytes_option = click.option(
    "--max-bytes",
    type=click.IntRange(min=1),
    default=Options().max_bytes,
    show_default=True,
    help="What an archive or a compressed file may expand to.",
)
threads_option = click.option(
    "--threads",
    type=click.IntRange(min=1),
    metavar="N",
    help="Threads that read and test a table; by default as many as there are cores.",
)
engine_option = click.option(
    "--engine",
    type=click.Choice(list(engines())),
    default=next(iter(engines())),
    show_default=True,
    help="Who reads and tests the tables: threads of this program, or Spark.",
)
remote_option = click.option(
    "--remote",
    metavar="ADDRESS",
    help="Where Spark Connect is served, as sc://HOST:PORT; else where SPARK_REMOTE says, or by a "
    "Sail that is started for the time, if it is installed.",
)


def _parsed_copies(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> Copies:
    copies: dict[str, Path] = {}
    for value in values:
        address, equals, name = value.rpartition("=") if "://" in value else ("", "=", value)
        place = Path(name)
        if not equals or not name or not place.exists() or (not address and not place.is_dir()):
            raise click.BadParameter(
                f"{value!r} is neither ADDRESS=FILE, nor ADDRESS=FOLDER, nor a folder of copies, "
                "that is there."
            )
        if place.is_dir() and address and not address.endswith("/"):
            address += "/"
        copies[address] = place
    return copies


schema_option = click.option(
    "--schema",
    "copies",
    metavar="ADDRESS=FILE",
    multiple=True,
    callback=_parsed_copies,
    help="A local copy of a schema, dialect or profile that the descriptor names by an address, "
    "since nothing is fetched. ADDRESS=FOLDER stands for all addresses that begin so, and a folder "
    "alone for those of the hosts that it has folders of. As often as wanted.",
)


cache_option = click.option(
    "--cache",
    metavar="FOLDER",
    callback=lambda _, __, folder: None if folder is None else Cache(Path(folder)),
    help="Keep in FOLDER what was seen of large tables, so that the next run looks only at what is "
    "new. The report is the same.",
)


def format_option(kind: str) -> Callable[[Function], Function]:
    """`--format`: how to print a result of this kind, by default as text."""
    names = formats(kind)
    return click.option(
        "--format",
        "format_",
        type=click.Choice(names),
        default=names[0],
        show_default=True,
        help="How to print the report.",
    )


def output_option(kind: str) -> Callable[[Function], Function]:
    """`--output`: files to write a result of this kind to."""
    return click.option(
        "--output",
        "outputs",
        metavar="FORMAT=FILE",
        multiple=True,
        callback=lambda _, __, values: parse_outputs(values, formats(kind)),
        help="Write the report to a file too, in any of these formats; as often as wanted.",
    )
