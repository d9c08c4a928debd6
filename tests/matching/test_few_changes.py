"""A limit on changes of needs: held by every plan, and kept by a best one where needs ask one unit each."""

import itertools
import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.snapshot import OFFER
from matching.match import match
from matching.plan import Plan
from matching.policy import MatchPolicy
from matching.problem import Problem
from matching.serve import serve
from matching.serve.giving_way import _Floor
from matching.serve.levels import usual_quantities, value_by_level
from matching.verify.case import Case
from matching.verify.changes import needs_changed
from tests.matching.replanned import replanned, tight
from tests.matching.test_serve_changes import changes_of
from tests.matching.test_serve_changes import given as handed
from tests.matching.test_serve_exact import order_of_levels
from tests.matching.test_serve_state import assigned, lock
from tests.matching.worlds import (
    A1A,
    A1B,
    A2A,
    B1A,
    D1A,
    FOOD,
    GOODS,
    KINDS,
    TOWN_A1,
    Rows,
    may_serve,
    need,
    offer,
    problem_of,
    world,
)

SEEDS = st.integers(0, 10**6)


def within(rows: Rows, most: int | None) -> Problem:
    """The run of a world under a limit."""
    return problem_of(rows, policy=MatchPolicy(max_changes=most))


def by_level(problem: Problem, plan: Plan) -> list[int]:
    """What a plan serves, level by level."""
    rows = plan.assignments
    return value_by_level(problem, usual_quantities(problem), rows.need, rows.quantity)


def pairs(problem: Problem) -> list[tuple[str, str]]:
    """Needs with their offers in the plan of a problem."""
    rows, snapshot = match(problem).assignments, problem.snapshot
    keys = snapshot.needs.key.to_pylist(), snapshot.offers.key.to_pylist()
    return [(keys[0][one], keys[1][by]) for one, by in zip(rows.need.tolist(), rows.provider.tolist(), strict=True)]


TWO_STEPS = world(
    needs=[need("N1", A1A, urgency="red"), need("N2", A1A), need("N3", A1B)],
    offers=[offer("O1", A1A), offer("O2", TOWN_A1), offer("O3", A1B)],
    assigned=[assigned("N2", "O1"), assigned("N3", "O2")],
    locks=[lock("N1", "O2", "forbid")],
)
"""N1 finds room if N2 moves to O2 and N3 to O3, two changes, or if N2 goes without, one."""


def test_a_limit_of_none_keeps_what_is_published_and_fills_what_is_left():
    assert pairs(within(TWO_STEPS, 0)) == [("N2", "O1"), ("N3", "O2")]
    roomy = TWO_STEPS | {"offers": [*TWO_STEPS["offers"], offer("O4", A1A)]}
    assert pairs(within(roomy, 0)) == [("N1", "O4"), ("N2", "O1"), ("N3", "O2")]


def test_each_change_more_is_spent_on_the_most_urgent_who_are_without():
    assert pairs(within(TWO_STEPS, 1)) == [("N1", "O1"), ("N3", "O2")]
    assert sorted(one for one, _ in pairs(within(TWO_STEPS, 2))) == ["N1", "N2", "N3"]


@pytest.mark.parametrize("kind", [FOOD, GOODS])
def test_a_need_that_nobody_may_serve_does_not_spoil_the_choice(kind: str):
    needs = [*TWO_STEPS["needs"], need("N4", D1A, kind=kind, quantity=2)]
    rows = TWO_STEPS | {"needs": needs, "offers": [*TWO_STEPS["offers"], offer("O4", A2A, kind=GOODS)]}
    for most in (0, 1, 2, None):
        assert pairs(within(rows, most)) == pairs(within(TWO_STEPS, most))


def test_needs_have_what_workers_leave_of_the_limit():
    problem = within(TWO_STEPS, 2)
    assert len(serve(problem).assignments.need) == 3
    assert len(serve(problem, spent=1).assignments.need) == 2
    assert len(serve(problem, spent=5).assignments.need) == 2


def test_what_a_lock_or_a_provider_that_is_gone_moves_does_not_count():
    rows = world(
        needs=[need("N1"), need("N2"), need("N3", B1A)],
        offers=[offer("O1", A1A, capacity=2), offer("O2", A1A), offer("O3", B1A, paused=True), offer("O4", B1A)],
        assigned=[assigned("N1", "O1"), assigned("N2", "O1"), assigned("N3", "O3")],
        locks=[lock("N1", "O2")],
    )
    problem = within(rows, 0)
    assert pairs(problem) == [("N1", "O2"), ("N2", "O1"), ("N3", "O4")]
    assert match(problem).certificate.changes["needs"] == {"free": 0, "forced": 2}


