"""What is published of needs of several units, in part or answered in part: no stage is called exact that is not."""

import itertools
from collections import Counter
from collections.abc import Iterator

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matching.policy import MatchPolicy
from matching.problem import Problem
from matching.serve import serve
from matching.serve.levels import bands
from matching.verify.roads import assignment_minutes
from tests.matching.test_serve_exact import order_of_levels
from tests.matching.test_serve_rounded import allowed, choices
from tests.matching.test_serve_rules import served_by
from tests.matching.test_serve_state import assigned
from tests.matching.worlds import (
    A1A,
    B1A,
    CITY,
    COUNTY_A,
    TOWN_A1,
    URGENCIES,
    Rows,
    may_serve,
    need,
    offer,
    problem_of,
    world,
)

STEADY = ("changes", "provider_order", "travel", "cost")
"""The stages looked at, without fairness."""


STATES = ("proposed", "proposed", "proposed", "accepted")
"""One of four is answered."""
Units = dict[tuple[str, str], int]
"""Units by need and offer."""


@st.composite
def divided_worlds(draw: st.DrawFn) -> Rows:
    """Worlds of needs of several units that may be divided, published as they ask or otherwise, proposed or accepted."""
    needs = [
        need(
            f"N{number}",
            draw(st.sampled_from((A1A, A1A, B1A))),
            quantity=draw(st.integers(1, 3)),
            urgency=draw(st.sampled_from(("red", "green"))),
        )
        for number in range(draw(st.integers(1, 3)))
    ]
    offers = [
        offer(
            f"O{number}",
            draw(st.sampled_from((A1A, TOWN_A1, COUNTY_A, CITY))),
            capacity=draw(st.integers(1, 4)),
            organization=draw(st.sampled_from("GS")),
            unit_cost=draw(st.sampled_from((0, 1, 3))),
            place=draw(st.sampled_from((A1A, B1A))),
        )
        for number in range(draw(st.integers(2, 3)))
    ]
    organizations = [
        {"organization": "G", "name": "会", "type": "charity"},
        {"organization": "S", "name": "局", "type": "government"},
    ]
    rows = world(needs=needs, offers=offers, organizations=organizations)
    pairs = [
        assigned(one["need"], by["offer"], draw(st.integers(1, one["quantity"])), draw(st.sampled_from(STATES)))
        for one, by in itertools.product(needs, offers)
        if may_serve(rows, one, by) and draw(st.booleans())
    ]
    return rows | {"assigned": pairs}


def plans(rows: Rows, problem: Problem, facts: Units) -> Iterator[tuple[tuple[float, ...], dict[str, int]]]:
    """Every plan within the capacities that holds what was answered: its values by level, and those of the stages after."""
    needs, offers = rows["needs"], {row["offer"]: row for row in rows["offers"]}
    had: dict[str, dict[str, int]] = {one["need"]: {} for one in needs}
    for row in rows["assigned"]:
        had[row["need"]][row["provider"]] = row["quantity"]
    number = {key: at for at, key in enumerate(problem.snapshot.offers.key.to_pylist())}
    ways = {
        (at, key): int(assignment_minutes(problem.snapshot, np.array([number[key]], np.int32), place)[0])
        for at, place in enumerate(np.split(problem.snapshot.needs.place[problem.counting], len(needs)))
        for key in offers
    }
    for choice in itertools.product(*(choices(rows, one, True) for one in needs)):
        given_units = Counter[str]()
        for one in choice:
            given_units.update(one)
        chosen = {(at, key): units for at, one in enumerate(choice) for key, units in one.items() if units}
        kept = all(chosen.get((int(one[1:]), by), 0) >= units for (one, by), units in facts.items())
        if not kept or not allowed(rows, given_units):
            continue
        levels = [0.0] * (len(URGENCIES) * bands(problem))
        for (level, usual), one in zip(order_of_levels(problem), choice, strict=True):
            levels[level] += sum(one.values()) / usual
        yield (
            tuple(round(value, 9) for value in levels),
            {
                "changes": sum(
                    bool(had[one["need"]]) and had[one["need"]] != {key: units for key, units in got.items() if units}
                    for one, got in zip(needs, choice, strict=True)
                ),
                "provider_order": sum(units * (offers[by]["organization"] == "G") for (_, by), units in chosen.items()),
                "travel": sum(units * ways[pair] for pair, units in chosen.items()),
                "cost": sum(units * offers[by]["unit_cost"] for (_, by), units in chosen.items()),
            },
        )


@settings(max_examples=300, deadline=None)
@given(divided_worlds())
def test_no_plan_as_good_so_far_is_better_than_a_bound(rows: Rows):
    facts = {(row["need"], row["provider"]): row["quantity"] for row in rows["assigned"] if row["status"] == "accepted"}
    answered = Counter[str]()
    for (one, by), units in facts.items():
        answered.update({one: units, by: units})
    assume(all(answered[one["need"]] <= one["quantity"] for one in rows["needs"]))
    assume(all(answered[by["offer"]] <= by["capacity"] for by in rows["offers"]))
    problem = problem_of(rows, policy=MatchPolicy(fairness=False))
    served = serve(problem)
    reached = {stage.stage: round(stage.value) for stage in served.stages}
    ours = tuple(round(band.value, 9) for stage in served.stages for band in stage.bands)
    names = [name for name in STEADY if name in reached]
    possible = [values for level, values in plans(rows, problem, facts) if level == ours]
    assert [reached[name] for name in names] in [[values[name] for name in names] for values in possible]
    for at, name in enumerate(names):
        alike = [values[name] for values in possible if all(values[each] == reached[each] for each in names[:at])]
        assert next(stage.bound for stage in served.stages if stage.stage == name) <= min(alike)


def test_half_of_what_is_asked_is_not_kept_for_the_sake_of_it():
    rows = world(
        needs=[need("N", quantity=2)],
        offers=[offer("O1", TOWN_A1, capacity=5, organization="S"), offer("O2", TOWN_A1, capacity=5)],
        organizations=[
            {"organization": "G", "name": "会", "type": "charity"},
            {"organization": "S", "name": "局", "type": "government"},
        ],
        assigned=[assigned("N", "O2")],
    )
    assert served_by(rows) == [("N", "O1", 2)]
    assert next(stage for stage in serve(problem_of(rows)).stages if stage.stage == "provider_order").value == 0


def test_a_need_that_asks_for_fewer_units_than_published_changes_in_every_plan() -> None:
    """N asks for one of the two units that it has; M, of two, keeps its own. Nothing is free, and the bound knows."""
    rows = world(
        needs=[need("N", A1A, quantity=1), need("M", A1A, quantity=2)],
        offers=[offer("O", A1A, capacity=9)],
        assigned=[assigned("N", "O", 2), assigned("M", "O", 2)],
    )
    served = serve(problem_of(rows, policy=MatchPolicy(max_changes=0)))
    [stage] = [stage for stage in served.stages if stage.stage == "changes"]
    assert served.changes.counts == {"free": 0, "forced": 1}
    assert (stage.value, stage.bound, stage.gap) == (1, 1, 0)
