"""Whatever stands in a package: a report or MtopendataError, never another exception."""

import copy
import gzip
import importlib
import json
import random
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mtopendata import MtopendataError, Options, Report, validate
from mtopendata.ledger.report import SEVERITIES
from mtopendata.report import render
from tests.kit.examples import examples
from tests.kit.packages import MONTANA, write_files

PATIENCE = 20
"""Seconds after which one tiny package counts as a hang, even on a busy machine."""
ALL = Options(limit=10**6, max_bytes=10**6)


@dataclass(frozen=True)
class Seed:
    """A good package, to be damaged."""

    descriptor: dict[str, Any]
    files: dict[str, bytes]


def _field(name: str, type_: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": type_, **more}


TYPES = Seed(
    {
        "name": "types",
        "resources": [
            {
                "name": "rows",
                "path": "rows.csv",
                "encoding": "utf-8",
                "schema": {
                    "fields": [
                        _field("id", "integer", constraints={"required": True, "minimum": 1}),
                        _field("n", "number", constraints={"exclusiveMaximum": 1000.5}),
                        _field("b", "boolean", trueValues=["yes"], falseValues=["no"]),
                        _field("d", "date", constraints={"minimum": "2000-01-01"}),
                        _field("t", "time"),
                        _field("dt", "datetime", constraints={"maximum": "2030-01-01T00:00:00"}),
                        _field("y", "year", constraints={"enum": [2023, 2024]}),
                        _field("s", "string", constraints={"pattern": "a|b.*", "maxLength": 9}),
                        _field("c", "string", categories=["x", {"value": "y", "label": "Y"}]),
                        _field("k", "string", constraints={"unique": True}),
                    ],
                    "missingValues": ["", "NA"],
                    "primaryKey": ["id"],
                    "uniqueKeys": [["k", "y"]],
                    "foreignKeys": [
                        {"fields": "c", "reference": {"resource": "codes", "fields": "code"}}
                    ],
                },
            },
            {
                "name": "codes",
                "path": ["codes.csv", "more.csv"],
                "schema": {
                    "fields": [_field("code", "string"), _field("title", "string")],
                    "fieldsMatch": "subset",
                    "primaryKey": "code",
                },
            },
        ],
    },
    {
        "rows.csv": (
            b"id,n,b,d,t,dt,y,s,c,k\n"
            b'1,0.10,yes,2023-01-31,12:00:00,2023-01-31T12:00:00,2023,a,x,"k ""1"""\n'
            b"2,-3,no,2024-02-29,23:59:59,2024-02-29T00:00:00,2024,bcd,y,k2\n"
            b'3,NA,NA,NA,NA,NA,2023,,x,"k,\n3"\n'
        ),
        "codes.csv": "code,title\nx,Ä\n".encode(),
        "more.csv": b"code,title\ny,Y\n",
    },
)

ODD = Seed(
    {
        "name": "odd",
        "resources": [
            {
                "name": "semicolons",
                "path": "odd.csv",
                "encoding": "cp1252",
                "dialect": {
                    "delimiter": ";",
                    "quoteChar": "'",
                    "escapeChar": "\\",
                    "commentChar": "#",
                    "headerRows": [1, 2],
                    "skipInitialSpace": True,
                    "nullSequence": "-",
                },
                "schema": {
                    "fields": [
                        _field("a x", "integer", groupChar=".", bareNumber=False),
                        _field("b y", "number", decimalChar=","),
                        _field("c z", "any"),
                    ],
                },
            },
            {"name": "bare", "path": "bare.csv", "dialect": {"header": False}},
            {"name": "text", "path": "readme.txt", "bytes": 3},
        ],
    },
    {
        "odd.csv": "a;b;c\nx;y;z\n# note\n1.000 €; 1,5; 'x\\'y'\n2;-;ü\n".encode("cp1252"),
        "bare.csv": b"1,2\n3,4\n",
        "readme.txt": b"abc",
    },
)

RARE = Seed(
    {
        "name": "rare",
        "resources": [
            {
                "name": "rare",
                "path": "rare.tsv.gz",
                "format": "tsv",
                "compression": "gz",
                "schema": {
                    "fields": [
                        _field("ym", "yearmonth"),
                        _field("p", "geopoint"),
                        _field("o", "object", constraints={"jsonSchema": {"type": "object"}}),
                        _field("d", "date", format="%d.%m.%Y", constraints={"required": True}),
                        _field("z", "datetime"),
                        _field("u", "string", format="uri"),
                        _field("l", "list", constraints={"minLength": 1}),
                    ],
                },
            },
            {
                "name": "inline",
                "data": [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}],
                "schema": {"fields": [_field("a", "integer"), _field("b", "string")]},
            },
        ],
    },
    {
        "rare.tsv.gz": gzip.compress(
            b"ym\tp\to\td\tz\tu\tl\n"
            b'2023-01\t1,2\t"{""a"": 1}"\t01.02.2023\t2023-01-01T00:00:00Z\thttp://a.b/\ta,b\n',
            mtime=0,
        ),
    },
)