def most_within(rows: Rows, problem: Problem, most: int) -> list[int]:
    """Units by level of the best choice of offers for all needs with at most so many free changes, by looking at all."""
    keys = problem.snapshot.needs.key.to_pylist()
    level_of = dict(
        zip([keys[at] for at in problem.counting.tolist()], order_of_levels(problem), strict=True),
    )
    needs = [row for row in rows["needs"] if row["need"] in level_of]
    answered = {(row["need"], row["provider"]) for row in rows["assigned"] if row["status"] == "accepted"}
    levels, best = sorted(set(level_of.values())), [-1]
    for choice in itertools.product([None, *rows["offers"]], repeat=len(needs)):
        chosen = [(one["need"], by["offer"]) for one, by in zip(needs, choice, strict=True) if by]
        fits = all(may_serve(rows, one, by) for one, by in zip(needs, choice, strict=True) if by)
        fits &= all(sum(by == each["offer"] for _, by in chosen) <= each["capacity"] for each in rows["offers"])
        value = [sum(level_of[one] == level for one, _ in chosen) for level in levels]
        if fits and answered <= set(chosen) and value > best:
            plan = handed(problem, *((one, by, 1) for one, by in chosen))
            if len(changes_of(problem, plan).free) <= most:
                best = value
    return best


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_no_choice_within_the_limit_serves_lexicographically_more(seed: int):
    rows = tight(seed)
    for most in (0, 1, 2, 5):
        problem = within(rows, most)
        plan = match(problem)
        order = dict(zip(problem.counting.tolist(), order_of_levels(problem), strict=True))
        served = [order[one] for one in plan.assignments.need.tolist()]
        got = [served.count(level) for level in sorted(set(order.values()))]
        assert got == most_within(rows, problem, most), f"limit {most}"
        assert plan.certificate.changes["needs"]["free"] <= most
        needs = [stage for stage in plan.certificate.stages if stage.stage.startswith("needs_")]
        assert all(stage.value == stage.bound for stage in needs)


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_the_value_of_unit_needs_never_falls_as_the_limit_grows(seed: int):
    rows = tight(seed, 30, 12)
    values = []
    for most in (0, 1, 2, 4, 8, 16, None):
        problem = within(rows, most)
        plan = match(problem)
        values.append(by_level(problem, plan))
        assert most is None or plan.certificate.changes["needs"]["free"] <= most
    assert values == sorted(values)


@settings(max_examples=25, deadline=None)
@given(SEEDS, st.integers(1, 12))
def test_whatever_needs_ask_the_limit_holds_and_verify_finds_nothing(seed: int, most: int):
    rows = replanned(seed)
    least, limited = within(rows, 0), within(rows, most)
    kept, plan = match(least), match(limited)
    assert kept.certificate.changes["needs"]["free"] == 0
    assert plan.certificate.changes["needs"]["free"] <= most
    if plan.certificate.changes["needs"]["free"]:
        assert by_level(limited, plan) > by_level(least, kept) or _same(plan, match(within(rows, None)))


def _same(one: Plan, other: Plan) -> bool:
    names = ("need", "provider_type", "provider", "quantity")
    return all(np.array_equal(getattr(one.assignments, each), getattr(other.assignments, each)) for each in names)


def after_a_swap(rows: Rows, problem: Problem, plan: Plan, most: int) -> Iterator[list[int]]:
    """What a plan without changes would serve if one need took what another has proposed of an offer, within a limit."""
    snapshot, needs = problem.snapshot, {row["need"]: row for row in rows["needs"]}
    offers = {row["offer"]: row for row in rows["offers"]}
    divisible = {row["kind"]: row["divisible"] for row in KINDS}
    keys, providers = snapshot.needs.key.to_pylist(), snapshot.offers.key.to_pylist()
    volunteers, a = snapshot.volunteers.key.to_pylist(), plan.assignments
    columns = (a.need.tolist(), a.provider_type.tolist(), a.provider.tolist(), a.quantity.tolist())
    now = {
        (keys[one], (providers if kind == OFFER else volunteers)[by]): units
        for one, kind, by, units in zip(*columns, strict=True)
    }
    proposed = {(row["need"], row["provider"]) for row in rows["assigned"] if row["status"] == "proposed"}
    for (loser, by), has in now.items():
        if by not in offers or (loser, by) not in proposed:
            continue
        for one in (needs[keys[at]] for at in problem.counting.tolist()):
            own = sum(units for (of, _), units in now.items() if of == one["need"])
            gain = min(one["quantity"] - own, has)
            if not divisible[one["kind"]]:
                gain = gain if gain == one["quantity"] else 0
            if gain <= 0 or one["need"] == loser or not may_serve(rows, one, offers[by]):
                continue
            then = dict(now)
            then[one["need"], by] = then.get((one["need"], by), 0) + gain
            then[loser, by] = has - gain if divisible[needs[loser]["kind"]] else 0
            swapped = handed(problem, *((*pair, units) for pair, units in then.items() if units))
            if len(changes_of(problem, swapped).free) <= most:
                yield value_by_level(problem, usual_quantities(problem), swapped.need, swapped.quantity)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(1, 3))
