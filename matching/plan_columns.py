"""The tables of a plan with their columns, as files out hold them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from matching.plan import (
    Assignments,
    Coverage,
    Prices,
    Responsibilities,
    Shortfall,
    StandIns,
    Uncovered,
    Unmet,
    Unused,
)

Kind = Literal["need", "place", "household", "caseworker", "offer", "provider_type", "provider", "subject", "level"]


@dataclass(frozen=True)
class Column:
    """A column of a file out: what its cells name, or the numpy type of its whole numbers, or text."""

    name: str
    holds: Kind | type[np.signedinteger[Any]] | Literal["text"]

    @property
    def arrow(self) -> pa.DataType:
        """Its type in a table; texts stand in a dictionary, since few distinct ones occur."""
        if isinstance(self.holds, str):
            return pa.dictionary(pa.int32(), pa.string()) if self.holds == "text" else pa.string()
        return pa.int64()


_PROVIDER = (Column("provider_type", "provider_type"), Column("provider", "provider"))
_WHY = (Column("reason", "text"), Column("facts", "text"), Column("unlock", "text"))

TABLES: dict[str, tuple[type, tuple[Column, ...]]] = {
    "assignments": (
        Assignments,
        (
            Column("need", "need"),
            *_PROVIDER,
            Column("quantity", np.int64),
            Column("minutes", np.int32),
            Column("cost", np.int64),
        ),
    ),
    "coverage": (
        Coverage,
        (
            Column("place", "place"),
            Column("level", "level"),
            Column("caseworker", "caseworker"),
            Column("minutes", np.int32),
        ),
    ),
    "stand_ins": (
        StandIns,
        (Column("place", "place"), Column("caseworker", "caseworker"), Column("minutes", np.int32)),
    ),
    "responsibilities": (Responsibilities, (Column("household", "household"), Column("caseworker", "caseworker"))),
    "unmet": (Unmet, (Column("need", "need"), Column("quantity", np.int64), *_WHY)),
    "uncovered": (Uncovered, (Column("subject_type", "text"), Column("subject", "subject"), *_WHY)),
    "shortfall": (
        Shortfall,
        (
            Column("place", "place"),
            *(Column(name, np.int64) for name in ("workers", "villages_limit", "unreached")),
            *_WHY[:2],
        ),
    ),
    "unused": (Unused, (*_PROVIDER, Column("remaining", np.int64), Column("reason", "text"))),
    "prices": (
        Prices,
        (*_PROVIDER, Column("left", np.int64), Column("level", np.int32), Column("usual", np.int64)),
    ),
}
"""Parts of a plan that are tables: their type and their columns; `level` of a place is written for the reader alone."""

SCHEMAS: dict[str, pa.Schema] = {
    name: pa.schema([(column.name, column.arrow) for column in columns]) for name, (_type, columns) in TABLES.items()
}


EXCLUSIONS: pa.Schema = pa.schema(
    {
        "subject_type": pa.string(),
        "subject": pa.string(),
        "provider_type": pa.string(),
        "provider": pa.string(),
        "lock": pa.string(),
        "since": pa.date32(),
        "until": pa.date32(),
        "reason": pa.string(),
    }
)
"""Pairs that a plan had to keep apart; `lock` is blank where an answer forbids one."""
