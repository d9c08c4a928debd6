"""What the graph already holds, as the check of new files asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from graph.connect import Graph
from graph.model import TABLES
from graph.offers import GivenAt, given_at
from graph.schema import edges_of, key_of, statement
from graph.state import read_state
from graph.stored import canonical, sources_of, stored_keys, stored_roads


@dataclass(frozen=True)
class InGraph:
    """The rows of a graph; closed ones count, since they are there and may be opened again."""

    graph: Graph

    def count(self, table: str) -> int:
        """How many rows of the table there are."""
        if TABLES[table].key is None:
            return len(stored_roads(self.graph, stored_keys(self.graph, "regions")))
        return int(self.graph.read(statement("count_rows", label=TABLES[table].label))[0]["rows"])

    def rows(self, table: str, columns: Sequence[str], by: str, keys: pa.Array | None) -> pa.Table:
        """These columns (canonical types) of the rows whose `by` is among `keys`; of all rows when `keys` is None.

        `by` is the key of the table or a column of references; secrets are always blank.
        """
        if keys is None:
            found = stored_keys(self.graph, table)
        elif by == key_of(table):
            found = pc.unique(_texts(keys).drop_null())
        else:
            edge = next(edge for edge in edges_of(table) if edge.column == by)
            found = pc.unique(sources_of(self.graph, edge, pc.unique(_texts(keys).drop_null()))["from"])
        return canonical(self.graph, table, found, columns)

    def given(self, offers: Sequence[str]) -> list[GivenAt]:
        """What published assignments take from these offers, by offer and place."""
        return given_at(self.graph, offers, read_state(self.graph).revision)


def _texts(keys: Any) -> Any:
    plain = pc.cast(keys, pa.string()) if pa.types.is_dictionary(keys.type) else keys
    return plain.combine_chunks() if isinstance(plain, pa.ChunkedArray) else plain
