"""The service kinds that hold: those of a file, else those shipped."""

from __future__ import annotations

from collections.abc import Iterable

from api.service.opening import opened
from api.settings import Settings
from graph.model import TABLES, ServiceKind
from graph.stored import open_rows


def all_kinds(settings: Settings) -> list[ServiceKind]:
    """The kinds of the graph in order of code."""
    with opened(settings) as graph:
        rows = open_rows(graph, "service_kinds", [column.name for column in TABLES["service_kinds"].columns])
    found = [
        ServiceKind(
            kind=row["kind"],
            name_zh=row["name_zh"],
            name_en=row["name_en"] or "",
            kind_class=row["class"],
            unit=row["unit"],
            minutes_per_unit=row["minutes_per_unit"] or 0,
            divisible=bool(row["divisible"]),
            recurring=bool(row["recurring"]),
            broader=tuple((row["broader"] or "").split(";")) if row["broader"] else (),
        )
        for row in rows.to_pylist()
    ]
    return sorted(found, key=lambda each: each.kind)


def kinds_named(settings: Settings, codes: Iterable[str]) -> dict[str, ServiceKind]:
    """The kinds of these codes; one that does not hold any more is called by its code."""
    found = {each.kind: each for each in all_kinds(settings)}
    return {code: found.get(code) or ServiceKind(code, code, code, "", "", 0, False, False) for code in codes}
