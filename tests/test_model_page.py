"""The numbered statements of docs/model.md and the code that cites them hold together."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
CITED = re.compile(r"model ((?:\(\d+\)(?:, | and | to )?)+)")


def stated() -> list[int]:
    return [
        int(number)
        for number in re.findall(r"^\*\*\((\d+)\)", (ROOT / "docs/model.md").read_text("utf-8"), re.MULTILINE)
    ]


def cited() -> dict[int, list[str]]:
    """Statements that the docstrings and comments of the packages cite, each with the files that do."""
    found: dict[int, list[str]] = {}
    for package in ("graph", "matching"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for citation in CITED.findall(path.read_text("utf-8")):
                for number in re.findall(r"\((\d+)\)", citation):
                    found.setdefault(int(number), []).append(path.relative_to(ROOT).as_posix())
    return found


def test_the_statements_are_numbered_from_one_without_a_gap():
    assert stated() == list(range(1, len(stated()) + 1))


def test_every_number_that_the_code_cites_is_a_statement():
    assert {number: files for number, files in cited().items() if number not in stated()} == {}


def test_every_statement_is_cited_where_the_code_carries_it():
    assert [number for number in stated() if number not in cited()] == []
