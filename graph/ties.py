"""What a plan ties together in the graph: needs to providers, places and households to caseworkers.

Each tie is a relationship that holds from the revision `since` up to, not including, the revision `until`.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.connect import Graph
from graph.model import TABLES
from graph.queries import query
from graph.schema import key_of, statement

READERS = 2
PLACES = 250
"""Places read in one question: some 15,000 households."""

SCHEMA = pa.schema(
    {
        "subject": pa.string(),
        "provider": pa.string(),
        "quantity": pa.int64(),
        "minutes": pa.int64(),
        "cost": pa.int64(),
        "status": pa.string(),
    }
)
"""Columns of ties; those that a sort of tie does not have are null."""


@dataclass(frozen=True)
class Sort:
    """A sort of tie: its relationship type and the tables of its two ends; workers' ties point at their subject."""

    type: str
    subjects: str
    providers: str

    @property
    def names(self) -> dict[str, str]:
        """What a statement calls the ends, keys, type and arrow heads of this sort."""
        inward = self.providers == "caseworkers"
        return {
            "label": TABLES[self.subjects].label,
            "key": key_of(self.subjects),
            "target": TABLES[self.providers].label,
            "target_key": key_of(self.providers),
            "type": self.type,
            "tail": "<-" if inward else "-",
            "head": "-" if inward else "->",
        }

    def statement(self, name: str) -> str:
        """The statement kept under this name, for this sort."""
        return statement(name, **self.names)


OFFERED = Sort("ASSIGNED", "needs", "offers")
VOLUNTEERED = Sort("ASSIGNED", "needs", "volunteers")
COVERED = Sort("COVERS", "regions", "caseworkers")
CARED_FOR = Sort("RESPONSIBLE_FOR", "households", "caseworkers")
SORTS = (COVERED, CARED_FOR, OFFERED, VOLUNTEERED)

_ENDS = ("subject", "provider")
_VALUES = (*_ENDS, "quantity", "minutes", "cost")
FACTS = pa.array(["accepted", "delivered"])
"""Statuses of assignments that are facts: their provider has answered for them."""

Ties = dict[Sort, pa.Table]


def ties_of(assignments: pa.Table, coverage: pa.Table, responsibilities: pa.Table) -> Ties:
    """A plan's ties, from tables with the columns of the files `assignments`, `coverage` and `responsibilities`."""
    volunteered = pc.equal(_texts(assignments["provider_type"]), "volunteer")
    named = assignments.rename_columns(["subject" if name == "need" else name for name in assignments.column_names])
    return {
        COVERED: _ties(coverage, subject="place", provider="caseworker"),
        CARED_FOR: _ties(responsibilities, subject="household", provider="caseworker"),
        OFFERED: _ties(named.filter(pc.invert(volunteered))),
        VOLUNTEERED: _ties(named.filter(volunteered)),
    }


def places_of(graph: Graph, scope: str) -> list[str]:
    """Codes of the region `scope` and of every place inside it, in order; none where there is no such region."""
    return [row["place"] for row in graph.read(query("scope_places"), scope=scope)]


def ties_held(graph: Graph, places: list[str], revision: int, beat: Callable[[], None] = lambda: None) -> Ties:
    """The ties of these places that hold at a revision; `beat` is called now and then.

    Whoever is responsible for a household that lives in none of the graph's villages any more holds it where stationed.
    """

    def read(start: int) -> Ties:
        given = {"places": places[start : start + PLACES], "revision": revision}
        found = [
            graph.columns(query(f"held_{name}"), **given) for name in ("coverage", "responsibilities", "assignments")
        ]
        covered, cared_for, assigned = ({name: cells[0] for name, cells in each.items()} for each in found)
        volunteered = pa.array(assigned.pop("volunteer"), pa.bool_())
        ties = _ties(assigned)
        beat()
        return {
            COVERED: _ties(covered),
            CARED_FOR: _ties(cared_for),
            OFFERED: ties.filter(pc.invert(volunteered)),
            VOLUNTEERED: ties.filter(volunteered),
        }

    with ThreadPoolExecutor(READERS) as pool:
        parts = list(pool.map(read, range(0, len(places), PLACES)))
    parts.append(_nowhere(graph, places, revision))
    return {sort: pa.concat_tables([SCHEMA.empty_table(), *(part[sort] for part in parts)]) for sort in SORTS}


