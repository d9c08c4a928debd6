"""Why a need is unmet: the reason told is true, and without the hindrance it names the offer could serve."""

import json
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.reasons import sentences
from matching.serve import serve
from matching.serve.hindrances import REASONS
from matching.serve.levels import levels
from tests.matching.test_serve_rounded import with_money
from tests.matching.worlds import (
    A1A,
    A1B,
    COUNTY_B,
    FOOD,
    GOODS,
    GREET,
    PROVINCE,
    TOWN_A1,
    VISIT,
    Rows,
    may_serve,
    need,
    offer,
    problem_of,
    world,
    worlds,
)

ELDERLY: dict[str, Any] = {"traits": "elderly"}
AGED: dict[str, Any] = {"min_age": 60}
MINOR = [{"person": "P", "household": f"H{A1A}", "traits": "minor"}]
POOR = [{"organization": "G", "name": "会", "type": "charity", "budget": 2}]


def told(rows: Rows) -> list[tuple[str, dict[str, Any]]]:
    """Reason and facts of each unmet need, whose sentences the facts fill."""
    unmet = serve(problem_of(rows)).unmet
    found = [
        (reason, json.loads(facts))
        for reason, facts in zip(unmet.reason.to_pylist(), unmet.facts.to_pylist(), strict=True)
    ]
    assert all(all(sentences(*each)) for each in found)
    return found


def forbid(*offers: str) -> list[dict[str, Any]]:
    """Locks that keep offers from the need N."""
    base = {"subject_type": "need", "subject": "N", "provider_type": "offer", "mode": "forbid"}
    return [base | {"lock": f"L{key}", "provider": key} for key in offers]


@pytest.mark.parametrize(
    ("offers", "locks", "reason", "named"),
    [
        # whichever comes first by key
        ([offer("O1", A1A, **ELDERLY), offer("O2", A1A, **AGED)], [], "data_missing", "O2"),
        ([offer("O1", A1A, **AGED), offer("O2", A1A, **ELDERLY)], [], "data_missing", "O1"),
        ([offer("O1", A1A, **ELDERLY), offer("O2", A1A, **ELDERLY)], [], "not_accepted", "O1"),
        # one that a lock forbids as well is not the one to name
        ([offer("O1", A1A, **ELDERLY), offer("O2", A1A, **ELDERLY)], ["O1"], "not_accepted", "O2"),
        ([offer("O1", A1A, **AGED), offer("O2", A1A, **ELDERLY)], ["O1"], "not_accepted", "O2"),
        ([offer("O1", A1A, **ELDERLY), offer("O2", A1A)], ["O2"], "excluded", "O2"),
        # without the lock it would have nothing to give, or would not hold
        ([offer("O1", A1A, **ELDERLY), offer("O2", A1A, capacity=0)], ["O2"], "not_accepted", "O1"),
        ([offer("O1", A1A, **ELDERLY), offer("O2", A1A, paused=True)], ["O2"], "not_accepted", "O1"),
    ],
)
def test_the_offer_named_would_accept_but_for_the_reason(
    offers: list[dict[str, Any]], locks: list[str], reason: str, named: str
):
    [(found, facts)] = told(world(persons=MINOR, needs=[need("N")], offers=offers, locks=forbid(*locks)))
    assert (found, facts["offer"]) == (reason, named)
    assert "also" not in facts


HINDERED: list[tuple[dict[str, Any], str]] = [
    ({"paused": True}, "offer_paused"),
    ({"valid_to": date(2026, 11, 1)}, "offer_dates"),
    ({"capacity": 0}, "offer_empty"),
    ({"unit_cost": 3}, "budget"),
    ({"fund": "F"}, "fund"),
]
"""What hinders an offer besides whom it accepts."""
FUND = [{"fund": "F", "name": "金", "region": COUNTY_B, "amount": 9}]


