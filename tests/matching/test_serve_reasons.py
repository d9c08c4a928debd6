"""Why a need is unmet: the reason told is true, and without the hindrance it names the offer would accept."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings

from matching.reasons import sentences
from matching.serve import serve
from tests.matching.worlds import (
    A1A,
    FOOD,
    PROVINCE,
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


def told(rows: Rows) -> list[tuple[str, dict[str, Any]]]:
    """Reason and facts of each unmet need."""
    unmet = serve(problem_of(rows)).unmet
    facts = [json.loads(each) for each in unmet.facts.to_pylist()]
    return list(zip(unmet.reason.to_pylist(), facts, strict=True))


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
    people = [{"person": "P", "household": f"H{A1A}", "traits": "minor"}]
    [(found, facts)] = told(world(persons=people, needs=[need("N")], offers=offers, locks=forbid(*locks)))
    assert (found, facts["offer"]) == (reason, named)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"paused": True}, "offer_paused"),
        ({"valid_to": date(2026, 11, 1)}, "offer_dates"),
        ({"capacity": 0}, "capacity_gone"),
    ],
)
def test_offers_that_would_not_accept_anyway_are_not_counted(cells: dict[str, Any], reason: str):
    people = [{"person": "P", "household": f"H{A1A}", "traits": "minor"}]
    offers = [offer("O1", A1A, **ELDERLY, **cells), offer("O2", A1A, **cells), offer("O3", A1A, **cells)]
    rows = world(persons=people, needs=[need("N")], offers=offers, locks=forbid("O3"))
    [(found, facts)] = told(rows)
    assert (found, facts["offers"]) == (reason, 1)


def test_a_whole_need_served_in_part_by_a_fact_is_told_so():
    rows = world(
        needs=[need("N", kind=VISIT, quantity=5)],
        offers=[offer("O", A1A, kind=VISIT, capacity=9)],
        assigned=[{"need": "N", "provider_type": "offer", "provider": "O", "quantity": 2, "status": "accepted"}],
    )
    [(found, facts)] = told(rows)
    assert (found, facts["units"]) == ("served_in_part", 2)
    assert sentences(found, facts)[0] == "it comes whole from one provider, and O has a part of it already (2)"


def accepts_without_it(rows: Rows, one: dict[str, Any], by: dict[str, Any], reason: str) -> bool:
    """Whether an offer may serve a need once the hindrance that the reason names is gone."""
    if reason == "excluded":
        return may_serve(rows | {"locks": []}, one, by)
    if reason == "not_accepted":
        rules = ("categories", "traits", "min_age", "max_age")
        return may_serve(rows, one, {name: cell for name, cell in by.items() if name not in rules})
    born = [{"birth_year": year} for year in range(1940, 2027)]
    return any(may_serve(rows | {"persons": [year | person for person in rows["persons"]]}, one, by) for year in born)


@settings(max_examples=150, deadline=None)
@given(worlds(12, 4, kinds=(FOOD,)))
def test_without_the_hindrance_the_offer_would_accept(rows: Rows):
    problem = problem_of(rows)
    unmet = serve(problem).unmet
    needs = {row["need"]: row for row in rows["needs"]}
    offers = {row["offer"]: row for row in rows["offers"]}
    for at, reason, text in zip(unmet.need.tolist(), unmet.reason.to_pylist(), unmet.facts.to_pylist(), strict=True):
        one = needs[problem.snapshot.needs.key[at].as_py()]
        assert all(sentences(reason, json.loads(text)))
        if reason in ("excluded", "not_accepted", "data_missing"):
            by = offers[json.loads(text)["offer"]]
            assert not may_serve(rows, one, by)
            lone = not any(may_serve(rows | {"locks": []}, one, each) for each in offers.values())
            assert accepts_without_it(rows, one, by, reason) or (reason == "not_accepted" and lone)
        elif reason == "capacity_taken":
            assert any(may_serve(rows, one, each) for each in offers.values())


def test_an_offer_of_the_whole_province_that_excludes_nobody_is_never_told():
    rows = world(needs=[need("N")], offers=[offer("O", PROVINCE)])
    assert told(rows) == []
