"""Killed with -9 on the way, the next command finishes what was begun or repeats it."""

import csv
from pathlib import Path

import pytest

from tests.api.conftest import COUNTY, DAY, Command


@pytest.fixture
def fresh(zhongfu: Command) -> Command:
    """A home whose server runs, so that a killed command leaves it alone."""
    zhongfu("graph", "start", "--size", "small")
    return zhongfu


def test_a_load_killed_between_tables_is_finished_by_the_next_command(fresh: Command, sample: Path) -> None:
    fresh.dies("graph.write:write_table:6", "load", sample)
    assert fresh("plans", "--format", "json").json == []
    tables = fresh("load", sample, "--format", "json").json["tables"]
    assert {(row["new"], row["changed"]) for row in tables} == {(0, 0)}, "all of it was written"
    with (sample / "needs.csv").open(encoding="utf-8") as file:
        expected = sum(1 for _ in csv.DictReader(file))
    assert {row["table"]: row["same"] for row in tables}["needs"] == expected


@pytest.mark.parametrize(
    "where", ["matching.match:verify:1", "api.service.making:store_plan:1", "api.service.making:save_plan:1"]
)
def test_a_match_killed_leaves_no_plan_and_is_repeated(fresh: Command, where: str) -> None:
    asked = ["match", "--region", COUNTY, "--on", DAY, "--period", "2026-10"]
    before = fresh("plans", "--format", "json").json
    fresh.dies(where, *asked)
    assert fresh("plans", "--format", "json").json == before
    made = fresh(*asked, "--format", "json").json["plan"]
    fresh("verify", made)
    (home := fresh.home / "plans" / made).rename(gone := fresh.home / "gone")  # so that the next case makes it anew
    assert f"The files of plan {made} are not in" in fresh("verify", made, code=1).err
    gone.rename(home)


@pytest.mark.parametrize("where", ["graph.publish:_write_batch:1", "graph.publish:_switch:1"])
def test_a_publication_killed_shows_nothing_and_is_finished_by_the_next(fresh: Command, where: str) -> None:
    period = "2026-11" if "batch" in where else "2026-12"
    plan = fresh("match", "--region", COUNTY, "--on", DAY, "--period", period, "--format", "json").json["plan"]
    before = fresh("gaps", "--on", DAY, "--format", "json").json
    fresh.dies(where, "publish", plan)
    assert fresh("gaps", "--on", DAY, "--format", "json").json == before
    done = fresh("publish", plan, "--format", "json").json
    assert done["revision"] == before["revision"] + 1
    assert not done["already"]
    states = {row["plan"]: row["state"] for row in fresh("plans", "--format", "json").json}
    assert states[plan] == "published"
