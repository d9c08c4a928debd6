"""What is published: the current revision, the plans that make it up, and any revision of the past."""

from __future__ import annotations

from dataclasses import dataclass

from graph.connect import Graph
from graph.listed import ALL, BEGINNING, Position, stretch
from graph.plans import StoredPlan, list_plans
from graph.queries import query
from graph.state import read_state


@dataclass(frozen=True)
class Revision:
    """One revision: when it took effect, who made it and why; `plan` and `scope` where a plan was published."""

    revision: int
    at: str
    actor: str
    cause: str
    plan: str | None
    scope: str | None


@dataclass(frozen=True)
class Current:
    """The published state: its revision with time, actor and cause (None before the first), and its plans.

    The plan published last comes first, whenever it was made.
    """

    revision: int
    latest: Revision | None
    plans: tuple[StoredPlan, ...]


def current(graph: Graph) -> Current:
    """What is published now. Raises NotPrepared on an empty graph."""
    state = read_state(graph)
    latest = next((each for each in revisions(graph) if each.revision == state.revision), None)
    plans = list_plans(graph, states=["published"])
    return Current(state.revision, latest, tuple(sorted(plans, key=lambda plan: -(plan.revision or 0))))


def revisions(graph: Graph, region: str | None = None, start: Position = BEGINNING, limit: int = ALL) -> list[Revision]:
    """Revisions that took effect, the newest first, behind a position (the number).

    Those of plans whose scope lies in a region; None is every one, whatever its cause.
    """
    given = stretch(region, start, limit)
    return [Revision(**row) for row in graph.read(query("publications"), **given)]