@pytest.mark.parametrize(("cells", "reason"), HINDERED)
def test_offers_that_would_not_accept_anyway_are_not_counted(cells: dict[str, Any], reason: str):
    offers = [offer("O1", A1A, **ELDERLY, **cells), offer("O2", A1A, **cells), offer("O3", A1A, **cells)]
    rows = world(persons=MINOR, needs=[need("N")], offers=offers, locks=forbid("O3"), funds=FUND, organizations=POOR)
    [(found, facts)] = told(rows)
    assert (found, facts["offer"], facts["offers"]) == (reason, "O2", 1)


@pytest.mark.parametrize(("cells", "reason"), HINDERED)
def test_whether_the_person_is_accepted_is_told_before_what_else_hinders(cells: dict[str, Any], reason: str):
    offers = [offer("O", A1A, **ELDERLY, **cells)]
    [(found, facts)] = told(world(persons=MINOR, needs=[need("N")], offers=offers, funds=FUND, organizations=POOR))
    assert (found, facts["also"]) == ("not_accepted", [reason])
    assert "; besides, " in sentences(found, facts)[0]


def test_a_capacity_of_nothing_is_told_apart_from_one_that_is_used_up():
    rows = world(needs=[need("N1"), need("N2", A1B)], offers=[offer("O1", A1A), offer("O2", A1B, capacity=0)])
    kept = {"lock": "L", "subject_type": "need", "provider_type": "offer", "mode": "keep"}
    rows |= {"needs": [*rows["needs"], need("N3")], "locks": [kept | {"subject": "N3", "provider": "O1"}]}
    assert [(reason, facts["offer"]) for reason, facts in told(rows)] == [
        ("capacity_gone", "O1"),
        ("offer_empty", "O2"),
    ]


@pytest.mark.parametrize(
    ("cells", "excludes"),
    [
        ({"region": COUNTY_B}, ["region"]),
        ({"region": TOWN_A1, "kinds": VISIT}, ["kinds"]),
        ({"region": PROVINCE, "valid_to": date(2026, 11, 1)}, ["dates"]),
        ({"region": COUNTY_B, "kinds": VISIT, "valid_from": date(2027, 1, 1)}, ["region", "kinds", "dates"]),
    ],
)
def test_a_fund_that_does_not_pay_is_named_with_what_leaves_the_need_out(cells: dict[str, Any], excludes: list[str]):
    fund = {"fund": "F", "name": "金", "amount": 9} | cells
    offers = [offer("O1", PROVINCE, fund="F"), offer("O2", TOWN_A1, fund="F"), offer("O3", COUNTY_B)]
    [(found, facts)] = told(world(needs=[need("N")], offers=offers, funds=[fund]))
    assert found == "fund"
    assert {name: facts[name] for name in ("offer", "offers", "fund", "excludes")} == {
        "offer": "O1",
        "offers": 2,
        "fund": "F",
        "excludes": excludes,
    }
    assert all("F" in sentence for sentence in sentences(found, facts))


def test_offers_of_the_kind_elsewhere_are_counted_whatever_their_funds_pay_for():
    fund = {"fund": "F", "name": "金", "region": PROVINCE, "amount": 9, "kinds": VISIT}
    rows = world(needs=[need("N")], offers=[offer("O1", COUNTY_B, fund="F"), offer("O2", COUNTY_B)], funds=[fund])
    [(found, facts)] = told(rows)
    assert (found, facts["offers"]) == ("no_provider_reaches", 2)


