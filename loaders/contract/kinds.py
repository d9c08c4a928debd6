"""Broader links join service kinds of equal unit and minutes, and lead nowhere back."""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx
import numpy as np
import pyarrow as pa

from loaders.contract.finding import Finding
from loaders.contract.world import World


def kind_links(world: World) -> Iterator[Finding]:
    """Cycles of broader links, and links between kinds counted differently."""
    if "service_kinds" not in world.parts:
        return
    kinds = world.merged("service_kinds", "unit", "minutes_per_unit", "broader")
    rows = kinds.rows.to_pylist()
    place = {row["kind"]: at for at, row in reversed(list(enumerate(rows)))}
    links = [
        (at, place[name]) for at, row in enumerate(rows) for name in (row["broader"] or "").split(";") if name in place
    ]
    yield from _differing(rows, links, kinds.given)
    yield from _cycles(rows, links, kinds.given)


def _differing(rows: list[dict[str, object]], links: list[tuple[int, int]], given: int) -> Iterator[Finding]:
    for at, broader in links:
        own, other = _measure(rows[at]), _measure(rows[broader])
        if own != other and min(at, broader) < given:
            here = at if at < given else broader
            hint, hint_zh = (f"{_said(own, minutes)} ≠ {_said(other, minutes)}" for minutes in (" min", "分钟"))
            yield _finding("kind_unit_differs", here, str(rows[broader]["kind"]), hint, hint_zh)


def _cycles(rows: list[dict[str, object]], links: list[tuple[int, int]], given: int) -> Iterator[Finding]:
    graph = nx.DiGraph(links)
    for group in nx.strongly_connected_components(graph):
        members = sorted(group)
        if len(members) == 1 and not graph.has_edge(members[0], members[0]):
            continue
        names = " → ".join(str(rows[at]["kind"]) for at in [*members, members[0]])
        for at in members:
            if at < given:
                yield _finding("kind_cycle", at, str(rows[at]["broader"]), names)


def _measure(row: dict[str, object]) -> tuple[object, object]:
    return row["unit"], row["minutes_per_unit"] or 0


def _said(measure: tuple[object, object], minutes: str) -> str:
    return f"{measure[0]}, {measure[1]}{minutes}"


def _finding(code: str, at: int, value: str, hint: str, hint_zh: str | None = None) -> Finding:
    rows = np.array([at], np.int64)
    return Finding(code, "service_kinds", "broader", rows, pa.array([value]), hint, hints_zh=hint_zh)
