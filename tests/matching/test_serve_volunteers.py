"""Volunteers compete with offers for the same needs: limits kept, bounds true, the most where needs are of one unit."""

import random
from concurrent.futures import ProcessPoolExecutor
from dataclasses import fields, replace
from math import gcd
from multiprocessing import get_context
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.snapshot import VOLUNTEER
from matching.locks import LockError
from matching.match import match
from matching.serve import Served, serve
from matching.serve.nearby import nearby
from matching.serve.teams import most_filled
from matching.travel import Roads
from matching.verify.case import Case
from matching.verify.helping import Helpers, open_to_volunteers
from matching.verify.proof import _asked, _given, proven, served_and_most
from tests.matching.helped import (
    MINUTES,
    TAUGHT,
    TUTOR,
    helped,
    helped_worlds,
    reachable_plans,
    reachable_with_volunteers,
    volunteer,
)
from tests.matching.test_serve_exact import order_of_levels
from tests.matching.test_serve_rounded import with_money
from tests.matching.test_serve_state import assigned, lock
from tests.matching.worlds import (
    A1A,
    A1B,
    A2A,
    B1A,
    COUNTY_A,
    D1A,
    FOOD,
    GOODS,
    GREET,
    KINDS,
    TOWN_A1,
    VISIT,
    Rows,
    need,
    offer,
    problem_of,
    random_world,
    world,
)

MIXED = {"most": 3, "kinds": (VISIT, GREET, TUTOR, FOOD)}
EVEN = {"most": 1, "kinds": (VISIT, GREET), "skills": (VISIT, GREET)}


def pairs(rows: Rows, **options: Any) -> list[tuple[str, str, int, int]]:
    """Needs with providers, units and minutes of the plan of a world."""
    problem = problem_of(rows, **options)
    return told(problem.snapshot, serve(problem))


def told(snapshot: Any, served: Served) -> list[tuple[str, str, int, int]]:
    rows, keys = served.assignments, (snapshot.offers.key, snapshot.volunteers.key)
    return [
        (snapshot.needs.key[one].as_py(), keys[kind][by].as_py(), units, way)
        for one, kind, by, units, way in zip(
            rows.need.tolist(),
            rows.provider_type.tolist(),
            rows.provider.tolist(),
            rows.quantity.tolist(),
            rows.minutes.tolist(),
            strict=True,
        )
    ]


def taught(**rows: list[dict[str, Any]]) -> Rows:
    """A world in which tutoring takes 90 minutes."""
    return world(**rows) | {"service_kinds": [*KINDS, TAUGHT]}


@settings(max_examples=80, deadline=None)
@given(helped_worlds(4, 2, 3, **MIXED))
def test_no_plan_passes_the_bounds(rows: Rows):
    """No plan that serves as much above a level serves more at it than the bound says (model (34))."""
    bands = [band for stage in serve(problem_of(rows)).stages[:5] for band in stage.bands]
    for values in reachable_with_volunteers(rows):
        for level, value in enumerate(values):
            assert value <= bands[level].bound + 1e-6
            if abs(value - bands[level].value) > 1e-6:
                break


@settings(max_examples=80, deadline=None)
@given(helped_worlds(5, 2, 3, **EVEN))
def test_unit_needs_of_kinds_that_take_as_long_are_served_most_and_proven(rows: Rows):
    stages = match(problem_of(rows)).certificate.stages
    bands = [band for stage in stages if stage.stage.startswith("needs_") for band in stage.bands]
    best = max(reachable_with_volunteers(rows))
    assert [round(band.value, 6) for band in bands] == [round(value, 6) for value in best]
    assert all(stage.exact and stage.gap == 0 for stage in stages if stage.stage.startswith("needs_"))


