"""Words for people: no library's English in a Chinese text, no command for whoever sits at a browser, no `1 plans`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic_core._pydantic_core import list_all_errors

import api
from api.act_words import ACTS
from api.outside import told_outside
from api.rights import RIGHTS
from api.stage_words import MEANINGS, STAGES
from api.unit_words import UNITS, unit_name
from graph.errors import ZhongfuError
from graph.model import SERVICE_KINDS
from loaders.contract import check
from matching.toml_text import NotToml, read_toml
from matching.verify.figures import LARGER_IS_BETTER
from matching.wrong_settings import what_is_wrong
from tests.api.test_errors import FAULTS

ROOT = Path(api.__file__).parent.parent
TEMPLATES = sorted((ROOT / "api/pages/templates").glob("*.html"))
SOURCES = [
    path for package in ("api", "graph", "loaders", "matching") for path in sorted((ROOT / package).rglob("*.py"))
]
CHINESE = re.compile(r"[一-鿿]")
SENTENCE = re.compile(r"[A-Za-z]{2,}(?: [A-Za-z]{2,}){2,}")
"""Three words of English or more in a row."""


NAMES = {"key", "name", "offer", "region", "user"}
"""What stands in a text for a name, after which an `s` makes no plural."""


class Filled(dict[str, object]):
    """Facts of any name."""

    def __missing__(self, name: str) -> str:
        return name


def caught(tree: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Chinese texts within the handler of an exception, with each expression that they quote."""
    for handler in ast.walk(tree):
        if isinstance(handler, ast.ExceptHandler) and handler.name:
            for text in ast.walk(handler):
                if isinstance(text, ast.JoinedStr) and CHINESE.search(ast.unparse(text)):
                    yield from (
                        (handler.name, part.value) for part in text.values if isinstance(part, ast.FormattedValue)
                    )


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_chinese_text_quotes_an_exception(path: Path) -> None:
    quoted = [
        ast.unparse(part)
        for name, part in caught(ast.parse(path.read_text("utf-8")))
        if ast.unparse(part) in {name, f"str({name})"}
    ]
    assert quoted == []


def test_the_rule_of_quotes_finds_one() -> None:
    tree = ast.parse('try:\n    f()\nexcept ValueError as wrong:\n    raise Fault(f"不是 TOML：{wrong}")')
    assert [ast.unparse(part) for _, part in caught(tree)] == ["wrong"]


@pytest.mark.parametrize("content", [b"no workbook", b"PK\x03\x04" + bytes(60), b"\xd0\xcf\x11\xe0" + bytes(600)])
@pytest.mark.parametrize("name", ["households.xlsx", "households.parquet"])
def test_a_file_that_cannot_be_opened_is_told_in_chinese_alone(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    [issue] = [each for each in check(tmp_path).issues if each.severity == "error"]
    for text in (issue.message_zh, issue.repair_zh):
        assert CHINESE.search(text)
        assert not SENTENCE.search(text), text


def test_a_workbook_that_is_cut_off_is_told_in_chinese_alone(tmp_path: Path) -> None:
    path = tmp_path / "households.xlsx"
    openpyxl.Workbook().save(path)
    path.write_bytes(path.read_bytes()[:-100])
    pq.write_table(pa.table({"a": [1]}), tmp_path / "persons.parquet")
    (tmp_path / "persons.parquet").write_bytes((tmp_path / "persons.parquet").read_bytes()[:-9])
    said = [each.message_zh for each in check(tmp_path).issues if each.severity == "error"]
    assert len(said) == 2
    assert not any(SENTENCE.search(text) for text in said), said


@pytest.mark.parametrize("text", ["a =", "= 1", "a = 1\na = 2", "a = " + "[" * 5000, "a = " + "9" * 5000, "[", 'a = "'])
def test_what_is_no_toml_is_told_in_both_languages(text: str) -> None:
    with pytest.raises(NotToml) as fault:
        read_toml(text)
    assert str(fault.value)
    assert CHINESE.search(fault.value.zh)
    assert not SENTENCE.search(fault.value.zh)


@pytest.mark.parametrize("error", list_all_errors(), ids=lambda error: error["type"])
def test_whatever_a_check_of_fields_finds_is_told_in_chinese(error: dict[str, object]) -> None:
    facts = Filled(error.get("example_context") or {}) | {"error": ValueError("some words of a library")}
    en, zh = what_is_wrong(str(error["type"]), Filled(facts), str(error["example_message_python"]))
    assert en
    assert CHINESE.search(zh), zh
    assert not SENTENCE.search(zh), zh


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_no_caller_is_told_a_command_or_a_setting_of_the_server(fault: type[ZhongfuError]) -> None:
    raised = fault.__new__(fault)
    raised.facts = Filled()
    raised.message = lambda language="en": str(getattr(fault, language))  # type: ignore[method-assign,misc]
    raised.repair = lambda language="en": str(getattr(fault, f"repair_{language}"))  # type: ignore[method-assign,misc]
    told = told_outside(raised)
    assert told is not None
    for text in told.repair.values():
        assert "zhongfu " not in text
        assert "ZHONGFU_" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_page_tells_a_command(path: Path) -> None:
    assert not re.search(r"zhongfu [a-z]", path.read_text("utf-8"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_number_before_a_plural_has_its_singular(path: Path) -> None:
    english = re.findall(r'\bt\("([^"]*)"', path.read_text("utf-8"))
    told = [text for text in english for name in re.findall(r"\{(\w+)\} (?:\w+ )?\w+s\b", text) if name not in NAMES]
    assert told == []


def test_every_act_has_its_words() -> None:
    assert set(ACTS) == set(RIGHTS)
    assert all(CHINESE.search(zh) and not CHINESE.search(en) for en, zh in ACTS.values())


def test_every_unit_that_ships_has_its_english() -> None:
    assert {kind.unit for kind in SERVICE_KINDS} <= set(UNITS)
    assert (unit_name("元", "en"), unit_name("元", "zh"), unit_name("箱", "en")) == ("yuan", "元", "箱")


def test_every_stage_of_a_plan_says_what_it_counts_and_which_way_is_better() -> None:
    assert set(MEANINGS) == set(STAGES)
    for stage, (en, zh) in MEANINGS.items():
        larger = stage in LARGER_IS_BETTER
        assert (en.rsplit("; ", 1)[1] == "the more the better", zh.rsplit("；", 1)[1] == "越大越好") == (larger, larger)
        assert CHINESE.search(zh)
        assert not CHINESE.search(en)
