"""What a load has to write: the difference between rows given and rows stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.schema import Edge, edges_of, key_of, moment_of
from graph.stored import property_types

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Difference:
    """What one table changes; `rows` and the pairs of `links` and `unlinks` are what is to be written."""

    table: str
    rows: pa.Table
    """New and changed rows: key, `version` as it will be, and the properties that the file brings."""
    links: dict[Edge, pa.Table]
    """Pairs `from`, `to` to be joined."""
    unlinks: dict[Edge, pa.Table]
    """Pairs to be parted."""
    kept: pa.Table
    """Rows left as they are, since someone edited them in the program later than they were true at their source."""
    new: int
    changed: int
    same: int


def graph_rows(table: str, given: pa.Table, present: Sequence[str]) -> pa.Table:
    """The key and the properties that the file brings, in the types of the graph: lists as lists."""
    kinds = property_types(table)
    names = [key_of(table), *(name for name in kinds if name in present)]
    return pa.table({name: pc.cast(given[name], kinds.get(name, pa.string())) for name in names})


def given_links(edge: Edge, given: pa.Table) -> pa.Table:
    """Pairs `from`, `to` of keys that the file joins by this kind of relationship, each once."""
    rows = (
        given if edge.only is None else given.filter(pc.equal(pc.cast(given[edge.only[0]], pa.string()), edge.only[1]))
    )
    return exploded(rows[key_of(edge.table)], rows[edge.column])


def exploded(keys: Any, references: Any) -> pa.Table:
    """Pairs of key and reference, one for each distinct reference of a row; the references may be `;`-joined."""
    keys, references = _joined_chunks(keys), _joined_chunks(references)
    if pa.types.is_dictionary(references.type):
        lists = pa.array(
            [sorted(set(text.split(";"))) for text in references.dictionary.to_pylist()], pa.list_(pa.string())
        )
        each = lists.take(references.indices)
        return pa.table({"from": keys.take(pc.list_parent_indices(each)), "to": pc.list_flatten(each)})
    there = pc.is_valid(references)
    return pa.table({"from": keys.filter(there), "to": references.filter(there)})


def difference(
    table: str,
    given: pa.Table,
    present: Sequence[str],
    stored: pa.Table,
    stored_links: dict[Edge, pa.Table],
) -> Difference:
    """What these rows change in the graph.

    Parameters
    ----------
    given
        Canonical rows, secrets already sealed.
    present
        The columns that the file has: a blank cell of one clears, other columns stay as they are.
    stored
        The rows of the graph with these keys, as `graph.stored` reads them.
    stored_links
        The relationships of those rows, of every edge whose column is present.
    """
    key = key_of(table)
    rows = graph_rows(table, given, present)
    at = pc.index_in(rows[key], value_set=_joined_chunks(stored[key]))
    before = stored.take(at)
    new = _bools(pc.is_null(at))
    differs = _bools(pc.is_valid(before["closed_on"]))
    for name in rows.column_names[1:]:
        differs |= ~_equal(rows[name], before[name])
    links, unlinks = {}, {}
    for edge in edges_of(table):
        if edge in stored_links:
            wanted, found = given_links(edge, given), stored_links[edge]
            links[edge], unlinks[edge] = _without(wanted, found), _without(found, wanted)
            for pairs in (links[edge], unlinks[edge]):
                differs |= _bools(pc.is_in(rows[key], value_set=_joined_chunks(pairs["from"])))
    differs |= new
    kept = differs & _edited_later(table, given, before["edited_at"])
    written = differs & ~kept
    version = pc.add(pc.fill_null(before["version"], 0), 1)
    chosen = rows.append_column("version", version).filter(pa.array(written))
    left = pa.table({"key": rows[key], "edited_at": before["edited_at"]}).filter(pa.array(kept))
    if len(left):
        links, unlinks = (
            {edge: _not_of(pairs, left["key"]) for edge, pairs in each.items()} for each in (links, unlinks)
        )
    return Difference(
        table,
        chosen,
        {edge: pairs for edge, pairs in links.items() if len(pairs)},
        {edge: pairs for edge, pairs in unlinks.items() if len(pairs)},
        left,
        new=int(new.sum()),
        changed=int((written & ~new).sum()),
        same=int((~differs).sum()),
    )


def _edited_later(table: str, given: pa.Table, edited_at: Any) -> Bools:
    """Rows whose stored state was edited in the program after the file's row was true; a blank moment is now."""
    moment = moment_of(table)
    if moment is None:
        return np.zeros(len(given), bool)
    return _bools(pc.fill_null(pc.greater(edited_at, given[moment]), False))


def _equal(one: Any, other: Any) -> Bools:
    """Cell by cell; blank equals blank."""
    both_blank = pc.and_(pc.is_null(one), pc.is_null(other))
    return _bools(pc.or_(both_blank, pc.fill_null(pc.equal(one, other), False)))


def _without(pairs: pa.Table, taken: pa.Table) -> pa.Table:
    """The pairs that are not among those taken."""
    if not len(pairs) or not len(taken):
        return pairs
    return pairs.join(taken, ["from", "to"], join_type="left anti")


def _not_of(pairs: pa.Table, keys: Any) -> pa.Table:
    return pairs.filter(pc.invert(pc.is_in(pairs["from"], value_set=_joined_chunks(keys))))


def _bools(column: Any) -> Bools:
    return np.array(_joined_chunks(column).to_numpy(zero_copy_only=False), bool)


def _joined_chunks(column: Any) -> Any:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