@settings(max_examples=60, deadline=None)
@given(helped_worlds(4, 2, 3, **MIXED), st.data())
def test_whatever_prices_say_no_plan_serves_more_than_their_cut(rows: Rows, data: st.DataObject):
    problem = problem_of(rows)
    plan = match(problem)
    count, some = len(plan.prices.provider), [(0, 1), (9, 2), (24, 6), (24, 1), (-1, -1)]
    drawn = data.draw(st.lists(st.sampled_from(some), min_size=count, max_size=count))
    level, usual = np.array(drawn, np.int64).reshape(-1, 2).T
    case = Case(problem.snapshot, replace(plan, prices=replace(plan.prices, level=level.astype(np.int32), usual=usual)))
    given_now, held = _given(case)
    weights = Helpers(case, held, open_to_volunteers(case, _asked(case, given_now), given_now)).weight
    cut = served_and_most(case)
    kind, orders = problem.snapshot.needs.kind[problem.counting], order_of_levels(problem)
    weight = weights[kind]
    steps = [(at, each * int(by)) for (at, each), by in zip(orders, weight, strict=True)]
    for units in reachable_plans(rows):
        for *step, most in zip(cut.level.tolist(), cut.usual.tolist(), cut.most.tolist(), strict=True):
            served = sum(n * int(by) for n, by, own in zip(units, weight, steps, strict=True) if own <= tuple(step))
            assert served <= most


@settings(max_examples=60, deadline=None)
@given(helped_worlds(6, 3, 4, **MIXED), st.data())
def test_a_plan_called_exact_that_serves_less_is_not_proven(rows: Rows, data: st.DataObject):
    problem = problem_of(rows)
    plan = match(problem)
    if all(stage.exact for stage in plan.certificate.stages if stage.bands) and len(plan.assignments.need):
        row = data.draw(st.integers(0, len(plan.assignments.need) - 1))
        table = plan.assignments
        less = replace(table, **{each.name: np.delete(getattr(table, each.name), row) for each in fields(table)})
        assert len(proven.look(Case(problem.snapshot, replace(plan, assignments=less))).wrong) > 0


@settings(max_examples=120, deadline=None)
@given(helped_worlds(14, 6, 9, **MIXED), st.integers(0, 10**6), st.booleans())
def test_every_plan_with_volunteers_passes_verification(rows: Rows, seed: int, money: bool):
    assert match(problem_of(with_money(rows, seed) if money else rows)).certificate.verdict.passed


@settings(max_examples=60, deadline=None)
@given(helped_worlds(10, 4, 6, most=2, kinds=(VISIT, TUTOR, GOODS), skills=(VISIT, TUTOR, GOODS)))
def test_volunteers_serve_needs_whole_also_those_that_can_be_divided(rows: Rows):
    problem = problem_of(rows)
    table = match(problem).assignments
    mine = table.provider_type == VOLUNTEER
    assert np.array_equal(table.quantity[mine], problem.snapshot.needs.quantity[table.need[mine]])


@settings(max_examples=60, deadline=None)
@given(helped_worlds(10, 4, 8, **MIXED), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: Rows, draw: random.Random):
    mixed = {name: draw.sample(each, len(each)) for name, each in rows.items()}
    assert pairs(rows) == pairs(mixed)
    one, other = serve(problem_of(rows)), serve(problem_of(mixed))
    assert one.unmet.facts.to_pylist() == other.unmet.facts.to_pylist()
    assert np.array_equal(one.prices.level, other.prices.level)
    assert np.array_equal(one.unused.remaining, other.unused.remaining)


def test_the_number_of_processes_does_not_matter():
    problem = problem_of(helped(random_world(3, 120, 25, **MIXED), 3, 60))
    one = serve(problem)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        other = serve(problem, executor=pool)
    assert told(problem.snapshot, one) == told(problem.snapshot, other)


@settings(max_examples=100, deadline=None)
@given(helped_worlds(14, 5, 8, **MIXED), st.integers(0, 10**6))
def test_greedy_never_serves_lexicographically_more(rows: Rows, seed: int):
    """Values by urgency of units, where all needs are alike."""
    alike = with_money(rows, seed)
    alike["needs"] = [row | {"quantity": 1, "opened_on": None} for row in alike["needs"]]
    served = serve(problem_of(alike))
    ours = [round(stage.value) for stage in served.stages[:5]]
    theirs = [each["units"] for each in served.baseline.values()]
    assert ours >= theirs


