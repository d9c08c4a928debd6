"""Two policies are held against each other from the command line: both plans are kept, and who gains and loses is told."""

import csv
import io
from pathlib import Path

import pytest

from tests.api.conftest import COUNTY, DAY, Command

ASKED = ("match", "--region", COUNTY, "--on", DAY)


@pytest.fixture(scope="module")
def plan(loaded: Command) -> str:
    """The id of the plan by the default policy."""
    return str(loaded(*ASKED, "--format", "json").json["plan"])


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A policy by which charities come before everybody, and those who wait long before nobody."""
    file = tmp_path / "other.toml"
    file.write_text("waiting_months = [1]\n\n[provider_order]\ncharity = 0\ngovernment = 4\n", "utf-8")
    return file


def test_the_first_plan_is_that_of_a_match_alone_and_both_are_drafts(loaded: Command, plan: str, other: Path) -> None:
    told = loaded(*ASKED, "--compare", other, "--format", "json").json
    assert told["plan"] == plan
    second = told["compared"]["plan"]
    assert second == loaded(*ASKED, "--policy", other, "--format", "json").json["plan"] != plan
    kept = {row["plan"]: row["state"] for row in loaded("plans", "--format", "json").json}
    assert kept[second] == "draft"
    assert {row["setting"]: (row["first"], row["second"]) for row in told["compared"]["settings"]} == {
        "waiting_months": ([12, 6, 3, 1], [1]),
        "provider_order.charity": (1, 0),
        "provider_order.government": (0, 4),
    }


def test_what_changes_adds_up_to_the_certificates(loaded: Command, other: Path) -> None:
    told = loaded(*ASKED, "--compare", other, "--format", "json").json
    first, second = told["certificate"], told["compared"]["certificate"]
    rows = {row["code"]: row for row in told["compared"]["needs"] if row["by"] == "urgency"}
    assert sum(row["gained"] + row["moved"] for row in rows.values()) > 0
    for urgency, wanted in first["open"].items():
        row = rows.get(urgency, dict.fromkeys(("needs", "met_first", "met_second", "units_gained", "units_lost"), 0))
        assert row["needs"] == wanted["needs"]
        assert row["met_first"] == first["served"][urgency]["needs"]
        assert row["met_second"] == second["served"][urgency]["needs"]
        units = second["served"][urgency]["units"] - first["served"][urgency]["units"]
        assert row["units_gained"] - row["units_lost"] == units


def test_the_screen_says_what_differs_in_both_languages(loaded: Command, other: Path) -> None:
    out = loaded(*ASKED, "--compare", other).out
    for words in (
        "settings that differ",
        "waiting_months",
        "provider_order.charity",
        "what each reaches",
        "other.toml",
    ):
        assert words in out
    out = loaded(*ASKED, "--compare", other, lang="zh").out
    for words in ("不同的设置", "各自达到", "默认策略", "按紧急程度"):
        assert words in out
    assert all(sum(2 if ord(sign) > 0x2E80 else 1 for sign in line.rstrip()) <= 100 for line in out.splitlines())


def test_what_can_be_done_with_each_plan_is_said_as_after_a_match(loaded: Command, plan: str, tmp_path: Path) -> None:
    reviewed = tmp_path / "reviewed.toml"
    reviewed.write_text('review = "required"\n', "utf-8")
    told = loaded(*ASKED, "--compare", reviewed).err
    assert f"A: Next: zhongfu publish {plan[:8]}" in told
    assert "B: Next: zhongfu approve" in told


def test_the_same_policy_twice_makes_one_plan(loaded: Command, other: Path) -> None:
    done = loaded(*ASKED, "--policy", other, "--compare", other)
    assert "The two policies are the same, and so is the plan." in done.err
    assert "needs by urgency" not in done.out


def test_rows_for_a_spreadsheet_have_one_form(loaded: Command, other: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(loaded(*ASKED, "--compare", other, "--format", "csv").out)))
    assert {row["by"] for row in rows} == {"urgency", "kind", "region", "place", "household"}
    assert all(int(row["gained"]) + int(row["lost"]) + int(row["moved"]) >= 0 for row in rows)


def test_a_second_policy_at_fault_is_named_before_anything_is_matched(loaded: Command, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("overload = 2\n", "utf-8")
    before = loaded("plans", "--format", "json").json
    done = loaded(*ASKED, "--compare", wrong, code=2)
    assert "wrong.toml" in done.err
    assert "overload" in done.err
    assert loaded("plans", "--format", "json").json == before
