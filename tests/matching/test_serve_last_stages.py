"""Fairness, changes, provider order, minutes and cost, in this order, are the least of all plans that serve as much."""

import itertools
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.match import match
from matching.policy import MatchPolicy
from matching.problem import Problem
from matching.serve import Served, serve
from matching.serve.fairness import Evening, is_even
from matching.verify import verify
from matching.verify.roads import assignment_minutes
from tests.matching.test_serve_exact import order_of_levels, served_by_level
from tests.matching.test_serve_state import assigned
from tests.matching.worlds import (
    A1A,
    A1B,
    B1A,
    CITY,
    CITY_D,
    COUNTY_A,
    COUNTY_B,
    D1A,
    FOOD,
    PROVINCE,
    Rows,
    chain,
    may_serve,
    need,
    offer,
    place_of,
    problem_of,
    world,
    worlds,
)

FIRST = 5
"""The stages of the urgencies come before those looked at here."""
Choice = list[tuple[dict[str, Any], dict[str, Any] | None]]
"""Each counting need with the offer that serves it."""


@st.composite
def published_worlds(draw: st.DrawFn, needs: int, offers: int) -> Rows:
    """Worlds of unit needs, some of which have something published, whether or not it may stand."""
    rows = draw(worlds(needs, offers, most=1, kinds=(FOOD,)))
    had = draw(st.lists(st.sampled_from([row["need"] for row in rows["needs"]]), unique=True))
    by = [row["offer"] for row in rows["offers"]]
    return rows | {"assigned": [assigned(one, draw(st.sampled_from(by))) for one in had]}


@st.composite
def crowded_worlds(draw: st.DrawFn) -> Rows:
    """Worlds in which counties compete: needs of few urgencies, wide offers, fewer units than are asked for."""
    needs = [
        need(
            f"N{number}",
            draw(st.sampled_from((A1A, A1B, B1A, D1A))),
            urgency=draw(st.sampled_from(("red", "green", "green"))),
            opened_on=draw(st.sampled_from((date(2025, 1, 31), date(2026, 10, 2)))),
        )
        for number in range(draw(st.integers(3, 6)))
    ]
    offers = [
        offer(
            f"O{number}",
            draw(st.sampled_from((CITY, PROVINCE, COUNTY_A, COUNTY_B))),
            capacity=draw(st.integers(1, 2)),
            place=draw(st.sampled_from((A1A, B1A, D1A))),
        )
        for number in range(draw(st.integers(1, 2)))
    ]
    had = draw(st.lists(st.sampled_from([row["need"] for row in needs]), unique=True))
    pairs = [assigned(one, draw(st.sampled_from(offers))["offer"]) for one in had]
    return world(needs=needs, offers=offers, assigned=pairs)


def choices(rows: Rows, problem: Problem) -> list[Choice]:
    """Every way to serve the counting needs within capacities."""
    counting = {problem.snapshot.needs.key[at].as_py() for at in problem.counting.tolist()}
    needs = [row for row in rows["needs"] if row["need"] in counting]
    able = [[None, *(by for by in rows["offers"] if may_serve(rows, one, by))] for one in needs]
    found = []
    for choice in itertools.product(*able):
        used = Counter(by["offer"] for by in choice if by)
        if all(not by or used[by["offer"]] <= by.get("capacity", 99) for by in choice):
            found.append(list(zip(needs, choice, strict=True)))
    return found


def by_level(problem: Problem, choice: Choice, ordered: list[tuple[int, int]]) -> list[int]:
    keys = (problem.snapshot.needs.key[at].as_py() for at in problem.counting.tolist())
    level_of = dict(zip(keys, order_of_levels(problem), strict=True))
    count = Counter(level_of[one["need"]] for one, by in choice if by)
    return [count[level] for level in ordered]


def county_of(rows: Rows, one: dict[str, Any]) -> str:
    """The county of a need's place, the city where there are none, a place above as it is."""
    places = chain(place_of(rows, one))
    return next((each for each in places if each in (COUNTY_A, COUNTY_B, CITY_D)), places[0])