FIGURES = Seed(
    {
        "name": "figures",
        "resources": [
            {
                "name": "figures",
                "path": "figures.csv",
                "schema": {
                    "fields": [
                        _field("measure", "string", constraints={"required": True}),
                        _field("area", "string"),
                        _field("period", "year"),
                        _field("source", "string"),
                        _field("value", "number"),
                        _field("qualifier", "string"),
                        _field("lower", "number"),
                        _field("upper", "number"),
                        _field("unit", "string"),
                        _field("printed", "string"),
                    ],
                    "primaryKey": ["measure", "area", "period", "source"],
                },
            },
            {
                "name": "rules",
                "path": "rules.csv",
                "schema": {
                    "fields": [
                        _field("rule", "string"),
                        _field("relation", "string"),
                        _field("severity", "string"),
                    ],
                    "primaryKey": "rule",
                },
            },
            {
                "name": "rule_terms",
                "path": "rule_terms.csv",
                "schema": {
                    "fields": [
                        _field("rule", "string"),
                        _field("term", "integer"),
                        _field("coefficient", "number"),
                        _field("measure", "string"),
                        _field("area", "string"),
                        _field("lag", "integer"),
                    ],
                    "primaryKey": ["rule", "term"],
                },
            },
        ],
    },
    {
        "figures.csv": (
            b"measure,area,period,source,value,qualifier,lower,upper,unit,printed\n"
            b"a,MT,2023,s,7,exact,7,7,case,7\n"
            b"b,MT,2023,s,22,exact,22,22,case,22\n"
            b"t,MT,2023,s,29,exact,29,29,case,29\n"
            b"t,ALL,2023,s,36200000,rounded,36150000,36249999,case,36.2 million\n"
            b"t,ALL,2022,r,105,more_than,106,,case,more than 105\n"
            b"p,ALL,2023,s,19.5,rounded,19.45,19.55,percent,19.5%\n"
            b"a,ALL,2023,s,,,,,case,\n"
        ),
        "rules.csv": b"rule,relation,severity\nsum,=,error\npart,<=,warning\nlag,<=,warning\n",
        "rule_terms.csv": (
            b"rule,term,coefficient,measure,area,lag\n"
            b"sum,1,1,a,,0\nsum,2,1,b,,0\nsum,3,-1,t,,0\n"
            b"part,1,0.5,t,,0\npart,2,-2,t,ALL,0\n"
            b"lag,1,1,t,,1\nlag,2,-1,t,,0\n"
        ),
    },
)

TINY = Seed(
    {
        "resources": [
            {
                "name": "tiny",
                "path": "tiny.csv",
                "schema": {
                    "fields": [
                        _field("a", "integer", constraints={"required": True}),
                        _field("b", "string"),
                    ],
                    "primaryKey": "a",
                },
            }
        ]
    },
    {"tiny.csv": b'a,b\n1,x\n2,"y,\nz"\n3,\n'},
)

