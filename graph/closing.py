"""Closing rows that a replaced table no longer names: a mark, nothing is deleted.

A need gets the status `closed`, a road is taken away, and every other row the mark `Closed`; both also get a day
`closed_on`, from which on they are not read. A later file that names the row opens it, a need with the status that it
had or that the file gives; a need that a file itself called closed stays so. What hangs on a closed row (members and
needs of a household, offers of an organisation or of a fund, locks) is not read either, and comes back with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from graph.connect import Graph
from graph.errors import CallError
from graph.model import TABLES
from graph.queries import query
from graph.schema import PLACED, key_of, place_edge, statement
from graph.state import RAISE_DATA_VERSION
from graph.stored import BATCH, batches

REPLACEABLE = (*PLACED, "persons", "needs", "offers", "locks", "travel")


class NotReplaceable(CallError):
    """A table that a load cannot replace."""

    code = "load_not_replaceable"
    en = "Table {table!r} cannot be replaced for a region; these can: {known}."
    zh = "表 {table!r} 不能按区域替换；可替换的有：{known}。"
    repair_en = "Load it without --replace: rows are updated by their keys."
    repair_zh = "请去掉 --replace 导入：各行按编号更新。"


def require_replaceable(tables: Sequence[str]) -> None:
    """Refuse, before anything is written, to replace a table that cannot be.

    Raises
    ------
    NotReplaceable
        The table has no place.
    """
    for table in tables:
        if table not in REPLACEABLE:
            raise NotReplaceable(table=table, known=", ".join(REPLACEABLE))


def rows_within(graph: Graph, table: str, region: str) -> pa.Array:
    """Keys of the open rows of a table that lie in a region.

    Households, persons and volunteers lie where they live, needs at their place, organisations at their seat, funds where
    they are spent, caseworkers at their station, offers at their place or else their organisation's seat, locks where
    their subject does.
    """
    if table in PLACED:
        text = statement("rows_within", label=TABLES[table].label, key=key_of(table), type=place_edge(table).type)
    else:
        text = query(f"{table}_within")
    return pa.array(graph.columns(text, region=region)["key"][0], pa.string())


def close_absent(graph: Graph, table: str, region: str, given: pa.Table, actor: str, today: date) -> int:
    """Close the rows of a replaceable table that lie in a region and whose keys are not given; how many there were."""
    require_replaceable([table])
    if table == "travel":
        return _drop_roads(graph, region, given)
    there = rows_within(graph, table, region)
    absent = there.filter(pc.invert(pc.is_in(there, value_set=given[key_of(table)].combine_chunks())))
    name = "close_needs" if table == "needs" else "close_rows"
    text = statement(name, label=TABLES[table].label, key=key_of(table))
    for batch in batches(absent):
        keys = {"keys": batch.to_pylist(), "actor": actor, "today": today}
        graph.write_all([(query(RAISE_DATA_VERSION), {}), (text, keys)])
    return len(absent)


def _drop_roads(graph: Graph, region: str, given: pa.Table) -> int:
    found = graph.columns(query("roads_within"), region=region)
    roads = pa.table({"from": pa.array(found["from"][0], pa.string()), "to": pa.array(found["to"][0], pa.string())})
    absent = roads.join(given.select(["from", "to"]), ["from", "to"], join_type="left anti") if len(roads) else roads
    for batch in absent.to_batches(BATCH):
        pairs = list(zip(batch["from"].to_pylist(), batch["to"].to_pylist(), strict=True))
        graph.write_all([(query(RAISE_DATA_VERSION), {}), (query("drop_roads"), {"pairs": pairs})])
    return len(absent)
