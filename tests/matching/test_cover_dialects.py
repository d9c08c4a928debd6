"""Dialects: a household's worker speaks the one that it asks for where that is possible, and nobody goes without for it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from matching.match import match
from matching.policy import OperatingCost
from matching.verify import verify
from tests.matching.staffed import A1, A2, B1, COUNTY, PROVINCE, A, B, Staffed, staffed
from tests.matching.test_cover_bounds import stage, worlds

PLACES = (PROVINCE, "441400000000", COUNTY, A, A1)
HAKKA, CANTONESE = "客家话", "粤语"
TWO: dict[str, dict[str, Any]] = {
    "W1": {"town": A, "capacity": 10, "dialects": HAKKA},
    "W2": {"town": A, "capacity": 10, "dialects": f"{CANTONESE};普通话"},
}
"""Two workers, neither of whom can carry a village of 18 alone."""


def homes(*dialects: str | None, weight: int = 3) -> dict[str, dict[str, Any]]:
    return {f"H{at}": {"village": A1, "weight": weight, "dialect": dialect} for at, dialect in enumerate(dialects)}


def test_households_of_a_village_with_several_workers_go_to_those_who_speak_their_dialect() -> None:
    world = staffed(TWO, homes(CANTONESE, HAKKA, CANTONESE, HAKKA, CANTONESE, HAKKA), places=PLACES)
    held = world.responsible(world.run())
    assert held == {f"H{at}": ("W2" if at % 2 == 0 else "W1") for at in range(6)}


def test_no_household_loses_its_worker_for_a_dialect() -> None:
    """Six ask for what W1 alone speaks, who can carry five of them."""
    world = staffed(TWO, homes(*[HAKKA] * 6), places=PLACES, operating=OperatingCost(dialect=10**6))
    held = world.responsible(world.run())
    assert len(held) == 6
    assert sorted(held.values()) == ["W1"] * 5 + ["W2"]


def test_a_household_stays_with_its_worker_where_another_costs_more_than_its_dialect_is_worth() -> None:
    """H5 with W1, who speaks Hakka, would put W1 at 12 of 10: 2 × 60 and 5 × 3 for busy load, less what W2 saves."""
    for worth, heard in ((100, False), (200, True)):
        world = staffed(TWO, homes(*[HAKKA] * 4, CANTONESE, CANTONESE), places=PLACES, operating={"dialect": worth})
        held = world.responsible(world.run())
        assert (held["H0"] == held["H1"] == held["H2"] == held["H3"] == "W1") == heard


def test_a_village_goes_to_the_worker_who_speaks_its_dialect_where_the_way_is_the_same() -> None:
    workers = {key: {**row, "villages_limit": 1} for key, row in TWO.items()}
    households = {"H1": {"village": A1, "dialect": CANTONESE}, "H2": {"village": A2, "dialect": HAKKA}}
    world = staffed(workers, households, places=(*PLACES, A2))
    assert world.responsible(world.run()) == {"H1": "W2", "H2": "W1"}


def test_what_is_published_is_not_changed_for_a_dialect() -> None:
    published = [(A1, "W1"), ("H0", "W1")]
    world = staffed(TWO, homes(CANTONESE), places=PLACES, published=published)
    assert world.responsible(world.run()) == {"H0": "W1"}


def test_a_lock_holds_against_a_dialect() -> None:
    locks = [("forbid", "household", "H0", "W2"), ("keep", "village", A1, "W1"), ("keep", "village", A1, "W2")]
    world = staffed(TWO, homes(CANTONESE), places=PLACES, locks=locks)
    assert world.responsible(world.run()) == {"H0": "W1"}


def test_the_bound_counts_a_dialect_that_nobody_speaks_who_could_be_sent() -> None:
    workers = {"W1": TWO["W1"], "W2": TWO["W2"] | {"town": "441403101000"}}
    places = (*PLACES, "441403000000", "441403101000")
    operating = stage(staffed(workers, homes(CANTONESE), places=places).run(), "operating")
    assert operating.value == operating.bound == 60 + 40 + 30 + 30


@settings(max_examples=120, deadline=None)
@given(worlds())
def test_no_two_households_alike_but_for_their_dialect_could_change_workers_so_that_more_hear_theirs(
    world: Staffed,
) -> None:
    covered, snapshot = world.run(), world.problem.snapshot
    households, spoken = snapshot.households, snapshot.caseworkers.dialects

    def heard(household: int, worker: int) -> bool:
        return int(households.dialect[household]) in {-1, *spoken[worker].tolist()}

    held = covered.responsibilities
    rows = list(zip(held.household.tolist(), held.caseworker.tolist(), strict=True))
    for one, first in rows:
        for other, second in rows:
            alike = households.village[one] == households.village[other] and (
                households.weight[one] == households.weight[other]
            )
            now, then = heard(one, first) + heard(other, second), heard(one, second) + heard(other, first)
            assert not alike or now >= then


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_without_a_price_for_dialects_they_change_nothing(world: Staffed) -> None:
    problem, snapshot = world.problem, world.problem.snapshot
    blank = replace(snapshot.households, dialect=np.full_like(snapshot.households.dialect, -1))
    free = problem.policy.model_copy(update={"operating": OperatingCost(dialect=0)})
    plain = replace(problem, snapshot=replace(snapshot, households=blank))
    with_free = replace(world, problem=replace(problem, policy=free)).run()
    without = replace(world, problem=plain).run()
    assert with_free.responsibilities.caseworker.tolist() == without.responsibilities.caseworker.tolist()
    assert with_free.coverage.caseworker.tolist() == without.coverage.caseworker.tolist()


@pytest.mark.parametrize("figure", ["dialect_asked", "dialect_heard"])
def test_the_certificate_counts_who_asks_for_a_dialect_and_who_hears_it_and_verify_counts_again(figure: str) -> None:
    workers = {"W1": TWO["W1"], "W2": TWO["W2"] | {"town": B}, "C": TWO["W2"] | {"type": "clerk"}}
    households = homes(HAKKA, None, "潮汕话") | {"H9": {"village": B1, "dialect": CANTONESE}}
    locks = [("keep", "household", "H2", "C")]
    world = staffed(workers, households, places=(*PLACES, B, B1), locks=locks)
    plan = match(world.problem)
    assert {name: plan.certificate.covered[name] for name in ("dialect_asked", "dialect_heard")} == {
        "dialect_asked": 2,
        "dialect_heard": 2,
    }
    told = replace(plan.certificate, covered=plan.certificate.covered | {figure: 3})
    assert set(verify(replace(plan, certificate=told), world.problem.snapshot).found) == {"counted"}