SEEDS = {"types": TYPES, "odd": ODD, "rare": RARE, "figures": FIGURES, "tiny": TINY}


# Damage


ODD_VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2**31, 2**63, -(2**63) - 1, 10**40, 10**400, 0.1, -0.0, 1e308,
    "", " ", "a", "1", "-1", "0.1", "NaN", "INF", "1e5", "\x00", "\n", "\r", '"', "'", ",", ";",
    "\t", "\\", "ä", "\U0001f600", "\ud800", "x" * 300, "__proto__", "default", "any", "string",
    "integer", "number", "date", "time", "datetime", "year", "yearmonth", "duration", "boolean",
    "object", "array", "list", "geopoint", "geojson", "email", "uri", "uuid", "binary", "%Y",
    "%d/%m/%y", "fmt:%Y", "%", "utf-8", "utf-16", "utf-32", "utf-7", "latin-1", "cp1252", "ascii",
    "idna", "punycode", "base64", "rot13", "unknown-8bit", "unicode_escape", "gz", "bz2", "xz",
    "zip", "no", "csv", "tsv", "json", "xlsx", "parquet", "exact", "equal", "subset", "superset",
    "partial", "rows.csv", "codes.csv", "figures.csv", "datapackage.json", ".", "..", "../x",
    "/etc/hosts", "C:\\x", "http://127.0.0.1:9/x.csv", "data:,x", "file:///etc/hosts", "no.csv",
    "(", "[", "a{99999999}", "(?=a)b", "(a)\\1", "a|b", "\\", "^$", "\\p{Greek}", "sha256:00",
    "crc:1", "2023-01-31", "2023", "24:00:00", "9" * 40, "table", "tabular-data-resource",
    [], {}, [[]], [{}], [None], [1], [""], ["a", "b"], ["a", "a"], ["id"], ["rows.csv", "no.csv"],
    {"value": "x"}, [{"value": 1}], [1, "1", True, None, 0.5], [10**400], [1e308], {"csv": {}},
    {"a": {"b": {"c": []}}}, {"type": "string"}, {"type": "number", "minimum": 1}, {"$ref": "#"},
    {"$ref": "http://127.0.0.1:9/x.json"}, {"fields": [], "resource": ""},
    {"delimiter": "ab"}, {"delimiter": "\n"}, {"quoteChar": ","}, {"headerRows": [2, 1]},
    {"headerRows": [99]}, {"headerRows": [2**70]}, {"header": False}, {"commentRows": [1]},
    {"delimiter": "é"}, {"skipBlankRows": True}, {"required": True}, {"unique": True},
    {"minimum": 1, "maximum": 0}, {"enum": []}, {"minLength": -1}, {"maxLength": 2**80},
)  # fmt: skip

