"""What holds in a region now beside what a plan does there, in the same counts: what publishing it would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow.compute as pc

from api.service.gaps import kept_gaps
from api.service.places import tree
from api.service.plan_regions import whole_scope
from api.service.plans import all_plans
from api.settings import Settings
from graph.plans import StoredPlan


@dataclass(frozen=True)
class Holding:
    """The published plans that say something of a region, needs met there by urgency, and what is covered there."""

    plans: tuple[StoredPlan, ...]
    met: Mapping[str, int]
    covered: Mapping[str, int]
    """Real villages (`village`) and towns (`town`) with a worker, and households with a responsible one (`cared_for`)."""


def covered_by(settings: Settings, plan: StoredPlan) -> dict[str, int] | None:
    """The same counts of what a plan covers; None where none were kept of it."""
    whole = whole_scope(settings, tree(settings), plan.id, plan.scope)
    if whole is None:
        return None
    figures = {"village": "covered", "town": "covered", "cared_for": "households"}
    return {code: whole(figure, code) for code, figure in figures.items()}


def holding(settings: Settings, scope: str) -> Holding:
    """What is published in a region now. Raises RegionUnknown, LoadUnderWay, AlwaysChanging and StillCounting."""
    regions = tree(settings)
    published = (plan for plan in all_plans(settings) if plan.state == "published")
    found = kept_gaps(settings, region=scope).gaps
    met = found.needs.group_by("urgency").aggregate([("needs_met", "sum")]).to_pylist()
    columns = {"village": "villages_covered", "town": "towns_covered", "cared_for": "households_cared_for"}
    return Holding(
        tuple(plan for plan in published if regions.within(plan.scope, scope) or regions.within(scope, plan.scope)),
        {str(row["urgency"]): int(row["needs_met_sum"]) for row in met},
        {name: int(pc.sum(found.summary[column]).as_py() or 0) for name, column in columns.items()},
    )
