"""A snapshot turned into tables and assembled again is the same snapshot."""

from dataclasses import fields
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.as_tables import as_tables
from graph.assemble import assemble
from graph.model import TABLES
from graph.snapshot import Snapshot
from graph.tables import arrow_schema
from tests import tiny

TRAVEL = [
    {"from": tiny.TOWN_A1, "to": tiny.VILLAGE_A1A, "minutes": 7},
    {"from": tiny.VILLAGE_A1A, "to": tiny.TOWN_A1, "minutes": 9},
    {"from": tiny.TOWN_B1, "to": tiny.VILLAGE_B1A, "minutes": 3},
]


def assert_same(one: Snapshot, other: Snapshot) -> None:
    """The same digest, the same published state."""
    assert one.digest == other.digest
    assert one.published.revision == other.published.revision
    for column in fields(one.published):
        assert np.array_equal(getattr(one.published, column.name), getattr(other.published, column.name)), column.name


@pytest.mark.parametrize("travel", [[], TRAVEL], ids=["estimated", "roads"])
def test_assembling_the_tables_gives_the_same_snapshot(travel: list[dict[str, object]]):
    snapshot = tiny.snapshot(travel=travel)
    assert_same(assemble(as_tables(snapshot), revision=tiny.REVISION), snapshot)


def test_an_empty_snapshot_gives_tables_without_rows():
    nothing = assemble({})
    assert_same(assemble(as_tables(nothing)), nothing)


def test_tables_have_the_columns_and_types_of_the_vocabulary():
    for name, table in as_tables(tiny.snapshot(travel=TRAVEL)).items():
        if name in TABLES:
            schema = arrow_schema(TABLES[name])
            assert table.select(schema.names).schema.equals(schema), name


def test_what_a_blank_means_is_written_out():
    tables = as_tables(tiny.snapshot())
    households = {row["household"]: row for row in tables["households"].to_pylist()}
    needs = {row["need"]: row for row in tables["needs"].to_pylist()}
    assert households["H1"]["weight"] == 8
    assert needs["N02"]["urgency"] == "red"
    assert needs["N02"]["opened_on"] == date(2025, 6, 1)
    assert needs["N01"]["opened_on"] is None
    assert "N10" not in needs


def test_no_name_address_or_identity_number_is_written():
    tables = as_tables(tiny.snapshot())
    secret = [
        (name, column.name) for name in tables if name in TABLES for column in TABLES[name].columns if column.secret
    ]
    assert secret
    assert all(tables[name][column].null_count == len(tables[name]) for name, column in secret)


@given(st.data())
def test_any_part_of_the_world_goes_round(data: st.DataObject):
    """Rows that nothing refers to may be missing; what is there comes back as it was."""
    free = ("needs", "volunteers", "caseworkers", "offers", "exclusions", "assigned", "covers", "responsible", "spent")
    rows = {name: data.draw(st.lists(st.sampled_from(tiny.ROWS[name]), unique_by=id), name) for name in free}
    snapshot = tiny.snapshot(locks=[], **rows)
    assert_same(assemble(as_tables(snapshot), revision=tiny.REVISION), snapshot)