NAMES = (
    "name", "path", "data", "schema", "fields", "type", "format", "constraints", "missingValues",
    "primaryKey", "uniqueKeys", "foreignKeys", "reference", "resource", "resources", "dialect",
    "encoding", "compression", "bytes", "hash", "categories", "required", "unique", "enum",
    "pattern", "minimum", "maximum", "exclusiveMinimum", "minLength", "maxLength", "jsonSchema",
    "fieldsMatch", "delimiter", "quoteChar", "escapeChar", "doubleQuote", "headerRows", "header",
    "commentChar", "skipInitialSpace", "lineTerminator", "nullSequence", "trueValues", "example",
    "falseValues", "groupChar", "decimalChar", "bareNumber", "floatNumber", "itemType", "profile",
    "$schema", "mediatype", "categoriesOrdered", "caseSensitiveHeader", "headerJoin",
    "commentRows", "skipBlankRows", "csv", "json", "sheetName", "sql", "extrapaths", "Name", "",
)  # fmt: skip


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every object member and array item below `value`, as its container and key."""
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield value, key
            yield from _places(item)


def damaged_descriptor(rng: random.Random, descriptor: dict[str, Any]) -> bytes:
    """The descriptor as JSON with one to three faults in its structure, or in its very bytes."""
    root: Any = copy.deepcopy(descriptor)
    for _ in range(rng.choice((1, 1, 2, 3))):
        places = list(_places(root))
        if not places:
            break
        container, key = rng.choice(places)
        other, other_key = rng.choice(places)
        match rng.randrange(9):
            case 0 | 1 | 2:
                container[key] = copy.deepcopy(rng.choice(ODD_VALUES))
            case 3:
                del container[key]
            case 4:
                container[key] = copy.deepcopy(other[other_key])
            case 5 if isinstance(container, dict):
                container[rng.choice(NAMES)] = container.pop(key)
            case 6 if isinstance(container, list):
                container.append(copy.deepcopy(container[key]))
            case 7:
                for _ in range(rng.choice((1, 2, 60))):
                    container[key] = rng.choice(([container[key]], {"a": container[key]}))
            case _ if isinstance(container, dict):
                container[rng.choice(NAMES)] = copy.deepcopy(rng.choice(ODD_VALUES))
            case _:
                rng.shuffle(container)
    text = json.dumps(root, ensure_ascii=rng.random() < 0.9).encode("utf-8", "surrogatepass")
    if rng.random() < 0.1:
        text = damaged_bytes(rng, text)
    if rng.random() < 0.05:  # a property twice in one object
        text = text.replace(b'"name":', b'"name": 1, "name":', 1)
    return text


INSERTS = (
    b'"', b'""', b",", b"\n", b"\r", b"\r\n", b"\n\n", b"\0", b"\xef\xbb\xbf", b"\xff", b"\xc3",
    b"\xff\xfe", "é".encode(), b" ", b"\t", b";", b"'", b"\\", b"-", b"+", b".", b"e9", b"NaN",
    b"INF", b"-INF", b"9" * 19, b"9" * 39, b"0." + b"1" * 39, b"#", b"1_0", "١".encode(), b"\x1a",
    "\u2028".encode(), "\u00a0".encode(), b"\x85", b"\x0b", b"x" * 500, b"million", b"%",
)  # fmt: skip


def damaged_bytes(rng: random.Random, data: bytes) -> bytes:
    """The bytes after one to four flips, losses, doublings or insertions."""
    block = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4))):
        at = rng.randrange(len(block) + 1)
        end = min(len(block), at + rng.choice((1, 1, 2, 5, 20)))
        match rng.randrange(8):
            case 0 if block[at:end]:
                block[at] ^= 1 << rng.randrange(8)
            case 1:
                del block[at:end]
            case 2:
                block[at:at] = block[at:end]
            case 3:
                del block[at:]
            case 4:
                block[:0] = rng.choice(INSERTS)
            case 5:
                lines = bytes(block).splitlines(keepends=True)
                rng.shuffle(lines)
                block = bytearray(b"".join(lines))
            case _:
                block[at:at] = rng.choice(INSERTS)
    return bytes(block)


# What must hold


def outcome(path: Path, options: Options = ALL) -> Report | None:
    """The report on a package, None where there is no package to validate; nothing else."""
    start = time.monotonic()
    try:
        report = validate(path, options)
    except MtopendataError:
        return None
    assert time.monotonic() - start < PATIENCE
    return report


BEYOND_TESTED = {"header", "text"}
"""Kinds of checks where one column or row can have several faults, or a fault has none."""


def check_report(report: Report) -> None:
    """What holds for every report whose findings are all listed."""
    loaded = json.loads(render("validation", "json", report))
    assert loaded == json.loads(json.dumps(report.to_dict()))
    text, whole = (
        render("validation", "text", report, verbose=verbose) for verbose in (False, True)
    )
    for rendered in (text, whole):
        rendered.encode("utf-8")
        assert rendered.endswith(")\n")
    assert not report.unlisted
    assert report.errors + report.warnings + report.notes == len(report.findings)
    assert report.valid == (report.errors == 0)
    for check in report.checks:
        assert check.failed >= 0, check
        assert check.tested >= 0, check
        assert check.failed <= check.tested or check.kind in BEYOND_TESTED, check
    # A check's failures are all findings; those of what the schema declares are errors.
    counted = sum(check.failed for check in report.checks if check.kind != "descriptor")
    assert counted <= report.errors + report.warnings
    hard = ("type", "constraint", "primary-key", "unique-key", "foreign-key", "header")
    assert sum(check.failed for check in report.checks if check.kind in hard) <= report.errors
    for finding in report.findings:
        assert finding.code
        assert finding.message
        assert finding.hint
        assert finding.severity in SEVERITIES
        assert finding.row is None or finding.row >= 1


def counts(report: Report) -> tuple[Any, ...]:
    return report.errors, report.warnings, report.undecided, report.checks


def check_package(path: Path, *, again: bool) -> Report | None:
    report = outcome(path)
    if report is None:
        return None
    check_report(report)
    if again:
        short = outcome(path, Options(limit=1, max_bytes=ALL.max_bytes))
        assert short is not None
        assert counts(short) == counts(report)
    return report


def damage(seed: Seed, kind: str, number: int) -> Seed:
    """The seed's files, damaged in the way of `kind` by the random numbers of `number`."""
    rng = random.Random(f"{kind} {number}")  # noqa: S311 - to be repeatable
    files = dict(seed.files)
    descriptor = json.dumps(seed.descriptor).encode()
    if kind != "files":
        descriptor = damaged_descriptor(rng, seed.descriptor)
    if kind != "descriptor":
        name = rng.choice(sorted(files))
        data = files[name]
        if name.endswith(".gz") and rng.random() < 0.8:
            files[name] = gzip.compress(damaged_bytes(rng, gzip.decompress(data)), mtime=0)
        else:
            files[name] = damaged_bytes(rng, data)
    return Seed(seed.descriptor, {**files, "datapackage.json": descriptor})