def test_an_offer_leaves_the_need_that_a_volunteer_reaches_for_the_one_that_only_the_offer_does():
    rows = world(
        needs=[need("N1", kind=VISIT, urgency="red"), need("N2", A2A, kind=VISIT)],
        offers=[offer("O", COUNTY_A, kind=VISIT)],
        volunteers=[volunteer("V", minutes_limit=0)],
    )
    assert [(one, by) for one, by, _, _ in pairs(rows)] == [("N1", "V"), ("N2", "O")]


def test_an_offer_comes_before_a_volunteer_where_either_would_do():
    rows = world(needs=[need("N", kind=VISIT)], offers=[offer("O", A1A, kind=VISIT)], volunteers=[volunteer("V")])
    assert pairs(rows) == [("N", "O", 1, 0)]


@pytest.mark.parametrize(("limit", "served"), [(9, []), (10, ["N"]), (None, ["N"])])
def test_a_volunteer_goes_as_far_as_the_limit_and_no_farther(limit: int | None, served: list[str]):
    cells = {} if limit is None else {"minutes_limit": limit}
    rows = world(needs=[need("N", A1B, kind=VISIT)], offers=[], volunteers=[volunteer("V", **cells)])
    assert [one for one, *_ in pairs(rows)] == served


def test_without_a_limit_an_unreachable_place_will_do_and_counts_600():
    rows = world(needs=[need("N", D1A, kind=VISIT)], offers=[], volunteers=[volunteer("V", A1B)])
    assert pairs(rows) == [("N", "V", 1, 600)]


@pytest.mark.parametrize(("place", "served"), [(TOWN_A1, True), (COUNTY_A, False)])
def test_a_volunteer_goes_to_a_town_but_to_no_place_above(place: str, served: bool):
    rows = world(needs=[need("N", kind=VISIT, incident_place=place)], offers=[], volunteers=[volunteer("V")])
    assert bool(pairs(rows)) == served


def test_a_travel_table_tells_who_is_near():
    rows = world(
        needs=[need("N1", A2A, kind=VISIT), need("N2", B1A, kind=VISIT)],
        offers=[],
        volunteers=[volunteer("V", hours=2, minutes_limit=20)],
        travel=[{"from": A2A, "to": A1A, "minutes": 20}, {"from": A1A, "to": B1A, "minutes": 21}],
    )
    assert pairs(rows) == [("N1", "V", 1, 20)]


def test_a_broader_skill_serves_a_narrower_need_and_not_the_other_way_round():
    rows = world(
        needs=[need("N1", kind=GREET), need("N2", kind=VISIT)],
        offers=[],
        volunteers=[volunteer("V1", skills=VISIT), volunteer("V2", skills=GREET, hours=9)],
    )
    assert [(one, by) for one, by, _, _ in pairs(rows)] == [("N1", "V2"), ("N2", "V1")]


def test_hours_are_whole_and_the_way_does_not_count():
    rows = taught(
        needs=[need(f"N{at}", A2A, kind=TUTOR) for at in range(4)],
        offers=[],
        volunteers=[volunteer("V", skills=TUTOR, hours=4)],
    )
    assert len(pairs(rows)) == 2


def test_a_need_of_two_units_is_served_by_one_volunteer_or_by_nobody():
    rows = world(needs=[need("N", kind=VISIT, quantity=2)], offers=[], volunteers=[volunteer("V1"), volunteer("V2")])
    assert pairs(rows) == []
    assert [one for one, *_ in pairs(rows | {"volunteers": [volunteer("V1", hours=2)]})] == ["N"]


