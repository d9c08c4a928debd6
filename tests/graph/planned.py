"""Plans to be published in the tiny world, for tests."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from graph.connect import Graph
from graph.plans import Draft, save_plan
from graph.publish import Published, Recheck, publish
from graph.state import read_state
from graph.ties import Ties, ties_of
from tests import tiny

_ASSIGNED = pa.schema(
    {
        "need": pa.string(),
        "provider_type": pa.string(),
        "provider": pa.string(),
        "quantity": pa.int64(),
        "minutes": pa.int32(),
        "cost": pa.int64(),
    }
)
_COVERED = pa.schema({"place": pa.string(), "caseworker": pa.string(), "minutes": pa.int32()})
_CARED_FOR = pa.schema({"household": pa.string(), "caseworker": pa.string()})


def ties(
    assigned: Sequence[tuple[Any, ...]] = (),
    covered: Sequence[tuple[Any, ...]] = (),
    cared_for: Sequence[tuple[Any, ...]] = (),
) -> Ties:
    """Ties of (need, provider, quantity), (place, caseworker) and (household, caseworker); `V…` are volunteers."""
    return ties_of(
        pa.Table.from_pylist(
            [
                {
                    "need": need,
                    "provider_type": "volunteer" if provider.startswith("V") else "offer",
                    "provider": provider,
                    "quantity": quantity,
                    "minutes": 5,
                    "cost": 0,
                }
                for need, provider, quantity in assigned
            ],
            _ASSIGNED,
        ),
        pa.Table.from_pylist(
            [{"place": place, "caseworker": worker, "minutes": 7} for place, worker in covered], _COVERED
        ),
        pa.Table.from_pylist([{"household": of, "caseworker": worker} for of, worker in cared_for], _CARED_FOR),
    )


WHOLE = ties(
    [("N01", "O1", 1), ("N02", "O4", 5), ("N04", "V1", 2), ("N06", "O2", 3), ("N07", "O2", 2)],
    [(tiny.VILLAGE_A1A, "W1"), (tiny.TOWN_A1, "W1"), (tiny.VILLAGE_B1A, "W3"), (tiny.VILLAGE_D1A, "W4")],
    [("H1", "W1"), ("H5", "W3"), ("H8", "W4")],
)
"""What a plan for the province says."""


def draft(graph: Graph, name: str, scope: str = tiny.PROVINCE, **facts: Any) -> str:
    """Save a draft made from what the graph holds now; returns its id."""
    now = read_state(graph)
    given: dict[str, Any] = {
        "id": name,
        "scope": scope,
        "period": "2026-11",
        "on": "2026-11-02",
        "base_revision": now.revision,
        "base_data": now.data_version,
        "snapshot": "s",
        "published": "p",
        "verified": True,
        "review": False,
        "certificate": {"plan": name},
    }
    save_plan(graph, Draft(**given | facts), "planner")
    return name


def never() -> Sequence[dict[str, str]]:
    """The recheck of a plan whose base still stands."""
    raise AssertionError("nothing changed, so nothing is to be checked again")


def holds() -> Sequence[dict[str, str]]:
    """The recheck of a plan that breaks no rule."""
    return ()


def made(
    graph: Graph,
    name: str,
    said: Ties,
    scope: str = tiny.PROVINCE,
    recheck: Recheck = never,
) -> Published:
    """Save a draft and publish it."""
    return publish(graph, draft(graph, name, scope), said, "coordinator", recheck)


def held(graph: Graph, revision: int | None = None) -> dict[str, set[tuple[str, str]]]:
    """Pairs (subject, provider) that hold at a revision, by type of relationship, read plainly."""
    rows = graph.read(
        "MATCH (g:Graph) WITH coalesce($revision, g.revision) AS r "
        "MATCH (a)-[t:ASSIGNED|COVERS|RESPONSIBLE_FOR]->(b) "
        "WHERE t.since <= r AND (t.until IS NULL OR t.until > r) "
        "RETURN type(t) AS type, coalesce(a.need, b.code, b.household) AS subject, "
        "coalesce(b.offer, b.volunteer, a.caseworker) AS provider",
        revision=revision,
    )
    found: dict[str, set[tuple[str, str]]] = {"ASSIGNED": set(), "COVERS": set(), "RESPONSIBLE_FOR": set()}
    for row in rows:
        found[row["type"]].add((row["subject"], row["provider"]))
    return found


def pairs(said: Ties) -> dict[str, set[tuple[str, str]]]:
    """Pairs (subject, provider) of ties, by type of relationship."""
    found: dict[str, set[tuple[str, str]]] = {"ASSIGNED": set(), "COVERS": set(), "RESPONSIBLE_FOR": set()}
    for sort, table in said.items():
        found[sort.type] |= set(zip(table["subject"].to_pylist(), table["provider"].to_pylist(), strict=True))
    return found
