"""A row that lets an offer give less than what is published takes from it is told so, with how much, to those who may know."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from graph.offers import GivenAt
from loaders.contract import Held, check, good_rows
from tests import tiny
from tests.loaders.small_files import told
from tests.loaders.test_second_load import write_as_given
from tests.loaders.test_standing_offers import standing

A1A, A1B, B1A = (
    (village, town, county, tiny.CITY, tiny.PROVINCE)
    for village, town, county in (
        (tiny.VILLAGE_A1A, tiny.TOWN_A1, tiny.COUNTY_A),
        (tiny.VILLAGE_A1B, tiny.TOWN_A1, tiny.COUNTY_A),
        (tiny.VILLAGE_B1A, tiny.TOWN_B1, tiny.COUNTY_B),
    )
)
GIVEN = [GivenAt("O9", line, line[1:], needs=needs, units=2 * needs) for line, needs in ((A1A, 3), (A1B, 1), (B1A, 2))]
"""Six needs take twelve units of O9: four in one county, two in the other."""
STANDS = {"kind": "food", "capacity": 12, "serves": f"{tiny.COUNTY_A};{tiny.COUNTY_B}"}


def held(**cells: object) -> Held:
    """The loaded graph with the offer O9, from which what is published takes all its units."""
    return replace(standing(**STANDS | cells), published=GIVEN)


def losses(folder: Path, graph: Held, bound_to: str | None = None, **cells: str) -> list[tuple[str, str, str | None]]:
    """Code, column and how much is told of one row of O9 with these cells."""
    outcome = check(write_as_given(folder, {"offers": [{"offer": "O9"} | cells]}), graph, bound_to=bound_to)
    assert outcome.ok
    for issue in outcome.issues:
        assert issue.severity == "warning"
        assert "O9" in issue.message_en and "O9" in issue.message_zh  # noqa: PT018 both languages name it
        assert all((issue.repair_en, issue.repair_zh))
    return [(issue.code, issue.column, issue.message_en.partition(": ")[2] or None) for issue in outcome.issues]


NARROWING: dict[str, tuple[dict[str, object], dict[str, str], list[tuple[str, str, str | None]]]] = {
    "less capacity": ({}, {"capacity": "5"}, [("offer_below_given", "capacity", "12 > 5")]),
    "a capacity where there was none": (
        {"capacity": None},
        {"capacity": "11"},
        [("offer_below_given", "capacity", "12 > 11")],
    ),
    "an area less": ({}, {"serves": tiny.COUNTY_A}, [("offer_narrowed", "serves", "at most 2")]),
    "a smaller area": (
        {},
        {"serves": f"{tiny.VILLAGE_A1A};{tiny.COUNTY_B}"},
        [("offer_narrowed", "serves", "at most 1")],
    ),
    "an area less and what is left of it": (
        {},
        {"serves": tiny.COUNTY_A, "capacity": "7"},
        [("offer_below_given", "capacity", "8 > 7"), ("offer_narrowed", "serves", "at most 2")],
    ),
    "another kind": ({}, {"kind": "clothing"}, [("offer_narrowed", "kind", "at most 6")]),
    "a narrower kind": ({"kind": "daily_goods"}, {"kind": "food"}, [("offer_narrowed", "kind", "at most 6")]),
    "some categories alone": (
        {},
        {"categories": "extreme_hardship"},
        [("offer_narrowed", "categories", "at most 6")],
    ),
    "fewer traits": (
        {"traits": "elderly;disabled"},
        {"traits": "disabled"},
        [("offer_narrowed", "traits", "at most 6")],
    ),
    "an older youngest age": ({"min_age": 60}, {"min_age": "65"}, [("offer_narrowed", "min_age", "at most 6")]),
    "an oldest age": ({}, {"max_age": "90"}, [("offer_narrowed", "max_age", "at most 6")]),
    "a last day": ({}, {"valid_to": "2190-01-01"}, [("offer_narrowed", "valid_to", "at most 6")]),
    "an earlier last day": (
        {"valid_to": dt.date(2190, 1, 1)},
        {"valid_to": "2020-01-01"},
        [("offer_narrowed", "valid_to", "at most 6")],
    ),
    "a later first day": ({}, {"valid_from": "2190-01-01"}, [("offer_narrowed", "valid_from", "at most 6")]),
}


@pytest.mark.parametrize("case", NARROWING)
def test_what_a_row_takes_from_what_is_given_is_told_at_its_column(tmp_path: Path, case: str) -> None:
    before, cells, expected = NARROWING[case]
    assert sorted(losses(tmp_path, held(**before), **cells)) == expected


TAKING_NOTHING: dict[str, tuple[dict[str, object], dict[str, str]]] = {
    "what stands": ({}, {"capacity": "12", "serves": f"{tiny.COUNTY_B};{tiny.COUNTY_A}", "kind": "food"}),
    "as much as is given": ({"capacity": 20}, {"capacity": "12"}),
    "more": ({}, {"capacity": "", "serves": tiny.CITY}),
    "more, yet less than is given": ({"capacity": 5}, {"capacity": "6"}),
    "an area where nothing is given": ({}, {"serves": f"{tiny.TOWN_A1};{tiny.COUNTY_B}"}),
    "a broader kind": ({}, {"kind": "daily_goods"}),
    "everybody": ({"traits": "elderly", "min_age": 60, "max_age": 90}, {"traits": "", "min_age": "", "max_age": ""}),
    "more of the people": ({"traits": "elderly", "min_age": 60}, {"traits": "disabled;elderly", "min_age": "50"}),
    "days that are over": ({}, {"valid_from": "2020-01-01"}),
    "a day earlier of an offer that is over": ({"valid_to": dt.date(2020, 5, 1)}, {"valid_to": "2020-01-01"}),
    "another cost": ({}, {"unit_cost": "7"}),
}


@pytest.mark.parametrize("case", TAKING_NOTHING)
def test_a_row_that_takes_nothing_is_not_told_of(tmp_path: Path, case: str) -> None:
    before, cells = TAKING_NOTHING[case]
    assert losses(tmp_path, held(**before), **cells) == []


def test_an_offer_that_is_given_to_nobody_may_be_narrowed_without_a_word(tmp_path: Path) -> None:
    nobody = replace(held(), published=())
    assert losses(tmp_path, nobody, capacity="0", serves=tiny.VILLAGE_A1B, kind="clothing", max_age="3") == []


def test_a_row_of_before_an_edit_and_one_at_fault_take_nothing(tmp_path: Path) -> None:
    edited = replace(standing(closed="O2", **STANDS), published=[replace(each, offer="O2") for each in GIVEN])
    early = {"offer": "O2", "capacity": "0", "updated_on": "2026-03-04"}
    assert list(told(check(write_as_given(tmp_path / "early", {"offers": [early]}), edited))) == []
    wrong = {"offer": "O9", "capacity": "0", "kind": "flying"}
    outcome = check(write_as_given(tmp_path / "wrong", {"offers": [wrong]}), held())
    assert [entry[0] for entry in told(outcome)] == ["kind_unknown"]


@pytest.mark.parametrize(
    ("bound_to", "cells", "expected"),
    [
        (tiny.CITY, {"serves": tiny.COUNTY_B}, ("offer_narrowed", "serves", "at most 4")),
        (tiny.COUNTY_A, {"serves": tiny.COUNTY_B}, ("offer_narrowed", "serves", None)),
        (tiny.COUNTY_A, {"capacity": "1"}, ("offer_below_given", "capacity", None)),
    ],
)
def test_how_much_is_told_to_those_alone_who_may_see_all_of_it(
    tmp_path: Path, bound_to: str, cells: dict[str, str], expected: tuple[str, str, str | None]
) -> None:
    assert losses(tmp_path, held(), bound_to, **cells) == [expected]


@pytest.mark.parametrize("village", [tiny.VILLAGE_B1A, tiny.VILLAGE_B1B])
def test_in_which_village_of_elsewhere_something_is_given_is_not_found_out_by_trying(
    tmp_path: Path, village: str
) -> None:
    cells = {"serves": f"{tiny.COUNTY_A};{village}"}
    assert losses(tmp_path, held(), tiny.COUNTY_A, **cells) == [("offer_narrowed", "serves", None)]


def test_rows_without_fault_keep_what_is_told_of_them(tmp_path: Path) -> None:
    rows = [{"offer": "O9", "capacity": "3"}, {"offer": "O1", "capacity": "many"}]
    outcome = check(write_as_given(tmp_path, {"offers": rows}), held())
    kept = good_rows(outcome, held())
    assert [(entry[0], entry[2]) for entry in told(kept)] == [("number_invalid", 3), ("offer_below_given", 2)]
