"""Differences between what is held and what a plan says, and how they are shared among writers."""

from collections import Counter

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from graph.ties import OFFERED, SCHEMA, SORTS, Ties, changes_to, lanes_of

FACTS = ("accepted", "delivered")

keys = st.sampled_from("abcde")
rows = st.dictionaries(st.tuples(keys, keys), st.integers(1, 3), max_size=12)
statuses = st.sampled_from(("proposed", *FACTS))


def ties(found: dict[tuple[str, str], int], status: dict[tuple[str, str], str] | None = None) -> Ties:
    """Ties of needs to offers: units by need and offer; what is held has a status, what a plan says has none."""
    table = pa.Table.from_pylist(
        [
            {"subject": need, "provider": offer, "quantity": units, "status": (status or {}).get((need, offer))}
            for (need, offer), units in found.items()
        ],
        SCHEMA,
    )
    return {sort: table if sort is OFFERED else SCHEMA.empty_table() for sort in SORTS}


def units_of(table: pa.Table) -> dict[tuple[str, str], int]:
    """Units by need and offer."""
    return {(row["subject"], row["provider"]): row["quantity"] for row in table.to_pylist()}


@given(rows, rows, st.data())
def test_what_is_held_becomes_what_is_said_but_for_facts(
    held: dict[tuple[str, str], int], said: dict[tuple[str, str], int], data: st.DataObject
) -> None:
    status = {pair: data.draw(statuses) for pair in held}
    changes = changes_to(ties(said), ties(held, status))
    begin, end = units_of(changes.begin[OFFERED]), units_of(changes.end[OFFERED])
    facts = {pair: units for pair, units in held.items() if status[pair] in FACTS}
    assert {pair: units for pair, units in held.items() if pair not in end} | begin == said | facts
    assert not facts.keys() & (begin.keys() | end.keys())


@given(rows, st.data())
def test_nothing_is_written_where_nothing_changes(held: dict[tuple[str, str], int], data: st.DataObject) -> None:
    status = {pair: data.draw(statuses) for pair in held}
    assert changes_to(ties(held), ties(held, status)).count == 0


@given(rows, st.integers(1, 3))
def test_writers_share_all_ties_and_no_provider(found: dict[tuple[str, str], int], writers: int) -> None:
    table = ties(found)[OFFERED]
    lanes = lanes_of(table, writers)
    assert len(lanes) == writers
    assert Counter(pair for lane in lanes for pair in units_of(lane)) == Counter(list(found))
    assert max(Counter(each for lane in lanes for each in set(lane["provider"].to_pylist())).values(), default=0) <= 1
    assert all(lane["subject"].to_pylist() == sorted(lane["subject"].to_pylist()) for lane in lanes)
