"""How a package is cited: in the same words wherever they stand, and in sound BibTeX."""

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from mtopendata.release.metadata.readme import readme_md
from mtopendata.release.terms.citing import citation
from tests.kit.packages import MONTANA, copy_own, replace_text
from tests.kit.releases import released

OWN: dict[str, Any] = json.loads((MONTANA / "datapackage.json").read_text("utf-8"))
PERSON = {"givenName": "Ann", "familyName": "O'Neill", "roles": ["author"]}


def fields(bibtex: str) -> dict[str, str]:
    """What is in a record, by field; its braces pair, as BibTeX demands."""
    assert bibtex.count("{") == bibtex.count("}")
    return dict(re.findall(r"^  (\w+) = \{(.*)\},$", bibtex, re.MULTILINE))


def test_the_own_citation_has_maker_year_title_version_source_and_address() -> None:
    cited = citation(OWN)
    assert cited
    assert cited.text == (
        f"The mtopendata maintainers ({OWN['created'][:4]}). {OWN['title']} "
        f"(version {OWN['version']}) [data set]. Sources: "
        f"{'; '.join(source['title'] for source in OWN['sources'])}. {OWN['homepage']}"
    )
    found = fields(cited.bibtex)
    assert found["author"] == "{The mtopendata maintainers}"
    assert found["title"] == f"{{{OWN['title']}}}"
    assert (found["year"], found["version"]) == (OWN["created"][:4], OWN["version"])
    assert found["url"] == OWN["homepage"]
    assert OWN["sources"][0]["title"] in found["note"]


@pytest.mark.parametrize(
    ("properties", "text"),
    [
        ({"title": "T"}, "T [data set] (n.d.)."),
        ({"name": "n", "version": "2.0.0", "created": "2020-02-03"},
         "n (version 2.0.0) [data set] (2020)."),
        ({"title": "T", "contributors": [PERSON, {"title": "Office"}]},
         "O'Neill, Ann (n.d.). T [data set]."),
        ({"title": "T", "contributors": [{"title": "Office"}], "id": "doi:10.5281/zenodo.1",
          "homepage": "https://x.org"},
         "Office (n.d.). T [data set]. https://doi.org/10.5281/zenodo.1"),
        ({"title": "A\n B", "contributors": [{"title": "Office"}], "version": 7, "created": 9,
          "homepage": "ftp://x", "sources": [{"title": "S."}, {"path": "p"}, 3, {"title": "R"}]},
         "Office (n.d.). A B [data set]. Sources: S.; R."),
    ],
)  # fmt: skip
def test_what_is_lacking_is_left_out(properties: dict[str, Any], text: str) -> None:
    cited = citation(properties)
    assert cited
    assert cited.text == text
    fields(cited.bibtex)


def test_without_a_title_and_a_name_nothing_can_be_cited() -> None:
    assert citation({"version": "1.0.0", "contributors": [PERSON]}) is None
    assert citation({"title": " ", "name": 3}) is None


def test_bibtex_keeps_names_whole_and_signs_harmless() -> None:
    cited = citation(
        {"title": "50% of {A} & B_c #1 $x ~ ^ \\end", "name": "a.b/c",
         "version": "1.0.0", "contributors": [{"title": "Smith and Sons"}, PERSON]}
    )  # fmt: skip
    assert cited
    found = fields(cited.bibtex)
    assert cited.bibtex.startswith("@misc{a-b-c-1-0-0,\n")
    assert found["author"] == "O'Neill, Ann"
    title = found["title"].replace(r"\textbraceleft{}", "").replace(r"\textbraceright{}", "")
    assert re.findall(r"(?<!\\)[%&_#$~^]", title) == []
    assert r"50\% of" in title
    assert r"\textbackslash{}end" in title
    organisation = citation({"title": "T", "contributors": [{"title": "Smith and Sons"}]})
    assert organisation
    assert fields(organisation.bibtex)["author"] == "{Smith and Sons}"


def test_ris_has_a_tag_in_each_line_and_ends() -> None:
    cited = citation(
        {
            "title": "A\nB", "version": "1", "created": "2024-01-02", "id": "10.1234/x",
            "contributors": [{"givenName": "Ada", "familyName": "Byron"}, {"title": "The\nLab"}],
            "sources": [{"title": "S"}],
        }
    )  # fmt: skip
    assert cited is not None
    assert cited.ris.split("\n") == [
        "TY  - DATA", "AU  - Byron, Ada", "AU  - The Lab", "TI  - A B", "PY  - 2024", "ET  - 1",
        "DO  - 10.1234/x", "UR  - https://doi.org/10.1234/x", "N1  - Sources: S", "ER  - ",
    ]  # fmt: skip


def test_a_release_tells_how_to_cite_it_in_its_zip_and_its_workbook(own_release: Path) -> None:
    cited = citation(OWN)
    assert cited
    stem = f"{OWN['name']}-{OWN['version']}"
    with zipfile.ZipFile(own_release / f"{stem}.zip") as archive:
        readme = archive.read("README.md").decode()
    assert f"\n## How to cite\n\n```text\n{cited.text}\n```\n\n```bibtex\n" in readme
    assert f"```bibtex\n{cited.bibtex}\n```" in readme
    about = openpyxl.load_workbook(own_release / f"{stem}.xlsx")["About"]
    told = {row[0].value: row[1].value for row in about.iter_rows(max_col=2)}
    assert told["How to cite"] == cited.text
    assert told["BibTeX"] == cited.bibtex


def test_the_readme_shows_the_figures_as_they_are_printed(tmp_path: Path) -> None:
    copy_own(tmp_path)
    replace_text(
        tmp_path / "resources" / "figures.csv",
        "ncmec-montana-2023,34,exact,34,34,submission,34,",
        "ncmec-montana-2023,,,,,submission,,",
    )
    text = readme_md(released(tmp_path)).partition("## Figures as printed\n\n")[2]
    lines = text.partition("\n## ")[0].splitlines()
    head = "| figure | area | year | as printed | source |"
    programmes = [line for line in lines if line.startswith("### ")]
    assert lines.count(head) == len(programmes) == 8
    rows = [line for line in lines if line.endswith("| `ncmec-montana-2023` |")]
    assert len(rows) == 20
    told = [row.removesuffix(" `ncmec-montana-2023` |") for row in rows]
    files = "| Files in CyberTipline reports | All of NCMEC's work | 2023 | more than 105 million |"
    assert files in told
    assert "| Submissions reviewed | Montana | 2023 | not reported |" in told
    assert "| Cases reported by the Office of Refugee Resettlement | Montana | 2023 | 0 |" in told
