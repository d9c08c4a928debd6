"""A limit on changes of workers: what is published is kept, and gives way for more places and households alone."""

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from matching.cover.locks import WorkerLockError
from matching.match import match
from matching.plan import Plan
from tests.matching.staffed import A1, A2, A3, A_FARM, B1, B2, C1, D1, E1, PARENTS, A, B, C, D, E, Staffed, staffed

VILLAGES = [A1, A2, A3, A_FARM, B1, B2, C1, D1, E1]
TOWNS = [A, B, C, D, E]
IN_A = ("440000000000", "441400000000", "441402000000", A, A1, A2, A3)
Published = list[tuple[str, str]]
SEEDS = st.integers(0, 10**6)


def swap(most: int | None) -> Staffed:
    """W1 alone reaches A2, and is published for A1, where W2 could go; both have room for one village."""
    workers = {
        "W1": {"town": A, "capacity": 10, "villages_limit": 1},
        "W2": {"town": A, "capacity": 10, "villages_limit": 1},
    }
    households = {"H1": {"village": A1, "alert": "red"}, "H2": {"village": A2, "alert": "red"}}
    return staffed(
        workers,
        households,
        places=IN_A[:6],
        published=[(A, "W1"), (A1, "W1"), ("H1", "W1")],
        locks=[("forbid", "village", A2, "W2")],
        max_changes=most,
    )


def changes(plan: Plan) -> dict[str, dict[str, int]]:
    """Changes of places and households that a plan tells."""
    return {name: plan.certificate.changes[name] for name in ("places", "households")}


def test_without_a_change_nobody_gives_way_and_whoever_has_nobody_gets_what_is_left():
    world = swap(0)
    plan = match(world.problem)
    assert world.coverage(plan) == {(A, "W1"), (A1, "W1")}
    assert changes(plan) == {"places": {"free": 0, "forced": 0}, "households": {"free": 0, "forced": 0}}
    cover = plan.certificate.stages[0]
    assert (cover.value, cover.bound, cover.exact) == (2, 3, False)


def test_a_place_and_its_household_give_way_together_or_not_at_all():
    assert world_covered(1) == {(A, "W1"), (A1, "W1")}
    assert world_covered(2) == world_covered(None) == {(A, "W1"), (A1, "W2"), (A2, "W1")}


def world_covered(most: int | None) -> set[tuple[str, str]]:
    world = swap(most)
    return world.coverage(match(world.problem))


def test_what_a_lock_moves_does_not_count():
    workers = {key: {"town": A, "capacity": 10} for key in ("W1", "W2")}
    world = staffed(
        workers,
        {"H1": {"village": A1}},
        places=IN_A[:6],
        published=[(A, "W1"), (A1, "W1"), ("H1", "W1")],
        locks=[("keep", "household", "H1", "W2")],
        max_changes=0,
    )
    plan = match(world.problem)
    assert changes(plan) == {"places": {"free": 0, "forced": 1}, "households": {"free": 0, "forced": 1}}


def drawn(seed: int) -> tuple[dict[str, Any], dict[str, Any], Published, list[tuple[str, str, str, str]]]:
    """Workers, households, what was published for others of them, and locks."""
    draw = random.Random(seed)
    workers = {
        f"W{at}": {
            "town": draw.choice(TOWNS),
            "capacity": draw.choice([3, 6, 10]),
            "villages_limit": draw.randint(1, 3),
        }
        | draw.choice([{}, {"minutes_limit": 10}, {"minutes_limit": 40}, {"villages_limit": None}])
        | draw.choice([{}] * 9 + [{"type": "clerk"}])
        for at in range(draw.randint(2, 7))
    }
    households = {
        f"H{at}": {
            "village": draw.choice(VILLAGES),
            "weight": draw.randint(1, 4),
            "alert": draw.choice(["red", "none"]),
        }
        for at in range(draw.randint(1, 14))
    }
    world = staffed(workers, households)
    before = match(world.problem)
    held = before.responsibilities
    keys = world.keys("households"), world.keys("caseworkers")
    homes = [(keys[0][h], keys[1][w]) for h, w in zip(held.household.tolist(), held.caseworker.tolist(), strict=True)]
    rows = sorted(world.coverage(before)) + homes
    published = {
        (subject, draw.choice(list(workers)) if draw.random() < 0.15 else worker)
        for subject, worker in rows
        if draw.random() < 0.85
    }
    for worker in workers.values():
        worker.update(draw.choice([{}] * 4 + [{"town": draw.choice(TOWNS)}, {"capacity": 4}, {"villages_limit": 1}]))
    for household in households.values():
        household.update(draw.choice([{}] * 6 + [{"village": draw.choice(VILLAGES)}, {"weight": 3}]))
    locks = [
        (draw.choice(["keep", "forbid"]), kind, draw.choice(subjects), draw.choice(list(workers)))
        for kind, subjects in (("village", VILLAGES), ("household", list(households)))
        if draw.random() < 0.4
    ]
    return workers, households, sorted(published), locks


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_the_limit_holds_and_no_fewer_are_covered_and_served_as_it_grows(seed: int):
    workers, households, published, locks = drawn(seed)
    reached = []
    for most in (0, 1, 2, 4, None):
        world = staffed(workers, households, published=published, locks=locks, max_changes=most)
        try:
            plan = match(world.problem)
        except WorkerLockError:
            return
        free = sum(counts["free"] for counts in changes(plan).values())
        assert most is None or free <= most
        cover, responsible = plan.certificate.stages[:2]
        reached.append([band.value for band in (*cover.bands, *responsible.bands)])
    assert reached == sorted(reached)


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_a_limit_that_does_not_bind_changes_no_worker(seed: int):
    workers, households, published, locks = drawn(seed)
    plans = []
    for most in (10**6, None):
        world = staffed(workers, households, published=published, locks=locks, max_changes=most)
        try:
            plans.append((world.coverage(match(world.problem)), world.responsible(world.run())))
        except WorkerLockError:
            return
    assert plans[0] == plans[1]


def test_worlds_are_drawn_in_which_the_limit_binds():
    bound = 0
    for seed in range(30):
        workers, households, published, _ = drawn(seed)
        free = staffed(workers, households, published=published).run().changes.free
        bound += bool(free) and any(subject in PARENTS for subject, _ in published)
    assert bound >= 5
