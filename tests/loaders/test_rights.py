"""Whoever works in one region writes what lies there, and takes nothing of another by a row that names its own."""

from pathlib import Path

import pytest

from loaders.contract import Held, check
from loaders.contract.rights import within
from tests import tiny
from tests.loaders.small_files import Rows, rows, write

HERE, THERE = tiny.TOWN_A1, tiny.TOWN_B1
STRANGER = {"household": "HX", "village": "", "hukou": "431000"}
FOOD = {"need": "NX", "household": "H1", "kind": "food", "quantity": "9", "incident_place": tiny.VILLAGE_A1A}


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Held:
    """The tiny world as a graph that holds it, with an organisation and a household that lie nowhere."""
    world = rows()
    world["organizations"].append({"organization": "G9", "name": "省级机构", "type": "charity", "region": ""})
    world["households"] += [
        {"household": "H9", "village": "", "hukou": "431000"},
        {"household": "H10", "village": "", "hukou": "431000"},
    ]
    world["needs"].append(FOOD | {"need": "N99", "household": "H10", "incident_place": THERE})
    return Held(check(write(tmp_path_factory.mktemp("held"), world)).tables)


def codes(folder: Path, held: Held, given: Rows) -> list[tuple[str, str]]:
    """Code and table of the errors of rows that the coordinator of one town sends."""
    found = check(write(folder, given), held, rights=(within(HERE),)).issues.found
    return sorted((each.code, each.table) for each in found if each.severity == "error")


@pytest.mark.parametrize(
    "given",
    [
        {"households": [{"household": "H1", "village": tiny.VILLAGE_A1B}]},
        {"persons": [{"person": "P1a", "household": "H1"}, {"person": "PX", "household": "H1"}]},
        {"needs": [FOOD, FOOD | {"need": "NY", "incident_place": ""}]},
        {"households": [STRANGER], "needs": [FOOD | {"household": "HX"}]},
        {"households": [{"household": "H6", "village": tiny.VILLAGE_A1A}]},
        {"needs": [FOOD | {"household": "H6"}], "persons": [{"person": "PX", "household": "H6"}]},
        {"organizations": [{"organization": "G1", "name": "甲", "type": "government", "region": HERE}]},
        {"offers": [{"offer": "OX", "organization": "G1", "kind": "food", "serves": tiny.CITY}]},
    ],
)
def test_what_lies_in_the_region_is_written(tmp_path: Path, held: Held, given: Rows) -> None:
    assert codes(tmp_path, held, given) == []


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"households": [{"household": "H9", "village": tiny.VILLAGE_A1A}]}, "row_held_outside_region"),
        ({"households": [{"household": "H10", "village": tiny.VILLAGE_A1A}]}, "row_held_outside_region"),
        ({"households": [{"household": "H5", "village": tiny.VILLAGE_A1A}]}, "row_held_outside_region"),
        (
            {"organizations": [{"organization": "G9", "name": "甲", "type": "charity", "region": HERE}]},
            "row_held_outside_region",
        ),
        ({"needs": [FOOD | {"need": "N06", "household": "H1"}]}, "row_held_outside_region"),
        ({"needs": [FOOD | {"household": "H5"}]}, "row_outside_region"),
        ({"needs": [FOOD | {"household": "H9"}]}, "row_outside_region"),
        ({"needs": [FOOD | {"household": "H10"}]}, "row_outside_region"),
        ({"needs": [FOOD | {"incident_place": THERE}]}, "row_outside_region"),
        ({"persons": [{"person": "PX", "household": "H5"}]}, "row_outside_region"),
        ({"persons": [{"person": "PX", "household": "H9"}]}, "row_outside_region"),
        ({"households": [STRANGER]}, "row_outside_region"),
        ({"households": [{"household": "H1", "village": ""}]}, "row_outside_region"),
        ({"offers": [{"offer": "OX", "organization": "G9", "kind": "food", "serves": HERE}]}, "row_outside_region"),
        (
            {
                "locks": [
                    {
                        "lock": "LX",
                        "subject_type": "need",
                        "subject": "N06",
                        "provider_type": "offer",
                        "provider": "O2",
                        "mode": "forbid",
                    }
                ]
            },
            "row_outside_region",
        ),
    ],
)
def test_what_lies_elsewhere_or_nowhere_is_left_to_others(tmp_path: Path, held: Held, given: Rows, code: str) -> None:
    found = codes(tmp_path, held, given)
    assert (code, next(iter(given))) in found
    assert {each for each, _table in found} <= {code, "village_missing"}


def test_rows_of_a_household_that_the_file_may_not_move_are_refused_with_it(tmp_path: Path, held: Held) -> None:
    moved = {"household": "H5", "village": tiny.VILLAGE_A1A}
    offer = {"offer": "OX", "organization": "G9", "kind": "food", "serves": HERE}
    seated = {"organization": "G9", "name": "甲", "type": "charity", "region": HERE}
    given = {
        "households": [moved],
        "persons": [{"person": "PX", "household": "H5"}],
        "needs": [FOOD | {"household": "H5"}],
        "organizations": [seated],
        "offers": [offer],
    }
    assert codes(tmp_path, held, given) == [
        ("row_held_outside_region", "households"),
        ("row_held_outside_region", "organizations"),
        ("row_outside_region", "needs"),
        ("row_outside_region", "offers"),
        ("row_outside_region", "persons"),
    ]


def test_what_holds_everywhere_is_not_a_region_s_to_send(tmp_path: Path, held: Held) -> None:
    given = {"regions": rows()["regions"][:4]}
    assert codes(tmp_path, held, given) == [("table_for_everywhere", "regions")]