def test_a_kind_that_takes_no_time_takes_no_hours():
    rows = world(
        needs=[need("N1", kind=GOODS, quantity=5), need("N2", kind=GOODS, quantity=3)],
        offers=[offer("O", A1A, kind=GOODS, capacity=4)],
        volunteers=[volunteer("V", skills=GOODS, hours=0)],
    )
    assert {one for one, *_ in pairs(rows)} == {"N1", "N2"}
    assert match(problem_of(rows)).certificate.verdict.passed


def test_who_has_no_hours_or_no_skill_that_is_asked_serves_nobody():
    rows = world(
        needs=[need("N", kind=VISIT)],
        offers=[],
        volunteers=[volunteer("V1", hours=0), volunteer("V2", skills=FOOD), volunteer("V3", D1A, minutes_limit=60)],
    )
    assert pairs(rows) == []


def test_a_need_of_which_an_offer_has_given_a_part_is_for_no_volunteer():
    rows = world(
        needs=[need("N", kind=GOODS, quantity=3)],
        offers=[offer("O", A1A, kind=GOODS, capacity=1)],
        volunteers=[volunteer("V", skills=GOODS)],
        assigned=[assigned("N", "O", status="accepted")],
    )
    assert pairs(rows) == [("N", "O", 1, 0)]


def test_a_lock_keeps_a_volunteer_from_a_need_and_gives_one_to_another():
    rows = world(
        needs=[need("N1", kind=VISIT), need("N2", kind=VISIT, urgency="red")],
        offers=[],
        volunteers=[volunteer("V1"), volunteer("V2")],
        locks=[
            lock("N2", "V1", provider_type="volunteer", mode="forbid"),
            lock("N1", "V2", provider_type="volunteer") | {"lock": "L2"},
        ],
    )
    assert [(one, by) for one, by, _, _ in pairs(rows)] == [("N1", "V2")]
    with pytest.raises(LockError):
        pairs(rows | {"volunteers": [volunteer("V1"), volunteer("V2", hours=0)]})


def test_what_is_published_is_kept_where_as_much_is_served():
    rows = world(
        needs=[need(f"N{at}", kind=VISIT) for at in range(3)],
        offers=[],
        volunteers=[volunteer(f"V{at}") for at in range(3)],
    )
    for published in ([0, 1, 2], [2, 0, 1], [1, 2, 0]):
        state = [
            assigned(f"N{at}", f"V{by}", status="proposed") | {"provider_type": "volunteer"}
            for at, by in enumerate(published)
        ]
        found = pairs(rows | {"assigned": state})
        assert [(one, by) for one, by, _, _ in found] == [(f"N{at}", f"V{by}") for at, by in enumerate(published)]


def test_an_answered_need_takes_the_hours_of_its_volunteer():
    rows = world(
        needs=[need("N1", kind=VISIT), need("N2", kind=VISIT, urgency="red")],
        offers=[],
        volunteers=[volunteer("V")],
        assigned=[assigned("N1", "V", status="accepted") | {"provider_type": "volunteer"}],
    )
    assert [(one, by) for one, by, _, _ in pairs(rows)] == [("N1", "V")]


def test_hours_are_told_that_are_left_and_why():
    rows = taught(
        needs=[need("N1", kind=VISIT), need("N2", A2A, kind=TUTOR, quantity=3)],
        offers=[],
        volunteers=[
            volunteer("V1", hours=3),
            volunteer("V2", D1A, hours=2, minutes_limit=5),
            volunteer("V3", skills=TUTOR, hours=1),
            volunteer("V4", skills=TUTOR, hours=4),
        ],
    )
    problem = problem_of(rows)
    unused = match(problem).unused
    keys, reasons = problem.snapshot.volunteers.key, unused.reason.to_pylist()
    found = {
        keys[by].as_py(): (left, reasons[at])
        for at, (kind, by, left) in enumerate(
            zip(unused.provider_type.tolist(), unused.provider.tolist(), unused.remaining.tolist(), strict=True)
        )
        if kind == VOLUNTEER
    }
    assert found == {
        "V1": (2, "all_met"),
        "V2": (2, "nobody_in_reach"),
        "V3": (1, "no_time"),
        "V4": (4, "too_small"),
    }


