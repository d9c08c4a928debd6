"""A plan on the terminal says what its figures are held against, and nothing of what they cannot be held against."""

import json

import numpy as np
import pytest

from api.cli.plan_screen import gap_of, met_rows, show_certificate, show_verdict
from api.cli.screen import Format
from graph.plans import StoredPlan
from matching.match import match
from matching.plan import Plan
from matching.plan_tables import exclusion_table, plan_tables
from matching.policy import MatchPolicy
from matching.problem import Problem
from matching.verify.told import OF_FILES, Told, verify_told
from tests import tiny

SNAPSHOT = tiny.snapshot()
ON = int(np.datetime64("2026-11-10").astype(int))


def planned(most: int | None = None) -> Plan:
    """The plan of the whole tiny world."""
    scope = SNAPSHOT.regions.key.index(tiny.PROVINCE).as_py()
    return match(Problem(SNAPSHOT, scope, "2026-11", ON, MatchPolicy(max_changes=most)))


def stored(plan: Plan) -> StoredPlan:
    """The plan as a graph tells of it."""
    said = plan.certificate
    made = (said.base_revision, 0, said.snapshot, said.published, True, False, "draft", "tester", "2026-11-10")
    return StoredPlan(plan.id, said.scope, "广东省", said.period, said.on, *made, None, None, None, None)


@pytest.mark.parametrize("most", [None, 0])
def test_greedy_is_no_baseline_of_a_plan_whose_changes_are_limited(most: int | None) -> None:
    """Greedy keeps no limit on changes, so that it may serve more."""
    certificate = planned(most).certificate
    assert certificate.verdict.passed
    rows = met_rows(certificate.as_json())
    assert all(("beyond_greedy" in row) == ("units_beyond_greedy" in row) == (most is None) for row in rows)


def test_a_bound_is_told_as_one_of_plans_that_keep_the_order(capsys: pytest.CaptureFixture[str]) -> None:
    plan = planned()
    show_certificate(plan.certificate.as_json(), stored(plan), Format.table)
    assert "within the order of stages and of waiting" in " ".join(capsys.readouterr().out.split())


def test_a_recheck_names_the_rules_of_files_that_a_plan_just_made_does_not_count(
    capsys: pytest.CaptureFixture[str],
) -> None:
    plan = planned()
    tables = plan_tables(plan, SNAPSHOT) | {"exclusions": exclusion_table(SNAPSHOT, plan.on)}
    told = Told(tables, plan.policy, json.loads(json.dumps(plan.certificate.as_json())))
    verdict = verify_told(told, SNAPSHOT)[1]
    show_verdict(plan.id, verdict, Format.table)
    out = " ".join(capsys.readouterr().out.split())
    left_out = verdict.checks.keys() - plan.certificate.verdict.checks.keys()
    assert left_out == {each.name for each in OF_FILES}
    assert all(name in out for name in left_out)


def test_a_gap_so_wide_that_no_useful_bound_is_known_is_left_out() -> None:
    assert gap_of({"gap": 132.0}) is None
    assert gap_of({"gap": 0.0123}) == "1.23%"
