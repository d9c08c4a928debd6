"""What holds in a region now, in the counts of a plan: what publishing one would change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow.compute as pc

from api.service.gaps import kept_gaps
from api.service.places import tree
from api.service.plans import all_plans
from api.settings import Settings
from graph.plans import StoredPlan


@dataclass(frozen=True)
class Holding:
    """The published plans that say something of a region, needs met there by urgency, and what is covered there."""

    plans: tuple[StoredPlan, ...]
    met: Mapping[str, int]
    covered: Mapping[str, int]
    """Real `villages` and `towns` with a worker, and `households` with a responsible one."""


def holding(settings: Settings, scope: str) -> Holding:
    """What is published in a region now. Raises RegionUnknown, LoadUnderWay, AlwaysChanging and StillCounting."""
    regions = tree(settings)
    published = (plan for plan in all_plans(settings) if plan.state == "published")
    found = kept_gaps(settings, region=scope).gaps
    met = found.needs.group_by("urgency").aggregate([("needs_met", "sum")]).to_pylist()
    columns = {"villages": "villages_covered", "towns": "towns_covered", "households": "households_cared_for"}
    return Holding(
        tuple(plan for plan in published if regions.within(plan.scope, scope) or regions.within(scope, plan.scope)),
        {str(row["urgency"]): int(row["needs_met_sum"]) for row in met},
        {name: int(pc.sum(found.summary[column]).as_py() or 0) for name, column in columns.items()},
    )