def run(folder: Path, seed: Seed, kind: str, number: int) -> Report | None:
    bad = damage(seed, kind, number)
    write_files(folder, bad.files)
    try:
        return check_package(folder, again=number % 8 == 0)
    except Exception as error:
        error.add_note(f"damage {number} of {kind}")  # so that it can be repeated
        raise


@pytest.fixture(scope="module")
def documented() -> dict[str, str]:
    codes: dict[str, str] = importlib.import_module("mtopendata.ledger.codes").CODES
    return codes


@pytest.mark.parametrize("name", SEEDS)
def test_the_undamaged_package_is_valid(
    name: str, tmp_path: Path, documented: dict[str, str]
) -> None:
    seed = SEEDS[name]
    write_files(tmp_path, {**seed.files, "datapackage.json": json.dumps(seed.descriptor).encode()})
    report = check_package(tmp_path, again=True)
    assert report
    assert report.valid, report.findings
    assert {finding.code for finding in report.findings} <= documented.keys()


# How many damages of each kind: as many as take about a second or two in a thorough run.
NUMBERS = {"types": 50, "odd": 50, "rare": 20, "figures": 15, "tiny": 100}


@pytest.mark.sampled
@pytest.mark.parametrize("kind", ["descriptor", "files", "both"])
@pytest.mark.parametrize("name", SEEDS)
def test_a_damaged_package_gets_a_whole_report_or_none(
    name: str, kind: str, tmp_path: Path, documented: dict[str, str]
) -> None:
    unknown: Counter[str] = Counter()
    reported, tried = 0, max(8, examples(NUMBERS[name]))
    for number in range(tried):
        report = run(tmp_path, SEEDS[name], kind, number)
        if report is None:
            continue
        reported += bool(report.findings)
        unknown.update(f.code for f in report.findings if f.code not in documented)
    assert reported > tried / 2, "most damage must be noticed"
    assert not unknown, "each code that a finding bears is documented"


