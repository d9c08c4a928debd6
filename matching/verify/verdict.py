"""The checks in order, and the verdict on a plan."""

from __future__ import annotations

from graph.snapshot import Snapshot
from matching.certificate import Verdict
from matching.plan import Plan
from matching.verify import (
    accounts,
    continuity,
    cover_proof,
    figures,
    limits,
    money,
    needs,
    offers,
    proof,
    rates,
    shortfall,
    stand_ins,
    workers,
)
from matching.verify.case import Case
from matching.verify.check import Check, judge, together

CHECKS: tuple[Check[Case], ...] = (
    needs.assigned_twice,
    needs.quantity,
    needs.counting,
    needs.need_quantity,
    needs.indivisible,
    needs.volunteer_whole,
    needs.answered,
    offers.kind,
    offers.area,
    offers.dates,
    offers.paused,
    offers.acceptance,
    offers.excluded,
    offers.fund_region,
    offers.fund_kind,
    offers.fund_dates,
    offers.skills,
    offers.volunteer_reach,
    limits.capacity,
    limits.budget,
    limits.fund_amount,
    limits.hours,
    limits.assignment_way,
    limits.assignment_cost,
    limits.keep_need,
    workers.cover_place,
    workers.cover_twice,
    workers.cover_region,
    workers.cover_limit,
    workers.cover_minutes,
    workers.cover_forbidden,
    workers.villages_limit,
    workers.keep_village,
    workers.responsible_once,
    workers.responsible_needed,
    workers.responsible_covers,
    workers.responsible_forbidden,
    workers.keep_household,
    workers.load,
    stand_ins.stand_in_place,
    stand_ins.stand_in_once,
    stand_ins.stand_in_may,
    stand_ins.stand_ins_limit,
    stand_ins.stand_in_minutes,
    accounts.unmet,
    accounts.uncovered_villages,
    accounts.uncovered_towns,
    accounts.uncovered_households,
    shortfall.unreached,
    accounts.unused,
    figures.run,
    figures.counted,
    figures.baseline,
    figures.stages,
    figures.bands,
    figures.values,
    figures.bounds,
    rates.rates,
    continuity.changes,
    continuity.max_changes,
    money.budgets,
    proof.proven,
    cover_proof.proven_cover,
    stand_ins.proven_stand_ins,
)
"""Every check after `keys`, which the others rely on."""


def verify(plan: Plan, snapshot: Snapshot) -> Verdict:
    """Recheck every hard rule of a plan against the snapshot it was made from.

    Knows the rules and none of the programs that make plans. The verdict counts the rows that each check looked at
    and the breaches it found, and tells the first of them; the plan's own verdict is not looked at.
    """
    case = Case(snapshot, plan)
    first = judge([needs.keys], case)
    return together(first, judge(CHECKS, case)) if first.passed else first
