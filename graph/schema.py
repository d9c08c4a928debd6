"""How the vocabulary lies in the graph: what becomes a property, and what a relationship."""

from __future__ import annotations

import re
from dataclasses import dataclass

from graph.model import LOCK_SUBJECTS, PROVIDER_TYPES, TABLES, Column
from graph.queries import query

NAME = "zhongfu"
"""Name of the graph's own node, the one with the label Graph."""
SCHEMA = 2
"""Number of this layout; raised whenever a graph written by an older program would be misread."""

ID_HASH = "id_hash"
"""Property that holds the keyed hash of a person's `id_number`, which itself is kept nowhere."""


@dataclass(frozen=True)
class Edge:
    """A column of references as relationships: `(table)-[type]->(target)`, or the other way round when `inward`.

    Where `only` is given, a row's reference is of this edge only if the column `only[0]` holds the code `only[1]`.
    """

    table: str
    column: str
    type: str
    target: str
    inward: bool = False
    only: tuple[str, str] | None = None

    @property
    def names(self) -> dict[str, str]:
        """What a statement about this edge calls its ends, keys, type and arrow heads."""
        return {
            "label": TABLES[self.table].label,
            "key": key_of(self.table),
            "target": TABLES[self.target].label,
            "target_key": key_of(self.target),
            "type": self.type,
            "tail": "<-" if self.inward else "-",
            "head": "-" if self.inward else "->",
        }


_LOCKED = dict(zip((code.code for code in LOCK_SUBJECTS), ("needs", "regions", "households"), strict=True))
_PROVIDERS = dict(zip((code.code for code in PROVIDER_TYPES), ("offers", "volunteers", "caseworkers"), strict=True))

EDGES = (
    Edge("regions", "parent", "PART_OF", "regions"),
    Edge("service_kinds", "broader", "BROADER", "service_kinds"),
    Edge("households", "village", "LIVES_IN", "regions"),
    Edge("persons", "household", "MEMBER_OF", "households"),
    Edge("needs", "household", "HAS_NEED", "households", inward=True),
    Edge("needs", "person", "FOR_PERSON", "persons"),
    Edge("needs", "kind", "OF_KIND", "service_kinds"),
    Edge("needs", "incident_place", "HAPPENED_IN", "regions"),
    Edge("organizations", "region", "SEATED_IN", "regions"),
    Edge("funds", "region", "SPENT_IN", "regions"),
    Edge("funds", "kinds", "PAYS_FOR", "service_kinds"),
    Edge("offers", "organization", "OFFERS", "organizations", inward=True),
    Edge("offers", "kind", "OF_KIND", "service_kinds"),
    Edge("offers", "fund", "PAID_BY", "funds"),
    Edge("offers", "place", "STARTS_FROM", "regions"),
    Edge("offers", "serves", "SERVES", "regions"),
    Edge("volunteers", "village", "HOME_IN", "regions"),
    Edge("volunteers", "skills", "SKILLED_IN", "service_kinds"),
    Edge("caseworkers", "town", "STATIONED_AT", "regions"),
    *(Edge("locks", "subject", "LOCKS", target, only=("subject_type", code)) for code, target in _LOCKED.items()),
    *(
        Edge("locks", "provider", "TO_PROVIDER", target, only=("provider_type", code))
        for code, target in _PROVIDERS.items()
    ),
)
"""Every relationship that a column of references becomes; `travel` becomes ROAD between regions."""

PLACED = {
    "households": "village",
    "organizations": "region",
    "funds": "region",
    "volunteers": "village",
    "caseworkers": "town",
}
"""Tables whose rows lie where one column of theirs says."""

NODE_TABLES = tuple(name for name, table in TABLES.items() if table.key)
"""The tables whose rows are nodes, in the order in which they may refer to one another."""


def key_of(table: str) -> str:
    """Name of a table's key; KeyError for a table of pairs."""
    key = TABLES[table].key
    if key is None:
        raise KeyError(f"table {table} has no key")
    return key


def edges_of(table: str) -> tuple[Edge, ...]:
    """The relationships that this table's columns become."""
    return tuple(edge for edge in EDGES if edge.table == table)


def place_edge(table: str) -> Edge:
    """The relationship that says where a row of a table of PLACED lies."""
    return next(edge for edge in edges_of(table) if edge.column == PLACED[table])


def properties_of(table: str) -> tuple[Column, ...]:
    """The columns kept as properties: all but the key, the references and `id_number`."""
    kept = {"code", "codes", "text", "texts", "int", "float", "bool", "date", "moment"}
    return tuple(column for column in TABLES[table].columns if column.type in kept and column.name != "id_number")


def moment_of(table: str) -> str | None:
    """The column that says when a row was true at its source."""
    return next((column.name for column in TABLES[table].columns if column.type == "moment"), None)


def statement(file: str, /, **names: str) -> str:
    """The statement kept in this file, each `<word>` in it replaced by a name of the vocabulary.

    Cypher takes neither labels nor types as parameters; the names come from the vocabulary alone, never from data.
    """
    return re.sub(r"<(\w+)>", lambda word: names[word[1]], query(file))
