"""JSON as a source of typed blocks: JSON Lines in blocks of lines, and any other JSON as one block.

Rows are objects or lists. The columns of objects are all names that one of them has; those of lists
are told by a header, as in CSV.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import polars as pl
from blake3 import blake3

from mtopendata.package.json_cells import KINDS, json_text_of
from mtopendata.package.model import JSON_LINES, Resource
from mtopendata.reading.blocks import Blocks, count_lines
from mtopendata.reading.cells import without_blank_rows
from mtopendata.reading.chunks import Chunk
from mtopendata.reading.csv_tables import other_header
from mtopendata.reading.faults import AmendError, Fault, Faults, of_part
from mtopendata.reading.json_columns import text_column
from mtopendata.reading.json_dialects import json_dialect
from mtopendata.reading.json_heads import (
    NO_HEAD,
    NO_ROWS,
    Head,
    Names,
    head_of_lists,
    is_comment,
    names_in,
)
from mtopendata.reading.json_rows import (
    JsonDocument,
    NoRowsError,
    Row,
    document,
    items_at,
    row_fault,
    rows_of_lines,
)
from mtopendata.reading.options import Options
from mtopendata.reading.tables import Columns
from mtopendata.reading.typed_tables import TypedTable


@dataclass(frozen=True, slots=True)
class JsonJob:
    """A block that is still to be read: the `number`-th of the table, of the file `part`. Its rows
    are `data`, whole lines of which the first has the number `line`; or, where that is None, those
    of the document. `done` counts the bytes of the file read so far, of its `size`.
    """

    number: int
    part: int
    data: bytes | None
    line: int
    done: int
    size: int


NO_LINES = JsonJob(0, 0, b"", 1, 0, 0)
"""The block of JSON Lines without rows."""


class NewNamesError(AmendError):
    """Objects of a block have names that those before it have not."""


class JsonTable(TypedTable):
    """A resource of JSON."""

    engine = "python"
    empty = NO_LINES

    def __init__(self, resource: Resource, options: Options) -> None:
        super().__init__(resource, options)
        self.is_lines = resource.format in JSON_LINES and bool(resource.contents)
        self.dialect = json_dialect(resource)
        self.kind = self.dialect.kind
        self.names = Names(dict.fromkeys(self.dialect.names or ()), self.dialect.names is not None)
        self._ends: dict[int, int] = {}  # by file, the last row before its content
        self._told: tuple[int, Head] | None = None  # the file that tells the columns
        self._of_columns: Sequence[Fault] = ()  # what is wrong with what it tells
        self._document: tuple[JsonDocument, Faults] | None = None

    # The blocks

    def begin(self) -> Columns | None:
        """The table's columns; None where no row tells them, which is among the `faults`."""
        self.columns = []
        self.faults = {}
        heads = self._heads()
        known = [(part, head) for part, head in heads.items() if head]
        self._told = next((one for one in known if one[1].is_told), known[0] if known else None)
        self._of_columns = self._match(self._told[1]) if self._told else []
        if self.columns:
            return self.described()
        for part, head in heads.items():
            self._add_faults(part, head)
        return None

    def _heads(self) -> dict[int, Head | None]:
        """How the files begin, up to the first that tells the columns."""
        heads: dict[int, Head | None] = {}
        for part in self._parts():
            _, head = self._begun(part)
            heads[part] = head
            if head and head.is_told:
                break
        return heads

    def _jobs_of(self, part: int, number: int) -> Iterator[JsonJob]:
        """The blocks of a file, whose first gets the number."""
        jobs, head = self._begun(part)
        self._add_faults(part, head)
        return (replace(job, number=index) for index, job in enumerate(jobs, number))

    def identity(self, job: JsonJob, digest: str) -> tuple[object, ...] | None:
        """The lines of a block, or the document, and where the file's head ends."""
        text = digest if job.data is None else blake3(job.data).hexdigest()
        return text, job.line, self._ends[job.part]

    def way(self) -> tuple[object, ...]:
        """What a row is, and whether all names of objects are known."""
        return self.kind, self.names.are_all

    def parts(self) -> Iterator[tuple[int, Iterator[JsonJob], Sequence[Fault]]]:
        """The files, each with its blocks, whose numbers are still to be given, and the faults of
        its head, which are among its `faults`.

        ChangedError: a file is not what it was at first. UnreadableError: as of `begin`.
        """
        self.faults = {}
        for part in self._parts():
            jobs, head = self._begun(part)
            of_head = self._add_faults(part, head)
            yield part, jobs, of_head
            self.prove_unchanged(part)

    def _parts(self) -> range:
        return range(len(self.contents) if self.is_lines else 1)

    def blocks(self, part: int, faults: Faults) -> Iterator[JsonJob]:
        """The blocks of a file, and on the way the faults of its text; their numbers are still to
        be given.
        """
        if not self.is_lines:
            read, of_text = self._read_document()
            faults.include(of_text)
            size = len(read.items)
            yield JsonJob(0, 0, None, 1, size, size)
            return
        source = self._source(part, faults)
        line, rest = 1, b""
        with of_part(part):
            for piece in source:
                cut = piece.rfind(b"\n") + 1
                if not cut:
                    rest += piece
                    continue
                data, rest = rest + piece[:cut], piece[cut:]
                yield JsonJob(0, part, data, line, source.read, source.size)
                line += count_lines(data)
        if rest:
            yield JsonJob(0, part, rest, line, source.read, source.size)

    def _source(self, part: int, faults: Faults) -> Blocks:
        resource, options = self.resource, self.options
        how = resource.encoding, resource.compression, options.max_bytes
        with of_part(part):
            return Blocks(self.contents[part], *how, faults, options.block)

    def _read_document(self) -> tuple[JsonDocument, Faults]:
        """The document, which is read once, and the faults of its text."""
        if self._document is None:
            faults = Faults(self.options.limit)
            if len(self.contents) > 1:
                count = len(self.contents)
                hint = "store them as one file, or as JSON Lines, of which parts can be joined"
                raise NoRowsError(f"its {count} parts cannot be joined as parts of a CSV can", hint)
            if self.contents:
                read = document(b"".join(self._source(0, faults)), self.dialect.path)
            else:
                read = JsonDocument(items_at(self.resource.descriptor["data"], self.dialect.path))
            self._document = read, faults
        return self._document

    def _rows(self, job: JsonJob, faults: Faults) -> Iterator[Row]:
        """What stands in the rows of a block, whether it fits the table or not."""
        if job.data is not None:
            return rows_of_lines(job.data, job.line, faults)
        read, _ = self._read_document()
        # The names of objects count as a header, which is row 1.
        return read.rows(2 if self._kind_of(enumerate(read.items)) == "object" else 1, faults)

    # The header

    def _kind_of(self, rows: Iterable[Row]) -> str | None:
        """What a row is: what the first one is that can be one."""
        if self.kind is None:
            kinds = (KINDS[type(value)] for _, value in rows)
            self.kind = next((kind for kind in kinds if kind in ("array", "object")), None)
        return self.kind

    def _begun(self, part: int) -> tuple[Iterator[JsonJob], Head | None]:
        """All blocks of a file, whose `faults` begin anew, and how it begins; None: it has no rows,
        where these are lines.
        """
        faults = self.faults[part] = Faults(self.options.limit)
        blocks = self.blocks(part, faults)
        seen: list[JsonJob] = []
        rows: list[Row] = []
        head: Head | None = None
        for job in blocks:
            seen.append(job)
            for row in self._rows(job, Faults(0)):
                rows.append(row)
                if self._may_end_head(*row):
                    break
            head = self._head_of(rows)
            if head:
                break
        head = head or self._head_of(rows, is_all=True)
        self._ends[part] = head.end if head else 0
        is_empty = self.is_lines and not rows
        return chain(seen, blocks), None if is_empty else head or NO_HEAD

    def _add_faults(self, part: int, head: Head | None) -> Sequence[Fault]:
        """Add to a file's faults those of how it begins, and return them: where it tells the
        columns, what is wrong with these.
        """
        found: Sequence[Fault] = ()
        if head is None:
            found = [NO_ROWS]
        elif self._told and part == self._told[0]:
            found = self._of_columns
        elif self.kind == "array" and head.is_told and head.labels != self.labels:
            found = [other_header(head.row)]
        for fault in found:
            self.faults[part].add(fault)
        return found

    def _may_end_head(self, number: int, value: Any) -> bool:
        """Whether no row behind this one is of interest for the head of its file."""
        if KINDS[type(value)] != self.kind:
            return False
        if self.kind == "object":
            return bool(self.names.found)
        dialect = self.resource.dialect
        last = dialect.header_rows[-1] if dialect.header_rows else 0
        return number >= last and not is_comment(number, value, dialect)

    def _head_of(self, rows: Sequence[Row], *, is_all: bool = False) -> Head | None:
        """How a file begins with these rows; None: more are needed."""
        kind = self._kind_of(rows)
        if kind == "object":
            return self._head_of_objects(rows, is_all=is_all)
        return None if kind is None else head_of_lists(rows, self.resource.dialect, is_all=is_all)

    def _head_of_objects(self, rows: Sequence[Row], *, is_all: bool) -> Head | None:
        objects = [value for _, value in rows if isinstance(value, dict)]
        # An object without names tells nothing, unless there are no others.
        is_told = any(objects) or (is_all and bool(objects))
        return Head(self._labels_of_names(rows)) if is_told else None

    def _labels_of_names(self, rows: Iterable[Row]) -> list[str]:
        """The names of objects: those of fields in the order of the schema, then the others."""
        names = self.names
        if not names.are_all and not names.found:
            names.found = names_in(rows)
        if self.dialect.names is not None:
            return list(names.found)
        schema = self.resource.schema
        declared = [item.name for item in schema.fields] if schema else []
        return list(dict.fromkeys([*(n for n in declared if n in names.found), *names.found]))

    def _match(self, head: Head) -> list[Fault]:
        """Give each column its field; return what does not match."""
        resource = self.resource
        schema = resource.schema
        if self.kind == "object" and schema and schema.fields_match == "exact":
            # The names of an object have no order.
            resource = replace(resource, schema=replace(schema, fields_match="equal"))
        self.labels = head.labels
        return self.match(resource, head.labels, head.width, head.row)

    def amend(self, error: AmendError) -> None:
        """Learn all names of objects, where a block has new ones."""
        super().amend(error)
        if isinstance(error, NewNamesError):
            blocks = (job for part in self._parts() for job in self.blocks(part, Faults(0)))
            rows = (row for job in blocks for row in self._rows(job, Faults(0)))
            self.names = Names(names_in(rows), are_all=True)

    # The cells

    def chunk(self, job: JsonJob, faults: Faults) -> Chunk:
        """A block's cells as text, without blank rows. AmendError: objects have new names."""
        numbers: list[int] = []
        content: list[Sequence[Any]] = []
        misfits: list[bool] = []
        cells_of = self._cells_of_object if self.kind == "object" else self._cells_of_list
        for number, value in self._rows(job, faults):
            cells = self._content_of(number, value, job.part, faults)
            if cells is not None:
                numbers.append(number)
                content.append(cells_of(number, cells, faults))
                misfits.append(self.kind == "array" and len(cells) != len(self.columns))
        columns = zip(*content, strict=True) if content else ([] for _ in self.columns)
        frame: list[pl.Series] = []
        wrong: dict[str, pl.Series] = {}
        for column, values in zip(self.columns, columns, strict=True):
            texts, marks = text_column(column.field, values)
            frame.append(texts.alias(str(column.index)))
            if marks is not None:
                wrong[str(column.index)] = marks
        marked = pl.Series(misfits, dtype=pl.Boolean) if any(misfits) else None
        chunk = Chunk(pl.DataFrame(frame), pl.Series(numbers, dtype=pl.Int64), marked, wrong)
        return without_blank_rows(chunk, self.columns, faults)

    def _content_of(self, number: int, value: Any, part: int, faults: Faults) -> Any:
        """A row, if it is one of the content; what is none at all is a fault."""
        dialect = self.resource.dialect
        kind = KINDS[type(value)]
        if kind != self.kind:
            message = f"the row is JSON's {kind}, not {_WORDS[self.kind]}"
            faults.add(row_fault(number, message, "write all rows as objects, or all as lists"))
            return None
        if number <= self._ends[part] or is_comment(number, value, dialect):
            return None
        if dialect.skip_blank_rows:
            cells = value.values() if kind == "object" else value
            if all(cell is None or cell == "" for cell in cells):
                return None
        return value

    def _cells_of_object(self, _: int, value: Mapping[str, Any], __: Faults) -> list[Any]:
        assert self.labels is not None  # noqa: S101 - objects have names
        if not self.names.are_all and not value.keys() <= self.names.found.keys():
            raise NewNamesError
        return list(map(value.get, self.labels))

    def _cells_of_list(self, number: int, value: list[Any], faults: Faults) -> list[Any]:
        """The cells of a list at the width of the header."""
        width, count = len(self.columns), len(value)
        if count == width:
            return value
        message = f"the row has {count} cells where the header has {width}"
        hint = "give all rows as many items as the header has"
        if count > width:
            cell = json_text_of(value[width])
            faults.add(Fault("extra-cell", message, hint, number, cell=cell))
            return value[:width]
        missing = self.columns[count].field.name
        faults.add(Fault("missing-cell", message, hint, number, missing))
        return [*value, *[None] * (width - count)]


_WORDS = {
    "array": "a list as the first one is",
    "object": "an object as the first one is",
    None: "an object or a list",
}