def test_an_exclusion_names_the_lock_or_the_answer():
    rows = world(needs=[need("N")], offers=[offer("O", A1A)])
    locked = rows | {"locks": forbid("O")}
    answer = {"need": "N", "provider_type": "offer", "provider": "O", "since": date(2026, 10, 5), "reason": "距离太远"}
    [(found, facts)] = told(locked)
    assert (found, facts["by"]) == ("excluded", [{"lock": "LO"}])
    assert sentences(found, facts)[0] == "offer O would accept, but is kept from it by lock LO"
    [(found, facts)] = told(rows | {"exclusions": [answer]})
    assert (found, facts["by"]) == ("excluded", [{"since": "2026-10-05", "reason": "距离太远"}])
    assert sentences(found, facts)[0].endswith("by an answer since 2026-10-05 (距离太远)")
    assert sentences(found, facts)[1] == "供给 O 本可接受，但配对被禁止：2026-10-05 起的答复（距离太远）"
    [(found, facts)] = told(locked | {"exclusions": [answer]})
    assert len(facts["by"]) == 2


def test_a_whole_need_served_in_part_by_a_fact_is_told_so():
    rows = world(
        needs=[need("N", kind=VISIT, quantity=5)],
        offers=[offer("O", A1A, kind=VISIT, capacity=9)],
        assigned=[{"need": "N", "provider_type": "offer", "provider": "O", "quantity": 2, "status": "accepted"}],
    )
    [(found, facts)] = told(rows)
    assert (found, facts["units"]) == ("served_in_part", 2)
    assert sentences(found, facts)[0] == "it comes whole from one provider, and O has a part of it already (2)"


def test_a_whole_need_larger_than_any_offer_is_told_so_whoever_has_the_units():
    first = need("N1", kind=VISIT, urgency="red")
    rows = world(
        needs=[first, need("N2", kind=VISIT, quantity=3)],
        offers=[offer("O1", A1A, kind=VISIT), offer("O2", A1A, kind=VISIT, capacity=2)],
    )
    assert told(rows) == [("too_large", {"most": 2, "unlock": "later"})]
    # what an offer has would do, but not what those who come first leave of it
    rows = world(needs=[first, need("N2", kind=VISIT, quantity=2)], offers=[offer("O", A1A, kind=VISIT, capacity=2)])
    assert told(rows) == [("too_large", {"most": 1, "unlock": "later"})]


def test_a_paused_offer_that_is_too_small_anyway_is_not_what_is_told():
    offers = [offer("O1", A1A, kind=VISIT, paused=True), offer("O2", A1A, kind=VISIT, capacity=5, paused=True)]
    [(found, facts)] = told(world(needs=[need("N", kind=VISIT, quantity=3)], offers=offers))
    assert (found, facts["offer"], facts["offers"]) == ("offer_paused", "O2", 1)


def test_a_need_that_holds_the_units_itself_is_not_told_that_others_took_them():
    rows = world(needs=[need("N", quantity=5)], offers=[offer("O", A1A, capacity=2)])
    [(found, facts)] = told(rows)
    assert (found, facts["own"], facts["units"], facts["offers"]) == ("exhausted", 2, 2, 1)
    red = need("N1", urgency="red")
    [(found, facts)] = told(rows | {"needs": [red, *rows["needs"]]})
    assert (found, facts["own"], facts["units"]) == ("exhausted", 1, 2)
    assert facts["taken"] == {"red": 1, "green": 1}
    [(found, facts)] = told(rows | {"needs": [red | {"quantity": 2}, *rows["needs"]]})
    assert (found, facts["taken"]) == ("capacity_taken", {"red": 2})


CELLS = {
    "offer_paused": ("paused",),
    "offer_dates": ("valid_from", "valid_to"),
    "fund": ("fund",),
    "not_accepted": ("categories", "traits", "min_age", "max_age"),
}
"""Cells of an offer that hinder it each for itself."""


