"""A plan made again is held against the one that is kept: bit for bit, or what differs is named."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from matching.match import match
from matching.plan import Plan
from matching.plan_id import plan_id
from matching.replay import held_against, replayable
from tests import tiny
from tests.matching import worlds
from tests.plans import good_plan

SNAPSHOT = tiny.snapshot()
PLAN = good_plan(SNAPSHOT, tiny.PROVINCE)


def other(**changes: Any) -> Plan:
    """The plan with some parts changed, under the id that it has then."""
    plan = replace(PLAN, **changes)
    return replace(plan, id=plan_id(plan, SNAPSHOT))


@given(worlds.worlds(6, 4))
def test_a_plan_comes_out_the_same_from_the_same_problem(rows: worlds.Rows) -> None:
    problem = worlds.problem_of(rows)
    found = held_against(match(problem), match(problem))
    assert (found.same, found.versions, found.parts) == (True, (), ())


def test_how_long_it_took_is_no_difference() -> None:
    slower = tuple(replace(stage, seconds=stage.seconds + 9) for stage in PLAN.certificate.stages)
    found = held_against(PLAN, other(certificate=replace(PLAN.certificate, stages=slower)))
    assert (found.same, found.versions, found.parts) == (True, (), ())


def test_another_version_is_named_with_what_it_was() -> None:
    elder, younger = (
        other(certificate=replace(PLAN.certificate, versions={"zhongfu": "1", **others}))
        for others in ({"numpy": "2"}, {"numpy": "3", "scipy": "1"})
    )
    found = held_against(elder, younger)
    assert not found.same
    assert found.versions == (("numpy", "2", "3"), ("scipy", None, "1"))
    assert found.parts == ()


def test_another_decision_and_another_figure_are_named_by_where_they_stand() -> None:
    more = replace(PLAN.assignments, quantity=PLAN.assignments.quantity + 1)
    certificate = replace(PLAN.certificate, seed=PLAN.certificate.seed + 1)
    found = held_against(PLAN, other(assignments=more, certificate=certificate))
    assert (found.same, found.versions, found.parts) == (False, (), ("assignments", "certificate.seed"))


def test_a_row_more_differs() -> None:
    shorter = replace(PLAN.coverage, **{name: column[:-1] for name, column in vars(PLAN.coverage).items()})
    assert np.size(shorter.place) < np.size(PLAN.coverage.place)
    assert held_against(PLAN, other(coverage=shorter)).parts == ("coverage",)


@pytest.mark.parametrize(("status", "may"), [("optimal", True), ("bounded", True), ("not_replayable", False)])
def test_only_a_run_that_was_stopped_is_not_to_be_repeated(status: str, may: bool) -> None:
    first, *rest = PLAN.certificate.stages
    stages = (replace(first, status=status), *rest)
    assert replayable(replace(PLAN, certificate=replace(PLAN.certificate, stages=stages))) is may
