"""Counts of a plan: what the guarantee counts, in the certificate and again in its verification."""

from dataclasses import replace
from typing import Any

import pytest

from matching.match import match
from matching.verify import verify
from tests.matching.staffed import A1, A2, COUNTY, PROVINCE, A, Staffed, staffed

PLACES = (PROVINCE, "441400000000", COUNTY, A, A1, A2)
LOCKS = [("keep", "village", A1, "C"), ("keep", "household", "H1", "C")]
"""What gives another worker than the one planned a village and a household."""


def kept(kind: str) -> Staffed:
    """A worker of a type beside one of Double Hundred who may cover one village, each with a household."""
    workers: dict[str, Any] = {
        "C": {"town": A, "capacity": 10, "type": kind, "villages_limit": 1},
        "W": {"town": A, "capacity": 10, "villages_limit": 1},
    }
    return staffed(workers, {"H1": {"village": A1}, "H2": {"village": A2}}, places=PLACES, locks=LOCKS)


@pytest.mark.parametrize(("kind", "counted"), [("shuangbai", 2), ("clerk", 1), ("assistant", 1)])
def test_the_certificate_counts_what_double_hundred_workers_cover_alone(kind: str, counted: int) -> None:
    world = kept(kind)
    plan = match(world.problem)
    assert {(A1, "C"), (A2, "W")} <= world.coverage(plan)
    asked = {"dialect_asked": 0, "dialect_heard": 0}
    assert plan.certificate.covered == {"villages": counted, "towns": 1, "households": counted} | asked


@pytest.mark.parametrize("figure", ["villages", "households"])
def test_verification_refuses_a_certificate_that_counts_a_clerk(figure: str) -> None:
    world = kept("clerk")
    plan = match(world.problem)
    told = plan.certificate.covered | {figure: 2}
    cheat = replace(plan, certificate=replace(plan.certificate, covered=told))
    assert set(verify(cheat, world.problem.snapshot).found) == {"counted"}
