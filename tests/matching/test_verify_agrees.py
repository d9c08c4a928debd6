"""Verification agrees with the rules read one by one, on any world: a plan is made unless a lock cannot be held."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from graph.snapshot import Snapshot
from matching.locks import LockError
from matching.match import match
from matching.plan_tables import plan_tables
from matching.policy import MatchPolicy
from matching.problem import Problem
from matching.verify import verify
from tests import tiny
from tests.cheating import Rows, world
from tests.matching.test_verify_rules import LATER, PAST
from tests.plans import ON, good_plan
from tests.tiny import (
    CITY,
    CITY_D,
    COUNTY_A,
    PROVINCE,
    TOWN_A1,
)

PLACES = [row["code"] for row in tiny.ROWS["regions"]]
VILLAGES = [row["code"] for row in tiny.ROWS["regions"] if row["level"] == "village"]
DAYS = st.none() | st.dates(date(2025, 1, 1), date(2027, 12, 31))
CELLS: dict[tuple[str, str], st.SearchStrategy[Any]] = {
    ("needs", "quantity"): st.integers(1, 5),
    ("needs", "opened_on"): DAYS,
    ("needs", "incident_place"): st.none() | st.sampled_from(PLACES),
    ("needs", "kind"): st.sampled_from(["food", "daily_goods", "visiting", "tutoring", "temporary_relief"]),
    ("needs", "urgency"): st.sampled_from(["red", "orange", "green"]),
    ("needs", "status"): st.sampled_from(["open", "paused"]),
    ("persons", "birth_year"): st.none() | st.integers(1930, 2020),
    ("persons", "living"): st.sampled_from(["home", "institution"]),
    ("persons", "traits"): st.sampled_from([None, "elderly", "minor;elderly"]),
    ("households", "village"): st.sampled_from(VILLAGES),
    ("households", "weight"): st.integers(0, 9),
    ("organizations", "budget"): st.none() | st.integers(0, 900),
    ("organizations", "type"): st.sampled_from(["government", "charity", "enterprise"]),
    ("funds", "amount"): st.integers(0, 900),
    ("funds", "region"): st.sampled_from(PLACES),
    ("funds", "kinds"): st.sampled_from([None, "food", "hardship_grant;visiting"]),
    ("offers", "kind"): st.sampled_from(["food", "daily_goods", "visiting", "social_support", "hardship_grant"]),
    ("offers", "capacity"): st.none() | st.integers(0, 9),
    ("offers", "unit_cost"): st.integers(0, 90),
    ("offers", "fund"): st.sampled_from([None, "F1"]),
    ("offers", "place"): st.none() | st.sampled_from(PLACES),
    ("offers", "serves"): st.lists(st.sampled_from(PLACES), min_size=1, max_size=3).map(";".join),
    ("offers", "traits"): st.sampled_from([None, "elderly", "minor;disabled"]),
    ("offers", "min_age"): st.none() | st.integers(0, 90),
    ("offers", "valid_from"): DAYS,
    ("offers", "paused"): st.booleans(),
    ("volunteers", "village"): st.sampled_from(VILLAGES),
    ("volunteers", "hours"): st.integers(0, 30),
    ("volunteers", "minutes_limit"): st.none() | st.integers(0, 90),
    ("caseworkers", "capacity"): st.integers(0, 20),
    ("caseworkers", "minutes_limit"): st.none() | st.integers(0, 90),
    ("caseworkers", "villages_limit"): st.none() | st.integers(0, 3),
    ("caseworkers", "type"): st.sampled_from(["shuangbai", "clerk"]),
}


@st.composite
def cells_changed(draw: st.DrawFn) -> Rows:
    """Any cells of the tiny world changed to what they may be."""
    changed: Rows = {}
    for table, column in draw(st.lists(st.sampled_from(sorted(CELLS)), max_size=12)):
        key = next(iter(tiny.ROWS[table][0]))
        row = draw(st.sampled_from([row[key] for row in tiny.ROWS[table]]))
        changed.setdefault(table, {}).setdefault(row, {})[column] = draw(CELLS[table, column])
    return changed


KEPT = {"need": ("offer", "volunteer"), "village": ("caseworker",), "household": ("caseworker",)}
"""Types of the providers with whom a lock may keep each type of subject."""
SUBJECTS = {
    "need": [row["need"] for row in tiny.ROWS["needs"]],
    "village": VILLAGES,
    "household": [row["household"] for row in tiny.ROWS["households"]],
}
PROVIDERS = {
    name: [row[name] for row in tiny.ROWS[table]]
    for name, table in (("offer", "offers"), ("volunteer", "volunteers"), ("caseworker", "caseworkers"))
}


def served_pairs() -> list[tuple[str, str, str, str]]:
    """Pairs of a good plan for the tiny world, by the types and keys of their ends."""
    snapshot = world(locks=[])
    tables = {name: table.to_pylist() for name, table in plan_tables(good_plan(snapshot, PROVINCE), snapshot).items()}
    return [
        *(("need", row["need"], row["provider_type"], row["provider"]) for row in tables["assignments"]),
        *(("village", row["place"], "caseworker", row["caseworker"]) for row in tables["coverage"]),
        *(("household", row["household"], "caseworker", row["caseworker"]) for row in tables["responsibilities"]),
    ]


LIKELY = [pair for pair in served_pairs() if pair[1] in SUBJECTS[pair[0]]]
"""Pairs that a lock may well be able to keep."""


@st.composite
def a_lock(draw: st.DrawFn) -> dict[str, Any]:
    """A lock of any kind on anything in the tiny world."""
    mode = draw(st.sampled_from(["keep", "forbid"]))
    subject_type = draw(st.sampled_from(sorted(SUBJECTS)))
    provider_type = draw(st.sampled_from(KEPT[subject_type] if mode == "keep" else sorted(PROVIDERS)))
    subject, provider = draw(st.sampled_from(SUBJECTS[subject_type])), draw(st.sampled_from(PROVIDERS[provider_type]))
    if draw(st.booleans()):
        subject_type, subject, provider_type, provider = draw(st.sampled_from(LIKELY))
    return {
        "subject_type": subject_type,
        "subject": subject,
        "provider_type": provider_type,
        "provider": provider,
        "mode": mode,
        "until": draw(st.sampled_from([None, None, None, PAST, LATER])),
    }


LOCKS = st.lists(a_lock(), max_size=4).map(
    lambda drawn: [row | {"lock": f"L{number}"} for number, row in enumerate(drawn)]
)
SCOPES = st.sampled_from([PROVINCE, CITY, COUNTY_A, TOWN_A1, CITY_D])


def agree(snapshot: Snapshot, scope: str) -> None:
    """A plan is made unless a lock cannot be held, and then no plan that holds it keeps the rules.

    `match` refuses a plan of its own that verification finds a breach in.
    """
    on = (ON - date(1970, 1, 1)).days
    problem = Problem(snapshot, snapshot.regions.key.index(scope).as_py(), "2026-11", on, MatchPolicy())
    impossible = None
    try:
        match(problem)
    except LockError as error:
        impossible = error
    found = verify(good_plan(snapshot, scope), snapshot).breaches
    # a greedy plan keeps the rules, but need not cover the most that it claims
    breaches = [breach for breach in found if breach["check"] not in {"proven", "proven_cover"}]
    assert bool(breaches) == bool(impossible), impossible or breaches


@settings(max_examples=100, deadline=None)
@given_any(patches=cells_changed(), locks=LOCKS, scope=SCOPES)
def test_plans_verification_and_the_rules_read_one_by_one_agree_on_any_world(
    patches: Rows, locks: list[dict[str, Any]], scope: str
):
    agree(world(patches, locks=locks), scope)


@settings(max_examples=60, deadline=None)
@given_any(before=cells_changed(), then=cells_changed(), locks=LOCKS, scope=SCOPES, data=st.data())
def test_they_agree_where_a_published_plan_stands_and_the_world_has_changed(
    before: Rows, then: Rows, locks: list[dict[str, Any]], scope: str, data: st.DataObject
):
    """Some of it answered, some of it no longer allowed, some of it locked otherwise by now."""
    nothing: dict[str, Any] = {"assigned": [], "covers": [], "responsible": []}
    first = world(before, locks=[], **nothing)
    tables = plan_tables(good_plan(first, PROVINCE), first)
    statuses = st.sampled_from(["proposed", "accepted", "delivered"])
    published = {
        "assigned": [row | {"status": data.draw(statuses)} for row in tables["assignments"].to_pylist()],
        "covers": tables["coverage"].to_pylist(),
        "responsible": tables["responsibilities"].to_pylist(),
    }
    changed = {
        table: {
            key: before.get(table, {}).get(key, {}) | then.get(table, {}).get(key, {})
            for key in {**before.get(table, {}), **then.get(table, {})}
        }
        for table in {**before, **then}
    }
    agree(world(changed, locks=locks, **nothing | published), scope)
