"""What closed needs hold of their providers: used up where it was delivered, free again where it was not."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from graph.connect import Graph
from graph.queries import query
from graph.tables import STATE_SCHEMAS

_COLUMNS = {
    "offer": pa.string(),
    "volunteer": pa.string(),
    "organization": pa.string(),
    "fund": pa.string(),
    "period": pa.string(),
    "delivered": pa.bool_(),
    "units": pa.int64(),
    "yuan": pa.int64(),
    "minutes": pa.int64(),
}
_SPENDERS = {
    "offers": ("offer", "units"),
    "organizations": ("organization", "yuan"),
    "funds": ("fund", "yuan"),
    "volunteers": ("volunteer", "minutes"),
}
"""For each table that is used up, what names its row and what it spends."""


def held_by_closed(graph: Graph, revision: int) -> pa.Table:
    """What assignments of closed needs hold at a revision, a row for each provider, period and whether it was delivered.

    Columns offer or volunteer, organization, fund, period (such as 2026-12, null where no plan gave it), delivered,
    units, yuan, minutes (of work).
    """
    found = graph.columns(query("held_by_closed"), revision=revision)
    return pa.table({name: pa.array(found[name], kind) for name, kind in _COLUMNS.items()})


def spent_of(used: pa.Table) -> pa.Table:
    """The table `spent`: what of that was delivered, by offer, organisation, fund and volunteer."""
    delivered = used.filter(used["delivered"])
    parts = []
    for table, (key, amount) in _SPENDERS.items():
        rows = delivered.filter(pc.and_(pc.is_valid(delivered[key]), pc.greater(delivered[amount], 0)))
        cells = [pa.array([table] * len(rows)), rows[key], rows["period"], rows[amount]]
        parts.append(pa.table(cells, schema=STATE_SCHEMAS["spent"]))
    return pa.concat_tables(parts)