def test_an_unmet_need_tells_whose_hours_went_to_others_and_who_is_elsewhere():
    rows = taught(
        needs=[need("N1", kind=VISIT, urgency="red"), need("N2", kind=VISIT), need("N3", D1A, kind=TUTOR)],
        offers=[],
        volunteers=[volunteer("V1"), volunteer("V2", skills=TUTOR, hours=2, minutes_limit=30)],
    )
    unmet = serve(problem_of(rows)).unmet
    assert unmet.reason.to_pylist() == ["capacity_taken", "volunteers_elsewhere"]
    assert '"offers": 1' in unmet.facts.to_pylist()[0]
    assert '"volunteers": 1' in unmet.facts.to_pylist()[1]


def test_a_price_says_what_one_more_hour_would_let_in():
    rows = world(
        needs=[need("N1", kind=VISIT, urgency="red"), need("N2", kind=VISIT, urgency="yellow")],
        offers=[],
        volunteers=[volunteer("V1"), volunteer("V2", D1A, minutes_limit=5)],
    )
    prices = serve(problem_of(rows)).prices
    assert (prices.provider_type.tolist(), prices.provider.tolist(), prices.left.tolist()) == ([VOLUNTEER], [0], [0])
    assert prices.level.tolist() == [2 * 5 + 4]


@given(st.lists(st.integers(1, 40), min_size=1, max_size=4, unique=True), st.integers(0, 2000))
def test_the_most_that_tasks_fill_is_their_largest_sum(sizes: list[int], minutes: int):
    sums = {0}
    for at in range(minutes + 1):
        if any(at - size in sums for size in sizes):
            sums.add(at)
    assert most_filled(tuple(sorted(sizes)), minutes) == max(sums)
    assert max(sums) % gcd(*sizes) == 0


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_who_is_near_is_told_as_by_measuring_every_way(data: st.DataObject):
    snapshot = problem_of(world(needs=[], offers=[])).snapshot
    every = list(range(len(snapshot.regions.key)))
    homes, places = (
        np.array(sorted(data.draw(st.sets(st.sampled_from(every), min_size=1))), np.int32) for _ in range(2)
    )
    limits = np.array([data.draw(st.sampled_from([0, 9, 10, 11, 30, 60, 700])) for _ in homes], np.int32)
    roads, near = Roads(snapshot), nearby(Roads(snapshot), homes, limits, places)
    for at, home in enumerate(homes.tolist()):
        ways = roads.minutes(np.full(len(places), home, np.int32), places)
        expected = sorted((int(way), int(p)) for way, p in zip(ways, places, strict=True) if 0 <= way <= limits[at])
        mine = slice(int(near.start[at]), int(near.start[at + 1]))
        assert list(zip(near.minutes[mine].tolist(), near.place[mine].tolist(), strict=True)) == expected


def test_huge_hours_and_quantities_are_taken():
    rows = taught(
        needs=[need("N1", kind=VISIT, quantity=10**9), need("N2", kind=TUTOR, quantity=10**6)],
        offers=[offer("O", A1A, kind=VISIT, capacity=10**9 - 1)],
        volunteers=[volunteer("V1", hours=10**9), volunteer("V2", skills=f"{VISIT};{TUTOR}", hours=10**9)],
    )
    assert {one for one, *_ in pairs(rows)} == {"N1", "N2"}
    assert match(problem_of(rows)).certificate.verdict.passed


def test_worlds_without_volunteers_or_needs_for_them_are_served_as_before():
    rows = world(needs=[need("N")], offers=[offer("O", A1A)], volunteers=[])
    assert pairs(rows) == [("N", "O", 1, 0)]
    assert pairs(world(needs=[], offers=[], volunteers=[volunteer("V")])) == []


def test_the_kinds_of_the_tests_take_what_the_tables_say():
    assert {row["kind"]: row.get("minutes_per_unit", 0) for row in [*KINDS, TAUGHT]} == MINUTES