def hindered(rows: Rows, one: dict[str, Any], by: dict[str, Any]) -> set[str] | None:
    """All that hinders an offer from a need, told from the rows cell by cell; None where it does not reach it."""
    bare = {cell: by[cell] for cell in ("offer", "organization", "kind", "serves")}
    unlocked = rows | {"locks": []}
    if not may_serve(unlocked, one, bare):
        return None
    alone = {reason: bare | {cell: by[cell] for cell in cells if cell in by} for reason, cells in CELLS.items()}
    found = {reason for reason, cells in alone.items() if not may_serve(unlocked, one, cells)}
    if "not_accepted" in found and any(
        may_serve(
            unlocked | {"persons": [{"birth_year": year} | person for person in rows["persons"]]},
            one,
            alone["not_accepted"],
        )
        for year in range(1940, 2027)
    ):
        found = found - {"not_accepted"} | {"data_missing"}
    if not may_serve(rows, one, bare):
        found.add("excluded")
    asked = 1 if one["kind"] in (FOOD, GOODS) else one["quantity"]
    if by.get("capacity", asked) < asked:
        found.add("too_large" if by["capacity"] else "offer_empty")
    purses = [row.get("budget") for row in rows["organizations"] if row["organization"] == by["organization"]]
    purses += [row["amount"] for row in rows["funds"] if row["fund"] == by.get("fund")]
    if any(money is not None and asked * by.get("unit_cost", 0) > money for money in purses):
        found.add("budget")
    return found


@settings(max_examples=200, deadline=None)
@given(worlds(12, 4, kinds=(FOOD, VISIT, GREET)), st.integers(0, 10**6), st.booleans())
def test_what_is_told_hinders_the_nearest_offer_and_nothing_else_does(rows: Rows, seed: int, poor: bool):
    rows = with_money(rows, seed) if poor else rows
    problem = problem_of(rows)
    served = serve(problem)
    keys, offers = problem.snapshot.needs.key.to_pylist(), problem.snapshot.offers.key.to_pylist()
    needs = {row["need"]: row for row in rows["needs"]}
    level_of = dict(zip(keys, levels(problem, np.arange(len(keys), dtype=np.int32)).tolist(), strict=True))
    taken_by: dict[str, list[int]] = {key: [] for key in offers}
    got = []
    rows_of = (served.assignments.need, served.assignments.provider, served.assignments.quantity)
    for at, by, units in zip(*(column.tolist() for column in rows_of), strict=True):
        taken_by[offers[by]] += [level_of[keys[at]]] * units
        got.append((keys[at], units))
    unmet = served.unmet
    for at, reason, text in zip(unmet.need.tolist(), unmet.reason.to_pylist(), unmet.facts.to_pylist(), strict=True):
        one, facts = needs[keys[at]], json.loads(text)
        sets = {by["offer"]: hindered(rows, one, by) for by in rows["offers"]}
        near = {key: found for key, found in sets.items() if found is not None}
        assert all(sentences(reason, facts))
        if reason in ("no_provider", "no_provider_reaches"):
            assert not near
        elif "offer" in facts:
            assert near[facts["offer"]] == {reason, *facts.get("also", ())} <= set(REASONS)
            assert min(map(len, near.values())) == len(near[facts["offer"]])
            beside = {"excluded"} if reason == "not_accepted" and "also" not in facts else set()
            assert facts["offers"] == sum(found | beside == near[facts["offer"]] | beside for found in near.values())
        else:
            # of one offer there may be too few units, or too little money
            able = {key for key, found in near.items() if found <= {"too_large", "budget"}}
            later = {key for key in able if any(level > level_of[one["need"]] for level in taken_by[key])}
            assert able
            assert reason in ("too_large", "budget", "capacity_taken", "exhausted", "rounded")
            assert reason != "too_large" or 0 < facts["most"] < one["quantity"]
            assert reason != "rounded" or later
            if reason in ("capacity_taken", "exhausted"):
                assert not later
                assert facts["units"] == sum(facts["taken"].values()) <= sum(len(taken_by[key]) for key in able)
                assert facts.get("own", 0) == sum(units for need, units in got if need == one["need"])


def test_an_offer_of_the_whole_province_that_excludes_nobody_is_never_told():
    rows = world(needs=[need("N")], offers=[offer("O", PROVINCE)])
    assert told(rows) == []