def test_whatever_needs_ask_no_single_swap_within_the_limit_serves_more(seed: int, most: int):
    rows = tight(seed, 14, 6, 3)
    least, limited = within(rows, 0), within(rows, most)
    got = by_level(limited, match(limited))
    assert got >= max(after_a_swap(rows, limited, match(least), most), default=[])


def test_the_most_urgent_who_finds_no_way_within_the_limit_takes_from_one_who_is_less_urgent():
    rows = world(
        needs=[
            need("N1", A1B, urgency="red"),
            need("N2", A1A, urgency="orange"),
            need("N3", B1A, urgency="yellow"),
            need("N4", D1A, quantity=2),
        ],
        offers=[offer("O1", TOWN_A1), offer("O2", A1A, B1A), offer("O3", D1A)],
        assigned=[assigned("N2", "O1"), assigned("N3", "O2")],
    )
    assert pairs(within(rows, 1)) == [("N1", "O1"), ("N3", "O2"), ("N4", "O3")]
    assert pairs(within(rows, 2)) == [("N1", "O1"), ("N2", "O2"), ("N4", "O3")]


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_without_a_free_change_every_published_pair_that_may_stand_stands(seed: int):
    rows = replanned(seed)
    problem = within(rows, 0)
    plan = match(problem)
    nothing = changes_of(problem, handed(problem))
    state, rows_now = problem.snapshot.published, plan.assignments
    given_now = set(
        zip(rows_now.need.tolist(), rows_now.provider_type.tolist(), rows_now.provider.tolist(), strict=True)
    )
    mine = np.isin(state.need, nothing.free)
    old = zip(state.need[mine].tolist(), state.provider_type[mine].tolist(), state.provider[mine].tolist(), strict=True)
    assert set(old) <= given_now


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_a_limit_that_does_not_bind_changes_nothing_but_the_policy(seed: int):
    rows = replanned(seed)
    free, loose = match(within(rows, None)), match(within(rows, 10**6))
    assert free.id != loose.id
    same = replace(loose.certificate, plan=free.id, policy=free.certificate.policy)
    stages = [replace(stage, seconds=0.0) for stage in free.certificate.stages]
    assert [replace(stage, seconds=0.0) for stage in same.stages] == stages
    assert _same(free, loose)
    assert [_facts(text) for text in loose.unmet.facts.to_pylist()] == [
        _facts(text) for text in free.unmet.facts.to_pylist()
    ]


def _facts(text: str) -> dict[str, Any]:
    """Facts but for whether an unlock is told, which is none of a plan with a limit."""
    facts: dict[str, Any] = json.loads(text)
    facts.pop("unlock", None)
    return facts


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_verify_reckons_the_same_changes_free_and_forced(seed: int):
    rows = replanned(seed)
    problem = within(rows, None)
    plan = match(problem)
    free, forced = needs_changed(Case(problem.snapshot, plan))
    told = changes_of(problem, plan.assignments)
    assert (np.flatnonzero(free).tolist(), np.flatnonzero(forced).tolist()) == (
        told.free.tolist(),
        told.forced.tolist(),
    )


@pytest.mark.parametrize("rows", [tight(3, 120, 40), replanned(5, 120, 40)], ids=["unit", "several"])
def test_the_number_of_processes_does_not_matter_to_a_limited_plan(rows: Rows):
    problem = within(rows, 2)
    one = match(problem)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        other = match(problem, executor=pool)
    assert one.id == other.id
    assert match(problem).id == one.id


@pytest.mark.parametrize(("level", "makes_way"), [(5, False), (4, False), (6, True)])
def test_who_loses_a_place_is_less_urgent_than_who_takes_it(level: int, makes_way: bool):
    """Need 2, of some level, has all that the offer gives; need 1, of level 5, would take it."""
    floor = _Floor({1: [(0, 1)]}, {2: [(0, 1)]}, {1: 5, 2: level}, {1: 1, 2: -1}, np.zeros(1, np.int64))
    floor.admit(1, most=5)
    assert (2 in floor.opened) == makes_way


@pytest.mark.parametrize("most", [0, 2])
def test_the_share_that_is_done_never_goes_back(most: int):
    told: list[float] = []
    match(within(replanned(11), most), progress=lambda _step, share: told.append(share))
    assert told == sorted(told)
    assert told[-1] == 1.0
