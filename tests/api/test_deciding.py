"""What becomes of a plan: approved or rejected by a person, published only if its files are those of its id."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from graph.connect import open_graph
from graph.queries import query
from tests.api.conftest import COUNTY, DAY, Command, unfolded


@pytest.fixture(scope="module")
def towns(loaded: Command) -> list[str]:
    """The towns of the county."""
    found = loaded("gaps", "--region", COUNTY, "--level", "town", "--on", DAY, "--format", "json").json
    return [row["region"] for row in found["summary"] if not row["region"].endswith("000000")]


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A policy under which a person must approve."""
    policy = tmp_path_factory.mktemp("policy") / "policy.toml"
    policy.write_text('review = "required"\n', "utf-8")
    return policy


def matched(zhongfu: Command, region: str, *more: object) -> str:
    return str(zhongfu("match", "--region", region, "--on", DAY, *more, "--format", "json").json["plan"])


def state(zhongfu: Command, plan: str) -> Any:
    return zhongfu("show", plan, "--format", "json").json["state"]


def test_a_plan_that_waits_for_approval_is_published_once_it_is_approved(
    loaded: Command, towns: list[str], reviewed: Path
) -> None:
    made = loaded("match", "--region", towns[0], "--on", DAY, "--policy", reviewed)
    plan = next(row["plan"] for row in loaded("plans", "--format", "json").json if row["scope"] == towns[0])
    assert f"zhongfu approve {plan[:8]}" in made.err
    refused = loaded("publish", plan, code=1)
    assert f"zhongfu approve {plan[:12]}" in unfolded(refused.err)
    assert "尚待批准" in refused.err
    approved = loaded("approve", plan[:8], "--format", "json", ZHONGFU_ACTOR="director").json
    assert {name: approved[name] for name in ("plan", "state", "by", "reason")} == {
        "plan": plan, "state": "approved", "by": "director", "reason": None,
    }  # fmt: skip
    assert "approved by director" in loaded("show", plan).out
    assert loaded("publish", plan, "--format", "json").json["revision"] >= 1
    shown = loaded("show", plan, "--format", "json").json
    assert (shown["state"], shown["decided_by"]) == ("published", "director")
    assert "cannot become rejected" in loaded("reject", plan, code=1).err


def test_a_rejected_plan_is_neither_published_nor_approved_and_says_who_and_why(
    loaded: Command, towns: list[str], reviewed: Path
) -> None:
    plan = matched(loaded, towns[1], "--policy", reviewed)
    rejected = loaded("reject", plan, "--reason", "too many changes", "--format", "json", ZHONGFU_ACTOR="director").json
    assert (rejected["state"], rejected["by"], rejected["reason"]) == ("rejected", "director", "too many changes")
    for command in ("publish", "approve"):
        refused = loaded(command, plan, code=1).err
        assert "is rejected" in refused
        assert "已否决" in refused
        assert "zhongfu match" in refused
    assert "否决：too many changes" in loaded("show", plan, lang="zh").out
    again = loaded("match", "--region", towns[1], "--on", DAY, "--policy", reviewed)
    assert "director rejected plan" in again.err
    assert state(loaded, plan) == "rejected"


def test_a_draft_that_nobody_must_approve_may_be_rejected_all_the_same(loaded: Command, towns: list[str]) -> None:
    plan = matched(loaded, towns[1])
    assert loaded("reject", plan, "--format", "csv").out.splitlines()[1].startswith(f"{plan},rejected,tester,")
    assert "is rejected" in loaded("publish", plan, code=1).err


def another_quantity(folder: Path) -> None:
    """One unit more for the first need."""
    path = folder / "assignments.parquet"
    table = pq.read_table(path)
    cells = table["quantity"].to_pylist()
    at = table.column_names.index("quantity")
    pq.write_table(table.set_column(at, table.schema.field(at), [[cells[0] + 1, *cells[1:]]]), path)


def without_stages(folder: Path) -> None:
    """A certificate that lacks a field."""
    certificate = json.loads((folder / "certificate.json").read_text("utf-8"))
    del certificate["stages"]
    (folder / "certificate.json").write_text(json.dumps(certificate), "utf-8")


@pytest.mark.parametrize("spoil", [another_quantity, without_stages])
def test_a_plan_whose_kept_files_were_changed_is_not_published_until_it_is_matched_again(
    loaded: Command, towns: list[str], spoil: Callable[[Path], None]
) -> None:
    plan = matched(loaded, towns[2])
    spoil(loaded.home / "plans" / plan)
    refused = loaded("publish", plan, code=1)
    assert "is damaged" in unfolded(refused.err)
    assert "已损坏" in unfolded(refused.err)
    assert state(loaded, plan) == "draft"
    loaded("export", plan, loaded.home / "out", code=1)
    loaded("verify", plan, code=1)
    assert matched(loaded, towns[2]) == plan
    loaded("verify", plan)


def test_a_published_plan_holds_without_its_files_and_gaps_say_whose_causes_are_missing(
    loaded: Command, towns: list[str]
) -> None:
    plan = matched(loaded, towns[4])
    loaded("publish", plan)
    asked = ["gaps", "--region", towns[4], "--level", "town", "--on", DAY]
    before = loaded(*asked, "--format", "json")
    (loaded.home / "plans" / plan).rename(loaded.home / "elsewhere")
    assert loaded("publish", plan, "--format", "json").json["already"]
    assert "No reasons" in loaded("show", plan).err
    after = loaded(*asked, "--format", "json")
    assert plan in unfolded(after.err)
    assert after.json["summary"] == before.json["summary"]
    assert any(row["causes"] for row in before.json["needs"])
    assert not any(row["causes"] for row in after.json["needs"])
    (loaded.home / "elsewhere").rename(loaded.home / "plans" / plan)


def test_an_answer_without_a_new_revision_makes_another_plan_and_leaves_the_earlier_one_as_it_was(
    loaded: Command, towns: list[str]
) -> None:
    before = matched(loaded, towns[0])
    with open_graph(home=loaded.home) as graph:
        graph.write("MATCH (:Need)-[t:ASSIGNED]->() WHERE t.until IS NULL WITH t LIMIT 1 SET t.status = 'accepted'")
        graph.write(query("raise_data_version"))
    after = matched(loaded, towns[0])
    shown = [loaded("show", plan, "--format", "json").json["certificate"] for plan in (before, after)]
    assert before != after
    assert shown[0]["base_revision"] == shown[1]["base_revision"]
    assert shown[0]["snapshot"] == shown[1]["snapshot"]
    assert shown[0]["published"] != shown[1]["published"]
    for plan in (before, after):
        assert loaded("verify", plan, "--format", "json").json["passed"]


def test_a_plan_whose_scope_is_no_region_any_more_is_a_stale_draft(loaded: Command, towns: list[str]) -> None:
    village = loaded("gaps", "--region", towns[3], "--level", "village", "--format", "json").json["summary"][0][
        "region"
    ]
    plan = matched(loaded, village)
    with open_graph(home=loaded.home) as graph:
        graph.write("MATCH (r:Region {code: $code}) DETACH DELETE r", code=village)
        graph.write(query("raise_data_version"))
    refused = loaded("publish", plan, code=1)
    assert village in refused.err
    assert "is no region any more" in unfolded(refused.err)
    assert "已不是有效行政区划" in unfolded(refused.err)
