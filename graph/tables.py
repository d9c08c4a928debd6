"""Arrow schemas of the canonical tables, derived from the vocabulary, and of what the graph knows beside them."""

from __future__ import annotations

import pyarrow as pa

from graph.model import SERVICE_KINDS, TABLES, Column, Table

_ARROW = {
    "key": pa.string(),
    "ref": pa.string(),
    "text": pa.string(),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "moment": pa.timestamp("us", tz="UTC"),
    "code": pa.dictionary(pa.int32(), pa.string()),
    "codes": pa.dictionary(pa.int32(), pa.string()),
    "refs": pa.dictionary(pa.int32(), pa.string()),
    "texts": pa.dictionary(pa.int32(), pa.string()),
}


STATE_SCHEMAS: dict[str, pa.Schema] = {
    "exclusions": pa.schema(
        {
            "need": pa.string(),
            "provider_type": pa.string(),
            "provider": pa.string(),
            "since": pa.date32(),
            "reason": pa.string(),
        }
    ),
    "assigned": pa.schema(
        {
            "need": pa.string(),
            "provider_type": pa.string(),
            "provider": pa.string(),
            "quantity": pa.int64(),
            "status": pa.string(),
        }
    ),
    "covers": pa.schema({"place": pa.string(), "caseworker": pa.string()}),
    "responsible": pa.schema({"household": pa.string(), "caseworker": pa.string()}),
    "spent": pa.schema({"table": pa.string(), "key": pa.string(), "period": pa.string(), "amount": pa.int64()}),
}
"""What the graph knows beyond the files: pairs that answers forbid, the published state, and what closed needs used up."""


def arrow_type(column: Column) -> pa.DataType:
    """Arrow type of a column; lists are `;`-joined text in a dictionary, since few distinct lists occur."""
    return _ARROW[column.type]


def arrow_schema(table: Table) -> pa.Schema:
    """Schema of a canonical table: English names in the order of the vocabulary, blanks null."""
    return pa.schema([(column.name, arrow_type(column)) for column in table.columns])


def empty_table(name: str) -> pa.Table:
    """A canonical table of this name without rows."""
    return arrow_schema(TABLES[name]).empty_table()


def shipped_service_kinds() -> pa.Table:
    """The shipped list of service kinds as a canonical table."""
    rows = [
        {
            "kind": kind.kind,
            "name_zh": kind.name_zh,
            "name_en": kind.name_en,
            "class": kind.kind_class,
            "unit": kind.unit,
            "minutes_per_unit": kind.minutes_per_unit,
            "divisible": kind.divisible,
            "recurring": kind.recurring,
            "broader": ";".join(kind.broader) or None,
        }
        for kind in SERVICE_KINDS
    ]
    return pa.Table.from_pylist(rows, schema=arrow_schema(TABLES["service_kinds"]))