def unfairness(rows: Rows, choice: Choice) -> int:
    """Units met, each weighed by the twentieths of its county's units of its urgency that are full before it."""
    asked = Counter((county_of(rows, one), one["urgency"]) for one, _ in choice)
    met = Counter((county_of(rows, one), one["urgency"]) for one, by in choice if by)
    weighed = 0
    for cell, units in met.items():
        ends = [asked[cell] * part // 20 for part in range(21)]
        weighed += sum(part * max(0, min(units, ends[part + 1]) - ends[part]) for part in range(20))
    return weighed


def changes(rows: Rows, choice: Choice) -> int:
    """Needs with another offer than published, or none."""
    had = {row["need"]: row["provider"] for row in rows.get("assigned", [])}
    return sum(1 for one, by in choice if one["need"] in had and had[one["need"]] != (by and by["offer"]))


def sums_of(problem: Problem, choice: Choice) -> tuple[int, int, int]:
    """Provider order, minutes and cost of needs served by offers, one unit each."""
    rows = [(one, by) for one, by in choice if by]
    places, keys = problem.snapshot.regions.key.to_pylist(), problem.snapshot.offers.key.to_pylist()
    table = problem.snapshot.needs
    at = [table.key.to_pylist().index(one["need"]) for one, _ in rows]
    place = table.place[at].astype(np.int32)
    assert all(0 <= each < len(places) for each in place.tolist())
    offers = np.array([keys.index(by["offer"]) for _, by in rows], np.int32)
    return (
        sum({"G": 1, "S": 0}[by["organization"]] for _, by in rows),
        int(assignment_minutes(problem.snapshot, offers, place).sum()),
        sum(by.get("unit_cost", 0) for _, by in rows),
    )


def assert_best(rows: Rows, problem: Problem, served: Served, *, fair: bool) -> None:
    """The stages are those of the best of all choices, and no bound says that a better one is impossible."""
    got = served_by_level(problem, served)
    ordered = sorted(got)
    had = {row["need"] for row in rows.get("assigned", [])}
    told = bool(had & {problem.snapshot.needs.key[at].as_py() for at in problem.counting.tolist()})

    def last(choice: Choice) -> tuple[int, ...]:
        steady = [unfairness(rows, choice)] * fair + [changes(rows, choice)] * told
        return (*steady, *sums_of(problem, choice))

    every = choices(rows, problem)
    most = max(by_level(problem, choice, ordered) for choice in every)
    best = min(last(choice) for choice in every if by_level(problem, choice, ordered) == most)
    assert [got[level] for level in ordered] == most
    assert tuple(stage.value for stage in served.stages[FIRST:]) == best
    for stage, least in zip(served.stages[FIRST:], best, strict=True):
        assert stage.bound <= least


@settings(max_examples=100, deadline=None)
@given(worlds(5, 3, most=1, kinds=(FOOD,)), st.booleans())
def test_no_choice_of_offers_is_better_in_any_stage(rows: Rows, fair: bool):
    problem = problem_of(rows, policy=MatchPolicy(fairness=fair))
    assert_best(rows, problem, serve(problem), fair=fair)


@settings(max_examples=150, deadline=None)
@given(published_worlds(5, 3), st.booleans())
def test_no_choice_of_offers_is_as_even_and_changes_less(rows: Rows, fair: bool):
    problem = problem_of(rows, policy=MatchPolicy(fairness=fair))
    assert_best(rows, problem, serve(problem), fair=fair)


@settings(max_examples=150, deadline=None)
@given(crowded_worlds(), st.booleans())
def test_no_choice_is_better_where_counties_compete(rows: Rows, fair: bool):
    problem = problem_of(rows, policy=MatchPolicy(fairness=fair))
    assert_best(rows, problem, serve(problem), fair=fair)


def test_minutes_are_proven_for_any_number_of_units():
    rows = world(
        needs=[need(f"N{number:04}", B1A) for number in range(1100)],
        offers=[offer("O1", COUNTY_B, capacity=1100, unit_cost=100), offer("O2", COUNTY_B, capacity=1100)],
    )
    stages = {stage.stage: stage for stage in serve(problem_of(rows)).stages}
    assert all(stages[name].exact for name in ("provider_order", "travel", "cost"))
    assert (stages["travel"].value > 0, stages["cost"].value) == (True, 0)


UNEVEN = world(
    needs=[
        *(need(f"A{number}", (A1A, A1B)[number % 2]) for number in range(4)),
        *(need(f"B{number}", B1A) for number in range(4)),
    ],
    offers=[offer("O", CITY, capacity=4, place=A1A)],
)
"""Two counties that ask as much, and an offer for half of it that stands in one of them."""


@pytest.mark.parametrize(("fair", "counties"), [(True, {COUNTY_A: 2, COUNTY_B: 2}), (False, {COUNTY_A: 4})])
def test_counties_get_even_shares_unless_the_policy_leaves_it(fair: bool, counties: dict[str, int]):
    plan = match(problem_of(UNEVEN, policy=MatchPolicy(fairness=fair)))
    keys = problem_of(UNEVEN).snapshot.needs.key.to_pylist()
    by_key = {row["need"]: row for row in UNEVEN["needs"]}
    assert Counter(county_of(UNEVEN, by_key[keys[at]]) for at in plan.assignments.need.tolist()) == counties


@settings(max_examples=40, deadline=None)
@given(worlds(40, 10, most=3))
def test_fairness_leaves_the_units_of_every_urgency_and_band_as_they_are(rows: Rows):
    fair, free = (serve(problem_of(rows, policy=MatchPolicy(fairness=each))) for each in (True, False))
    bands = [
        [[band.value for band in stage.bands] for stage in served.stages if stage.bands] for served in (fair, free)
    ]
    assert bands[0] == bands[1]
    assert fair.baseline == free.baseline


@settings(max_examples=25, deadline=None)
@given(worlds(60, 12, most=4))
def test_plans_that_are_made_even_pass_their_verification(rows: Rows):
    plan = match(problem_of(rows, scope=PROVINCE))
    assert plan.certificate.verdict.passed
    assert [stage.stage for stage in plan.certificate.stages].count("fairness") == 1


@settings(max_examples=60, deadline=None)
@given(worlds(30, 10, most=3))
def test_rates_are_told_and_verification_finds_another(rows: Rows):
    problem = problem_of(rows)
    plan = match(problem)
    rates = plan.certificate.rates
    assert set(rates) == {
        "counties",
        "categories",
        "settlements",
        "hukou",
        "counties_without_fairness",
        "minutes_of_fairness",
    }
    for by_urgency in rates["counties"].values():
        assert 0 <= by_urgency["lowest"] <= by_urgency["mean"] <= by_urgency["highest"] <= 1
    for name, by_urgency in rates["settlements"].items():
        for urgency, rate in by_urgency.items():
            told = {name: by_urgency | {urgency: rate + 0.01}}
            edit = replace(
                plan, certificate=replace(plan.certificate, rates=rates | {"settlements": rates["settlements"] | told})
            )
            assert set(verify(edit, problem.snapshot).found) == {"rates"}


def test_fairness_tells_what_it_costs_and_what_would_be_without_it():
    told = {fair: match(problem_of(UNEVEN, policy=MatchPolicy(fairness=fair))).certificate for fair in (True, False)}
    minutes = {
        fair: next(stage.value for stage in each.stages if stage.stage == "travel") for fair, each in told.items()
    }
    fair, free = told[True].rates, told[False].rates
    assert fair["minutes_of_fairness"] == minutes[True] - minutes[False] > 0
    assert fair["counties_without_fairness"] == free["counties"]
    assert (fair["counties"]["green"]["lowest"], free["counties"]["green"]["lowest"]) == (0.5, 0)
    assert "counties_without_fairness" not in free


@pytest.mark.parametrize(("leads_to_the_fuller", "even"), [(True, False), (False, True)])
def test_counties_are_even_only_where_no_way_leads_from_one_with_room_to_one_that_is_fuller(
    leads_to_the_fuller: bool, even: bool
):
    """Cell 0 has room in its first segment, cell 1 a unit in its second one."""
    none = np.zeros(0, np.int32)
    cells, segments = np.array([0, 1, 1], np.int32), np.array([0, 0, 1], np.int8)
    face = Evening(np.arange(2, dtype=np.int32), none, cells, segments, np.ones(3, np.int64), none, none)
    first = np.array([0, 0 if leads_to_the_fuller else 20], np.int32)
    assert is_even(face, np.array([0, 1, 1]), lambda _begun: first) is even
