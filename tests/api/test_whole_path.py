"""From files to a published plan, command by command."""

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from graph.model import TABLES, URGENCIES
from tests.api.conftest import COUNTY, DAY, Command

COUNTY_CODE = COUNTY + "000000"


@pytest.fixture(scope="module")
def plan(loaded: Command) -> str:
    """The id of a plan for the county."""
    made = loaded("match", "--region", COUNTY, "--on", DAY, "--format", "json").json
    return str(made["plan"])


@pytest.fixture(scope="module")
def published(loaded: Command, plan: str) -> str:
    """The id of the plan that is published."""
    loaded("publish", plan)
    return plan


def test_a_sample_has_every_table_but_travel_and_locks(sample: Path) -> None:
    assert {path.stem for path in sample.iterdir()} == set(TABLES) - {"travel", "locks"}


def test_a_check_writes_nothing(tmp_path: Path, sample: Path) -> None:
    untouched = Command(tmp_path)
    done = untouched("load", sample, "--check")
    assert "nothing is written" in done.err
    assert "holds no data yet" in untouched("plans", code=1).err


def test_faults_are_listed_with_their_place_and_nothing_is_written(tmp_path: Path) -> None:
    zhongfu, folder = Command(tmp_path), tmp_path / "dirty"
    zhongfu("sample", folder, "--region", COUNTY, "--seed", 7, "--scale", 0.02, "--dirty")
    done = zhongfu("load", folder, "--issues", tmp_path / "issues.csv", "--format", "json", code=1)
    assert done.json["load"] is None
    listed = list(csv.DictReader(io.StringIO((tmp_path / "issues.csv").read_text("utf-8-sig"))))
    assert len(listed) == len(done.json["issues"])
    wrong = next(issue for issue in done.json["issues"] if issue["code"] == "kind_unknown")
    assert (wrong["file"], wrong["column"], wrong["value"]) == ("needs.csv", "kind", "meal_delivry")
    assert wrong["row"] > 1
    assert wrong["repair_en"]
    assert wrong["repair_zh"]
    assert "holds no data yet" in zhongfu("plans", code=1).err


def test_a_match_prints_the_plan_and_its_certificate_alone(loaded: Command, plan: str) -> None:
    again = loaded(
        "match", "--region", COUNTY_CODE, "--period", "2026-11", "--on", DAY, "--jobs", 1, "--format", "json"
    )
    assert set(again.json) == {"plan", "certificate"}
    certificate = again.json["certificate"]
    assert again.json["plan"] == certificate["plan"] == plan, "the same again, whatever the number of jobs"
    assert (certificate["scope"], certificate["period"], certificate["on"]) == (COUNTY_CODE, "2026-11", DAY)
    assert certificate["verify"]["passed"]


def test_a_kept_plan_passes_its_recheck(loaded: Command, plan: str) -> None:
    verdict = loaded("verify", plan[:6], "--format", "json").json
    assert verdict["passed"]
    assert verdict["plan"] == plan


def test_a_plan_is_shown_by_the_beginning_of_its_id(loaded: Command, plan: str) -> None:
    assert loaded("show", plan[:6], "--format", "json").json["plan"] == plan
    stages = list(csv.DictReader(io.StringIO(loaded("show", plan, "--format", "csv").out)))
    assert {"cover", *(f"needs_{urgency.code}" for urgency in URGENCIES)} <= {stage["stage"] for stage in stages}


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_an_exported_plan_passes_its_recheck_from_files_alone(
    loaded: Command, plan: str, form: str, tmp_path: Path
) -> None:
    loaded("export", plan, tmp_path / "out", "--with-input", "--format", form)
    elsewhere = Command(tmp_path)
    verdict = elsewhere("verify", tmp_path / "out", "--input", tmp_path / "out" / "input", "--format", "json").json
    assert verdict["passed"]
    assert verdict["plan"] == plan


def test_a_plan_that_was_edited_fails_its_recheck(loaded: Command, plan: str, tmp_path: Path) -> None:
    loaded("export", plan, tmp_path / "out", "--with-input")
    file = tmp_path / "out" / "assignments.csv"
    lines = file.read_text("utf-8").splitlines()
    file.write_text("\n".join(lines[:-1]) + "\n", "utf-8")
    done = Command(tmp_path)("verify", tmp_path / "out", "--format", "json", code=1)
    assert not done.json["passed"]


def test_publishing_makes_the_plan_hold_once(loaded: Command, published: str) -> None:
    again = loaded("publish", published, "--format", "json").json
    assert again == {"plan": published, "revision": 1, "began": {}, "ended": {}, "already": True}
    listed = {row["plan"]: row for row in loaded("plans", "--format", "json").json}
    assert listed[published]["state"] == "published"
    assert listed[published]["by"] == "tester"


