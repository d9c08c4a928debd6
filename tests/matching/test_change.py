"""A change to a snapshot is the change of the cell in the table."""

from datetime import date
from typing import Any

import pytest

from graph.snapshot import Snapshot
from matching.change import CHANGEABLE, Change, ChangeError, apply
from tests import tiny
from tests.tiny import TOWN_A2, VILLAGE_B1B

CELLS: dict[tuple[str, str], tuple[str, list[tuple[str, Any]]]] = {
    ("offers", "capacity"): ("O2", [("42", 42), ("", None), ("0", 0)]),
    ("offers", "valid_from"): ("O4", [("2026-02-01", date(2026, 2, 1)), ("", None)]),
    ("offers", "valid_to"): ("O4", [("2027-01-31", date(2027, 1, 31)), ("", None)]),
    ("offers", "serves"): ("O2", [(f"{VILLAGE_B1B};{TOWN_A2}", f"{VILLAGE_B1B};{TOWN_A2}"), (TOWN_A2, TOWN_A2)]),
    ("offers", "min_age"): ("O1", [("18", 18), ("", None), ("110", 110)]),
    ("offers", "max_age"): ("O1", [("150", 150), ("", None)]),
    ("offers", "traits"): ("O1", [("minor;disabled", "minor;disabled"), ("", None)]),
    ("offers", "categories"): ("O1", [("other_hardship", "other_hardship"), ("", None)]),
    ("organizations", "budget"): ("G1", [("7", 7), ("", None)]),
    ("funds", "amount"): ("F1", [("123456", 123456)]),
    ("volunteers", "hours"): ("V1", [("9", 9)]),
    ("volunteers", "minutes_limit"): ("V1", [("", None), ("5", 5)]),
    ("volunteers", "skills"): ("V1", [("food;tutoring", "food;tutoring")]),
    ("caseworkers", "capacity"): ("W1", [("3", 3)]),
    ("caseworkers", "villages_limit"): ("W1", [("", None), ("4", 4)]),
    ("caseworkers", "minutes_limit"): ("W1", [("", None), ("90", 90)]),
}


def edited(table: str, key: str, column: str, cell: Any) -> Snapshot:
    """The tiny world with one cell of a table written anew."""
    rows = [
        {name: value for name, value in (row | {column: cell}).items() if value is not None}
        if next(iter(row.values())) == key
        else row
        for row in tiny.ROWS[table]
    ]
    return tiny.snapshot(**{table: rows})


def test_every_cell_that_may_change_is_tried():
    assert set(CELLS) == CHANGEABLE


@pytest.mark.parametrize(
    ("table", "column", "key", "text", "cell"),
    [(*place, key, text, cell) for place, (key, values) in CELLS.items() for text, cell in values],
)
def test_a_change_is_the_edit_of_the_table(table: str, column: str, key: str, text: str, cell: Any):
    changed = apply(tiny.snapshot(), Change(table, key, column, text))
    assert changed.digest == edited(table, key, column, cell).digest
    assert changed.digest != tiny.snapshot().digest


@pytest.mark.parametrize(
    ("table", "key", "column", "text", "said"),
    [
        ("offers", "O2", "kind", "food", "no cell of the supply"),
        ("needs", "N01", "quantity", "2", "no cell of the supply"),
        ("offers", "O99", "capacity", "2", "no such row"),
        ("offers", "O2", "capacity", "many", "no whole number"),
        ("offers", "O2", "capacity", "-1", "no whole number"),
        ("offers", "O2", "capacity", "1.5", "no whole number"),
        ("offers", "O1", "max_age", "151", "no whole number"),
        ("offers", "O2", "capacity", "1000000001", "no whole number"),
        ("funds", "F1", "amount", "10000000000001", "no whole number"),
        ("funds", "F1", "amount", "", "no whole number"),
        ("offers", "O4", "valid_to", "2026-02-30", "no date"),
        ("offers", "O4", "valid_to", "20260228", "no date"),
        ("offers", "O4", "valid_to", "2025-01-01", "would lie before"),
        ("offers", "O1", "max_age", "59", "would lie before"),
        ("offers", "O1", "traits", "tall", "'tall' is not known"),
        ("offers", "O2", "serves", "999999999999", "is not known"),
        ("offers", "O2", "serves", "", "may not be blank"),
        ("volunteers", "V1", "skills", "flying", "is not known"),
    ],
)
def test_a_change_that_cannot_be_says_what_is_wrong(table: str, key: str, column: str, text: str, said: str):
    with pytest.raises(ChangeError, match=said) as raised:
        apply(tiny.snapshot(), Change(table, key, column, text))
    assert raised.value.repair()
    assert raised.value.message("zh") != raised.value.message("en")


def test_a_change_leaves_the_old_snapshot_as_it_was():
    before = tiny.snapshot()
    digest = before.digest
    apply(before, Change("offers", "O2", "serves", TOWN_A2))
    assert before.offers.serves.values.tolist() == tiny.snapshot().offers.serves.values.tolist()
    assert digest == tiny.snapshot().digest
