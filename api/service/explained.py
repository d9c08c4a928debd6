"""What published plans tell of causes, read from their files on this machine."""

from __future__ import annotations

from api.plan_files import PlanDamaged, PlanMissing, kept_tables
from api.service.plan_worth import kept_worth
from api.service.plans import snapshot_of
from api.settings import Settings
from graph.gap_causes import Explained
from graph.plans import StoredPlan
from graph.snapshot_files import SnapshotDamaged, SnapshotMissing
from matching.worth import WORTH

UNTOLD = (PlanMissing, PlanDamaged, SnapshotMissing, SnapshotDamaged)
"""Why a plan may tell nothing."""


def explained(settings: Settings, plan: StoredPlan) -> Explained:
    """What a published plan tells. Raises PlanMissing, PlanDamaged, SnapshotMissing and SnapshotDamaged."""
    unmet, uncovered, shortfall = kept_tables(plan.id, settings.plans, "unmet", "uncovered", "shortfall")
    worth = kept_worth(plan.id, settings.plans) or WORTH.empty_table()
    return Explained(plan.scope, snapshot_of(settings, plan), unmet, uncovered, shortfall, worth)