def test_the_gaps_are_those_of_the_certificate(loaded: Command, published: str) -> None:
    certificate = loaded("show", published, "--format", "json").json["certificate"]
    found = loaded("gaps", "--region", COUNTY, "--level", "county", "--on", DAY, "--format", "json").json
    [county] = found["summary"]
    assert county["needs"] == sum(count["needs"] for count in certificate["open"].values())
    assert county["needs_met"] == sum(count["needs"] for count in certificate["served"].values())
    assert county["households_cared_for"] == certificate["covered"]["households"]
    reasons = [row["causes"] for row in found["needs"] if row["needs_unmet"]]
    assert all(reasons), "each unmet need has its cause"


def test_gaps_by_town_add_up_to_the_county(loaded: Command, published: str) -> None:
    asked = ["gaps", "--region", COUNTY, "--on", DAY, "--format"]
    towns = list(csv.DictReader(io.StringIO(loaded(*asked, "csv", "--level", "town").out)))
    [county] = loaded(*asked, "json", "--level", "county").json["summary"]
    assert len(towns) > 1
    for figure in ("needs", "needs_met", "units", "villages", "households_cared_for"):
        assert sum(int(town[figure] or 0) for town in towns) == county[figure]


def test_a_second_load_of_the_same_files_changes_nothing(loaded: Command, published: str, sample: Path) -> None:
    tables = loaded("load", sample, "--format", "json").json["tables"]
    assert {(row["new"], row["changed"], row["closed"]) for row in tables} == {(0, 0, 0)}


def test_a_replaced_table_closes_what_the_folder_lacks(
    loaded: Command, published: str, tmp_path: Path, sample: Path
) -> None:
    folder = Path(shutil.copytree(sample, tmp_path / "data"))
    lines = (folder / "volunteers.csv").read_text("utf-8").splitlines()
    (folder / "volunteers.csv").write_text("\n".join(lines[:-2]) + "\n", "utf-8")
    done = loaded("load", folder, "--replace", "volunteers", "--region", COUNTY, "--format", "json").json
    assert [row["closed"] for row in done["tables"] if row["table"] == "volunteers"] == [2]
    loaded("load", sample)


def test_a_policy_of_a_file_holds(loaded: Command, plan: str, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('review = "required"\n', "utf-8")
    asked = ["match", "--region", COUNTY, "--on", DAY, "--policy", policy, "--format", "json"]
    reviewed = loaded(*asked).json["plan"]
    assert reviewed != plan
    assert "waits for approval" in loaded("publish", reviewed, code=1).err


def test_a_draft_that_no_longer_holds_is_refused(loaded: Command, published: str, sample: Path, tmp_path: Path) -> None:
    draft = loaded("match", "--region", COUNTY, "--on", DAY, "--period", "2026-12", "--format", "json").json["plan"]
    loaded("export", draft, tmp_path / "out")
    with (tmp_path / "out" / "assignments.csv").open(encoding="utf-8") as file:
        need = next(csv.DictReader(file))["need"]
    closed = tmp_path / "closed"
    closed.mkdir()
    with (sample / "needs.csv").open(encoding="utf-8") as file:
        row = next(row for row in csv.DictReader(file) if row["need"] == need)
    with (closed / "needs.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(row))
        writer.writeheader()
        writer.writerow(row | {"status": "closed"})
    loaded("load", closed)
    refused = loaded("publish", draft, code=1)
    assert need in refused.err
    assert "no longer holds" in refused.err
    assert "已不成立" in refused.err
    assert json.loads(loaded("plans", "--format", "json").out)[0]["plan"]


def test_for_a_server_the_import_tools_files_are_written_and_its_line_is_printed(
    zhongfu: Command, sample: Path, tmp_path: Path
) -> None:
    done = zhongfu("load", sample, "--for-server", tmp_path / "out", "--format", "json")
    assert done.json["line"].startswith("neo4j-admin database import full ")
    assert (tmp_path / "out" / "needs.csv").is_file()


def test_for_a_server_nothing_is_written_of_a_folder_with_an_error(
    zhongfu: Command, sample: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(sample, broken)
    (broken / "needs.csv").unlink()
    (broken / "needs.csv").write_text("need,household,kind,quantity\nN1,nobody,food,0\n", "utf-8")
    done = zhongfu("load", broken, "--for-server", tmp_path / "out", code=1)
    assert "nobody" in done.err
    assert not (tmp_path / "out").exists()