def _nowhere(graph: Graph, places: list[str], revision: int) -> Ties:
    """Responsibilities for households without a village, of the workers stationed in these places."""
    found = pa.table(graph.columns(query("held_nowhere"), revision=revision))
    here = found.filter(pc.is_in(_texts(found["station"]), value_set=pa.array(places, pa.string())))
    return {sort: _ties(here) if sort is CARED_FOR else SCHEMA.empty_table() for sort in SORTS}


@dataclass(frozen=True)
class Changes:
    """What a publication writes: ties that begin and ties that end."""

    begin: Ties
    end: Ties

    @property
    def count(self) -> int:
        """Number of relationships to be written."""
        return sum(len(ties) for part in (self.begin, self.end) for ties in part.values())


def changes_to(wanted: Ties, held: Ties) -> Changes:
    """What turns the ties held into those wanted.

    Facts (accepted, delivered) stay as they are and count for what is wanted of their pair: what is wanted beyond them
    is a tie of its own.
    """
    begin, end = {}, {}
    for sort in SORTS:
        fact = pc.fill_null(pc.is_in(held[sort]["status"], value_set=FACTS), False)
        now, then = held[sort].filter(pc.invert(fact)), _beyond(wanted[sort], held[sort].filter(fact))
        begin[sort] = then.filter(pc.invert(_among(then, now)))
        end[sort] = now.filter(pc.invert(_among(now, then)))
    return Changes(begin, end)


def _beyond(wanted: pa.Table, facts: pa.Table) -> pa.Table:
    """What is wanted beyond the units of the facts, cost in proportion; pairs for which facts are enough are left out."""
    if not len(facts):
        return wanted
    sums = facts.group_by(list(_ENDS)).aggregate([("quantity", "sum")])
    at = pc.index_in(_joined(wanted, _ENDS), value_set=_joined(sums, _ENDS).combine_chunks())
    rest = pc.subtract(wanted["quantity"], pc.fill_null(sums["quantity_sum"].take(at), 0))
    # a unit's cost is whole, and multiplied first the product could be too large for 64 bits
    cost = pc.multiply(pc.divide(wanted["cost"], wanted["quantity"]), rest)
    named = {"quantity": rest, "cost": cost}
    return pa.table({name: named.get(name, wanted[name]) for name in SCHEMA.names}).filter(pc.greater(rest, 0))


def lanes_of(ties: pa.Table, count: int) -> list[pa.Table]:
    """Parts of about equal length that share no provider, each in order of its subjects.

    Writers that lock nodes in this order never wait for one another in a circle.
    """
    providers = ties["provider"].combine_chunks().dictionary_encode()
    codes = providers.indices.to_numpy()
    rows = np.bincount(codes, minlength=len(providers.dictionary))
    lane = ((np.cumsum(rows) - rows) * count // max(len(ties), 1))[codes]
    return [ties.filter(pa.array(lane == each)).sort_by("subject") for each in range(count)]


def _among(ties: pa.Table, others: pa.Table) -> Any:
    """Which ties stand alike among the others."""
    return pc.is_in(_joined(ties, _VALUES), value_set=_joined(others, _VALUES).combine_chunks())


def _joined(ties: pa.Table, columns: tuple[str, ...]) -> Any:
    cells = [pc.fill_null(pc.cast(ties[name], pa.string()), "") for name in columns]
    return pc.binary_join_element_wise(*cells, "\x1f")


def _ties(columns: Any, subject: str = "subject", provider: str = "provider") -> pa.Table:
    given = pa.table(columns) if isinstance(columns, dict) else columns
    named = {"subject": given[subject], "provider": given[provider]}
    for field in list(SCHEMA)[2:]:
        there = field.name in given.column_names
        named[field.name] = given[field.name] if there else pa.nulls(given.num_rows, field.type)
    return pa.table({field.name: _as(named[field.name], field.type) for field in SCHEMA}, schema=SCHEMA)


def _as(column: Any, kind: pa.DataType) -> Any:
    return _texts(column) if pa.types.is_string(kind) else pc.cast(column, kind)


def _texts(column: Any) -> Any:
    return pc.cast(column, pa.string())
