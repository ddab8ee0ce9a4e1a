"""How objects show themselves where Python prints them, and in notebooks: in a few lines."""

from collections.abc import Sequence
from html import escape

from mtopendata.values.excerpts import cut

LINES, WIDTH = 10, 98
"""Lines of an object, its title included, and the most characters in one."""


def in_lines(title: str, lines: Sequence[str]) -> str:
    """A title, and below it as many lines as there is room for, each cut to a terminal's width."""
    room = LINES - 1
    shown = [f"  {cut(line, WIDTH)}" for line in lines[: room if len(lines) <= room else room - 1]]
    if len(shown) < len(lines):
        shown.append(f"  … and {len(lines) - len(shown):,} more")
    return "\n".join([title, *shown])


def as_html(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """The same as a table of HTML, in which nothing of the data's is read as markup."""
    room = LINES - 1
    shown = rows if len(rows) <= room else rows[: room - 1]
    found = ["<table>", f"<caption>{escape(title)}</caption>", _html_row("th", head)]
    found += [_html_row("td", row) for row in shown]
    if len(shown) < len(rows):
        more = f"… and {len(rows) - len(shown):,} more"
        found.append(f'<tr><td colspan="{len(head)}">{more}</td></tr>')
    return "\n".join([*found, "</table>"])


def _html_row(tag: str, cells: Sequence[object]) -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(str(cell))}</{tag}>' for cell in cells)}</tr>"
