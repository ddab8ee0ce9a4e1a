"""Pages for people, as one HTML file each: made by Jinja2, with all that a page may load in it.

A template is named by its path in this program, such as `values/html/base.html.j2`, from which all
pages are made. Nothing that a page is about can become markup: every value is escaped, and shown as
`texts.shown` has it. A Content-Security-Policy names the style and the script that are in the
file, and forbids the rest.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtopendata.values.html.addresses import is_safe_address
from mtopendata.values.html.hashes import source_hash, squeezed, unindented
from mtopendata.values.html.texts import exact, json_in_script, shown

if TYPE_CHECKING:
    from jinja2 import Environment

GENERATOR = "mtopendata"
"""By this name in its head a page is known as one that this program has made."""
_ROOT = Path(__file__).parents[2]


def render(template: str, /, **what: Any) -> str:
    """The text of a template with these values. It ends with a line break, and the same values
    give the same text. A value that is missing, or None where a text is to be, is an exception.
    """
    return _environment().get_template(template).render(what)


@cache
def _environment() -> "Environment":
    # Only who writes a page waits for this.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(_ROOT),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.globals["GENERATOR"] = GENERATOR
    environment.filters |= {
        "exact": exact,
        "json_in_script": json_in_script,
        "number": "{:,}".format,
        "source_hash": source_hash,
        "unindented": lambda script: Markup(unindented(script)),  # noqa: S704
        "squeezed": lambda style: Markup(squeezed(style)),  # noqa: S704 - as the template has it
    }
    environment.tests["safe_address"] = is_safe_address
    return environment
