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


@given(rows, rows, rows, st.data())
def test_facts_stay_and_all_else_becomes_what_is_said_beyond_them(
    facts: dict[tuple[str, str], int],
    proposed: dict[tuple[str, str], int],
    said: dict[tuple[str, str], int],
    data: st.DataObject,
) -> None:
    answers = {pair: data.draw(st.sampled_from(FACTS)) for pair in facts}
    held = pa.concat_tables([ties(facts, answers)[OFFERED], ties(proposed)[OFFERED]])
    changes = changes_to(ties(said), {sort: held if sort is OFFERED else SCHEMA.empty_table() for sort in SORTS})
    begin, end = units_of(changes.begin[OFFERED]), units_of(changes.end[OFFERED])
    assert end.items() <= proposed.items()
    left = {pair: units for pair, units in proposed.items() if pair not in end}
    assert not left.keys() & begin.keys()
    assert left | begin == {
        pair: units - facts.get(pair, 0) for pair, units in said.items() if units > facts.get(pair, 0)
    }


def test_the_cost_beyond_a_fact_is_in_proportion() -> None:
    many, dear = 10**12, 10**6
    wanted = ties({("a", "b"): 5 * many})
    row = wanted[OFFERED].to_pylist()[0] | {"cost": 5 * many * dear}
    wanted[OFFERED] = pa.Table.from_pylist([row], SCHEMA)
    begun = changes_to(wanted, ties({("a", "b"): 2 * many}, {("a", "b"): "accepted"})).begin[OFFERED].to_pylist()
    assert begun == [row | {"quantity": 3 * many, "cost": 3 * many * dear}]


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
