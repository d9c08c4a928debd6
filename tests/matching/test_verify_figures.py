"""Verification: a plan that says of itself what is not so is found to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from graph.snapshot import OFFER
from matching.budget import Budget
from matching.certificate import Band, Certificate, Stage
from matching.plan import Plan
from matching.policy import policy_digest
from matching.verify import verify
from tests.cheating import Run
from tests.plans import texts
from tests.tiny import COUNTY_B, VILLAGE_A1B


def changed(plan: Plan, part: str, **columns: Any) -> Plan:
    """The plan with other columns in one part."""
    return replace(plan, **{part: replace(getattr(plan, part), **columns)})


def without(plan: Plan, part: str, row: int) -> Plan:
    """The plan without a row of one part."""
    table = getattr(plan, part)
    kept = [at for at in range(len(table.reason)) if at != row]
    columns = {
        name: values[kept] if isinstance(values, np.ndarray) else texts([values[at].as_py() for at in kept])
        for name, values in vars(table).items()
    }
    return changed(plan, part, **columns)


def certified(plan: Plan, **figures: Any) -> Plan:
    """The plan with other figures in its certificate."""
    return replace(plan, certificate=replace(plan.certificate, **figures))


def stage(certificate: Certificate, name: str, **figures: Any) -> tuple[Stage, ...]:
    """The stages with other figures in one of them."""
    return tuple(replace(each, **figures) if each.stage == name else each for each in certificate.stages)


def without_band(certificate: Certificate, name: str, band: int) -> tuple[Stage, ...]:
    """The stages, one of them without a band."""
    (bands,) = (each.bands for each in certificate.stages if each.stage == name)
    return stage(certificate, name, bands=tuple(each for each in bands if each.band != band))


def with_a_band(certificate: Certificate, name: str) -> tuple[Stage, ...]:
    """The stages, all that one of them reaches in a band of its own."""
    (whole,) = (each for each in certificate.stages if each.stage == name)
    return stage(certificate, name, bands=(Band(0, whole.value, whole.bound),))


def only_in_sum(certificate: Certificate, name: str) -> tuple[Stage, ...]:
    """The stages, one of them called exact for its sum alone."""
    (value,) = (each.value for each in certificate.stages if each.stage == name)
    return stage(certificate, name, bound=value, exact=True, status="optimal")


def all_exact(certificate: Certificate) -> tuple[Stage, ...]:
    """The stages, those of needs with their bands called exact."""
    return tuple(
        replace(
            each,
            bound=each.value,
            exact=True,
            status="optimal",
            bands=tuple(replace(band, bound=band.value) for band in each.bands),
        )
        if each.stage.startswith("needs_")
        else each
        for each in certificate.stages
    )


def renumbered(certificate: Certificate, name: str, band: int, other: int) -> tuple[Stage, ...]:
    """The stages, a band of one of them under another number."""
    (bands,) = (each.bands for each in certificate.stages if each.stage == name)
    renamed = (replace(each, band=other) if each.band == band else each for each in bands)
    return stage(certificate, name, bands=tuple(renamed))


def greedily(plan: Plan, unit: str, count: int) -> dict[str, Any]:
    """The baseline with another count of what greedy serves at every urgency."""
    served = plan.certificate.baseline["served"]
    return {"served": {urgency: counts | {unit: count} for urgency, counts in served.items()}}


def add(values: Any, at: int, amount: int) -> Any:
    """A column with one cell changed by an amount."""
    other = values.copy()
    other[at] += amount
    return other


def split(plan: Plan) -> Plan:
    """The first row of several units as two rows."""
    a = plan.assignments
    row = int(np.flatnonzero((a.quantity > 1) & (a.cost == 0) & (a.provider_type == OFFER))[0])
    twice = np.append(np.arange(len(a.need)), row)
    both = {name: values[twice] for name, values in vars(a).items()}
    return changed(
        plan, "assignments", **both | {"quantity": add(add(both["quantity"], row, -1), -1, 1 - a.quantity[row])}
    )


def nothing_handed(plan: Plan) -> Plan:
    """One more row that hands over nothing."""
    a = plan.assignments
    run = Run()
    pair = run.pair("N02", "O2")
    cells = {"need": pair[0], "provider_type": pair[1], "provider": pair[2], "quantity": 0, "cost": 0}
    cells["minutes"] = run.minutes(*pair)
    columns = {name: np.append(values, cells[name]).astype(values.dtype) for name, values in vars(a).items()}
    return changed(plan, "assignments", **columns)


def dearer(plan: Plan) -> Plan:
    return changed(plan, "assignments", cost=add(plan.assignments.cost, 0, 1))


def covered_twice(plan: Plan) -> Plan:
    twice = np.append(np.arange(len(plan.coverage.place)), 0)
    return changed(plan, "coverage", **{name: values[twice] for name, values in vars(plan.coverage).items()})


def charged_twice(plan: Plan) -> Plan:
    """A household given to a clerk as well."""
    run = Run()
    snapshot = run.snapshot
    clerk = snapshot.caseworkers.key.index("W2").as_py()
    place = snapshot.regions.key.index(VILLAGE_A1B).as_py()
    way = run.leg(int(snapshot.caseworkers.town[clerk]), place)
    coverage, held = plan.coverage, plan.responsibilities
    plan = changed(
        plan,
        "coverage",
        place=np.append(coverage.place, np.int32(place)),
        caseworker=np.append(coverage.caseworker, np.int32(clerk)),
        minutes=np.append(coverage.minutes, np.int32(way)),
    )
    home = np.int32(snapshot.households.key.index("H3").as_py())
    both = np.append(held.household, home), np.append(held.caseworker, np.int32(clerk))
    plan = changed(plan, "responsibilities", household=both[0], caseworker=both[1])
    kept = plan.unused.provider != clerk
    kept |= plan.unused.provider_type != 2
    row = int(np.flatnonzero(~kept)[0])
    return changed(plan, "unused", remaining=add(plan.unused.remaining, row, -4))


def nothing_may_change(plan: Plan) -> Plan:
    """The plan under a policy that allows none of the changes that it makes."""
    policy = plan.policy.model_copy(update={"max_changes": 0})
    return replace(certified(plan, policy=policy_digest(policy)), policy=policy)


NOT_SHORT = Budget("organization", "G1", 1000, 0, 1000, 1, "O1", "meal_delivery", "red", 0, exact=False)
EDITED: list[tuple[str, str, Callable[[Plan], Plan]]] = [
    ("keys", "need", lambda plan: changed(plan, "assignments", need=add(plan.assignments.need, 0, 99))),
    (
        "keys",
        "type",
        lambda plan: changed(plan, "assignments", provider_type=add(plan.assignments.provider_type, 0, 2)),
    ),
    ("keys", "place", lambda plan: changed(plan, "coverage", place=add(plan.coverage.place, 0, -99))),
    ("keys", "unused", lambda plan: changed(plan, "unused", provider=add(plan.unused.provider, 0, 99))),
    ("assigned_twice", "split", split),
    ("rates", "gone", lambda plan: certified(plan, rates={})),
    ("rates", "wrong", lambda plan: certified(plan, rates=plan.certificate.rates | {"settlements": {}})),
    ("quantity", "nothing", nothing_handed),
    ("assignment_cost", "dearer", dearer),
    ("cover_twice", "again", covered_twice),
    ("cover_minutes", "longer", lambda plan: changed(plan, "coverage", minutes=add(plan.coverage.minutes, 0, 1))),
    ("responsible_once", "two", charged_twice),
    ("unmet", "less", lambda plan: changed(plan, "unmet", quantity=add(plan.unmet.quantity, 0, -1))),
    ("unmet", "left-out", lambda plan: without(plan, "unmet", 0)),
    ("uncovered_towns", "left-out", lambda plan: without(plan, "uncovered", 0)),
    ("uncovered_villages", "left-out", lambda plan: without(plan, "uncovered", 1)),
    ("uncovered_households", "left-out", lambda plan: without(plan, "uncovered", 2)),
    ("unused", "more", lambda plan: changed(plan, "unused", remaining=add(plan.unused.remaining, 0, 1))),
    ("run", "scope", lambda plan: certified(plan, scope=COUNTY_B)),
    ("run", "date", lambda plan: certified(plan, on="2026-11-11")),
    ("run", "revision", lambda plan: certified(plan, base_revision=1)),
    ("run", "snapshot", lambda plan: certified(plan, snapshot="00ff")),
    ("run", "published", lambda plan: certified(plan, published="00ff")),
    ("run", "policy", lambda plan: certified(plan, policy="00ff")),
    ("run", "period", lambda plan: certified(plan, period="2026-12")),
    (
        "counted",
        "open",
        lambda plan: certified(plan, open=plan.certificate.open | {"red": {"needs": 9, "units": 9}}),
    ),
    ("counted", "served", lambda plan: certified(plan, served={})),
    ("counted", "covered", lambda plan: certified(plan, covered=plan.certificate.covered | {"towns": 0})),
    (
        "values",
        "travel",
        lambda plan: certified(plan, stages=stage(plan.certificate, "travel", value=1.0, bound=1.0)),
    ),
    ("values", "units", lambda plan: certified(plan, stages=stage(plan.certificate, "needs_red", value=0.0))),
    ("bounds", "beaten", lambda plan: certified(plan, stages=stage(plan.certificate, "needs_red", bound=0.0))),
    (
        "bounds",
        "below",
        lambda plan: certified(plan, stages=stage(plan.certificate, "cost", bound=10.0**6, exact=False)),
    ),
    ("bounds", "not-exact", lambda plan: certified(plan, stages=stage(plan.certificate, "needs_red", exact=True))),
    ("bounds", "band-not-exact", lambda plan: certified(plan, stages=only_in_sum(plan.certificate, "needs_red"))),
    ("budgets", "not-short", lambda plan: certified(plan, budgets=(NOT_SHORT,))),
    ("proven", "not-the-most", lambda plan: certified(plan, stages=all_exact(plan.certificate))),
    ("stages", "missing", lambda plan: certified(plan, stages=plan.certificate.stages[1:])),
    ("stages", "none", lambda plan: certified(plan, stages=())),
    ("stages", "twice", lambda plan: certified(plan, stages=(*plan.certificate.stages, plan.certificate.stages[-1]))),
    ("bands", "none", lambda plan: certified(plan, stages=stage(plan.certificate, "needs_blue", bands=()))),
    ("bands", "one-left-out", lambda plan: certified(plan, stages=without_band(plan.certificate, "needs_red", 4))),
    ("bands", "another", lambda plan: certified(plan, stages=renumbered(plan.certificate, "responsible", 5, 6))),
    ("bands", "of-none", lambda plan: certified(plan, stages=with_a_band(plan.certificate, "cost"))),
    ("baseline", "none", lambda plan: certified(plan, baseline={"served": {}})),
    ("baseline", "more-than-open", lambda plan: certified(plan, baseline=greedily(plan, "units", 99))),
    ("baseline", "more-needs-than-open", lambda plan: certified(plan, baseline=greedily(plan, "needs", 99))),
    ("baseline", "less-than-answered", lambda plan: certified(plan, baseline=greedily(plan, "units", 0))),
    ("changes", "fewer", lambda plan: certified(plan, changes=plan.certificate.changes | {"needs": {"free": 0}})),
    ("changes", "none", lambda plan: certified(plan, changes={})),
    ("max_changes", "one-more", nothing_may_change),
    ("stages", "order", lambda plan: certified(plan, stages=plan.certificate.stages[::-1])),
]


@pytest.mark.parametrize(("rule", "edit"), [pytest.param(case[0], case[2], id="-".join(case[:2])) for case in EDITED])
def test_a_plan_that_says_what_is_not_so_is_found_to(rule: str, edit: Callable[[Plan], Plan]):
    run = Run({"offers": {"O2": {"capacity": 4}}})
    plan = run.plan()
    assert verify(plan, run.snapshot).passed
    assert set(verify(edit(plan), run.snapshot).found) == {rule}


def test_breaches_are_told_up_to_a_number_and_counted_in_full():
    run = Run()
    plan = run.plan()
    many = np.zeros(500, np.int32)
    twice = changed(plan, "responsibilities", household=many, caseworker=many)
    verdict = verify(changed(twice, "coverage", minutes=plan.coverage.minutes + 1), run.snapshot)
    assert verdict.found["cover_minutes"] == len(plan.coverage.place)
    assert len([breach for breach in verdict.breaches if breach["check"] == "responsible_needed"]) <= 20


@pytest.mark.parametrize(
    "name",
    [
        "cover",
        "responsible",
        "worker_changes",
        "operating",
        "needs_red",
        "needs_green",
        "fairness",
        "changes",
        "provider_order",
        "travel",
        "cost",
    ],
)
def test_the_value_of_each_stage_is_reckoned_anew(name: str):
    run = Run()
    plan = run.plan()
    (true,) = (each.value for each in plan.certificate.stages if each.stage == name)
    edit = certified(plan, stages=stage(plan.certificate, name, value=true + 1, bound=true + 1))
    verdict = verify(edit, run.snapshot)
    assert set(verdict.found) == {"values"}
    assert verdict.breaches[0]["subject"] == {"figure": name}