@pytest.mark.sampled
@pytest.mark.parametrize("kind", ["descriptor", "files"])
def test_the_own_package_damaged_gets_a_whole_report_or_none(kind: str, tmp_path: Path) -> None:
    descriptor = json.loads((MONTANA / "datapackage.json").read_text(encoding="utf-8"))
    paths = [resource["path"] for resource in descriptor["resources"]]
    seed = Seed(descriptor, {path: (MONTANA / path).read_bytes() for path in paths})
    for number in range(examples(8)):
        run(tmp_path, seed, kind, number)


@pytest.mark.sampled
def test_a_damaged_archive_gets_a_report_or_none(tmp_path: Path) -> None:
    rng = random.Random("archive")  # noqa: S311 - to be repeatable
    whole = tmp_path / "whole.zip"
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("datapackage.json", json.dumps(TINY.descriptor))
        for path, data in TINY.files.items():
            archive.writestr(path, data)
    assert check_package(whole, again=True)
    damaged = tmp_path / "damaged.zip"
    for _ in range(examples(200)):
        damaged.write_bytes(damaged_bytes(rng, whole.read_bytes()))
        check_package(damaged, again=False)


@pytest.mark.parametrize(
    "text",
    [
        b"", b" ", b"null", b"[]", b"1", b"NaN", b'"x"', b"{", b"{}", b'{"resources": {}}',
        b'{"resources": []}', b'{"resources": [null, 1, []]}', b'{"resources": [{}]}',
        b"[" * 100_000, b'{"a":' * 100_000, b'{"a": 1' + b"0" * 5000 + b"}", b"\xff\xfe{}",
        b'{"name": "\\ud800", "resources": [{"name": "\\ud800", "path": "\\ud800"}]}',
        b'{"resources": [{"name": "a", "path": "x\\u0000y"}]}',
        b'{"resources": [{"name": "a", "path": "%s"}]}' % (b"x" * 5000),
    ],
)  # fmt: skip
def test_a_descriptor_that_is_hardly_one_gets_a_report_or_none(text: bytes, tmp_path: Path) -> None:
    write_files(tmp_path, {"datapackage.json": text})
    report = check_package(tmp_path, again=True)
    assert report is None or not report.valid


FIELD_NAMES = [
    "*", "^$", "^.*$", "^a$", " ", "é", "a\nb", "\x1b[31m", "0", "row", "first", "line", "k0",
]  # fmt: skip


@pytest.mark.parametrize("name", FIELD_NAMES)
def test_a_field_may_have_any_name(name: str, tmp_path: Path) -> None:
    """Some libraries take `*` or `^…$` for all columns, or some."""
    fields = [
        _field("a", "integer", constraints={"minimum": 1}),
        _field(name, "string", constraints={"required": True, "pattern": "[xy]", "unique": True}),
        _field("c", "number", constraints={"maximum": 5}),
    ]
    schema = {"fields": fields, "primaryKey": ["a", name], "uniqueKeys": [[name]]}
    resource = {"name": "t", "path": "t.csv", "schema": schema}
    label = '"' + name + '"'
    good = f"a,{label},c\n1,x,2.5\n2,y,3\n"
    write_files(
        tmp_path,
        {
            "datapackage.json": json.dumps({"resources": [resource]}).encode(),
            "t.csv": good.encode(),
        },
    )
    report = check_package(tmp_path, again=True)
    assert report
    assert not report.findings
    write_files(tmp_path, {"t.csv": (good + "3,z,2\n2,y,9\n4,x,1\n").encode()})
    report = check_package(tmp_path, again=True)
    assert report
    rows = [(f.code, f.row or 0) for f in report.findings]
    lines = 1 if "\n" in name else 0  # the header's second line
    assert rows == [
        (code, row + lines)
        for code, row in [
            ("pattern", 4),
            ("primary-key", 5),
            ("maximum", 5),
            ("unique-key", 6),
            ("unique", 6),
        ]
    ]
