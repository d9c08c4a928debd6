"""A charity's file of offers: its numbers made where it gives none, its organisation understood, and all written at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from api.service.offering import FIELDS
from graph.connect import Graph
from graph.edit import edit_of
from graph.model import TABLES
from graph.write import Count, difference_to
from loaders.contract import Checked
from loaders.read.folder import read_file
from loaders.read.raw import RawTable, text_type

OFFERS = "offers"
_KNOWN = ("offer", "organization", "fund", *FIELDS)


def read_offers(folder: Path) -> RawTable:
    """The one file of a folder as offers, as it is."""
    raw = read_file(OFFERS, next(iter(folder.iterdir())))
    if not raw.readable:
        return raw
    return replace(raw, cells=raw.cells.select([name for name in raw.cells.column_names if name in _KNOWN]))


def named(raw: RawTable, organization: str, upload: str) -> RawTable:
    """Offers as those of this organisation; a row without a number is a new one, whose number the upload makes its own."""
    if not raw.readable:
        return raw
    rows = raw.file_rows(np.arange(raw.cells.num_rows)).tolist()
    numbers = pa.array([f"{organization}-{upload[:8]}-{row}" for row in rows], pa.string())
    cells = _filled(raw.cells, "offer", numbers)
    return replace(raw, cells=_filled(cells, "organization", pa.array([organization] * len(rows), pa.string())))


def write_offers(graph: Graph, checked: Checked, versions: Mapping[str, int], actor: str) -> Count:
    """Write the rows without fault in one transaction, those alone that change anything.

    `versions` are those of the organisation's offers when the check began. Raises RowChanged; nothing was written.
    """
    part = checked.parts[OFFERS]
    rows = part.rows.filter(pa.array(~part.bad))
    found = difference_to(graph, OFFERS, rows, part.present)
    changed = rows.filter(pc.is_in(rows["offer"], value_set=found.rows["offer"].combine_chunks()))
    if changed.num_rows:
        moment = pa.array([datetime.now(UTC)] * changed.num_rows, pa.timestamp("us", tz="UTC"))
        marked = changed.set_column(changed.column_names.index("updated_on"), "updated_on", moment)
        read = {key: versions.get(key, 0) for key in changed["offer"].to_pylist()}
        graph.transact(edit_of(graph, OFFERS, marked, (*part.present, "updated_on"), read, actor))
    return Count(OFFERS, found.new, found.changed, found.same)


def _filled(cells: pa.Table, name: str, blank: pa.Array) -> pa.Table:
    """The table with these values where the column is blank or missing."""
    kind = text_type(TABLES[OFFERS].column(name))
    if name not in cells.column_names:
        return cells.append_column(name, blank.cast(kind))
    texts = pc.coalesce(cells[name].cast(pa.string()), blank)
    return cells.set_column(cells.column_names.index(name), name, texts.cast(kind))
