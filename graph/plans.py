"""Plans as the graph keeps them: saved as drafts, approved or rejected, listed and shown; never deleted."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.connect import Graph, Row
from graph.errors import CallError, GraphError
from graph.listed import ALL, BEGINNING, Position, stretch
from graph.model import PLAN_STATES
from graph.queries import query

STATES = {code.code: code.zh for code in PLAN_STATES}
"""Chinese names of the states of a plan."""
WAITING = ("draft", "approved")
"""States of plans that wait for a decision."""


class PlanUnknown(CallError):
    """No plan has this id."""

    code = "plan_unknown"
    en = "There is no plan {plan}."
    zh = "没有方案 {plan}。"
    repair_en = "`zhongfu plans` lists them; the first characters of an id are enough."
    repair_zh = "用 `zhongfu plans` 查看全部方案；编号写前几位即可。"


class PlanAmbiguous(CallError):
    """Several plans' ids begin so."""

    code = "plan_ambiguous"
    en = "{plan} may be any of {count} plans: {plans}."
    zh = "{plan} 对应 {count} 个方案：{plans}。"
    repair_en = "Write more characters of the id."
    repair_zh = "请多写几位编号。"


class PlanDecided(GraphError):
    """The plan's state does not allow the step asked for."""

    code = "plan_decided"
    en = "Plan {plan} is {state} and cannot become {wanted}."
    zh = "方案 {plan} 的状态是“{state_zh}”，不能改为“{wanted_zh}”。"
    repair_en = "Match again for another draft: `zhongfu match --region {scope}`; the same data, day and policy give the same plan."
    repair_zh = "请重新匹配以得到新草案：`zhongfu match --region {scope}`；数据、日期与策略均不变时方案也不变。"


@dataclass(frozen=True)
class Draft:
    """What a run hands over: a plan's id, what it is for, what it was made from, and its certificate.

    `base_revision` and `base_data` are the published revision and the version of the data at which its snapshot was
    read, `snapshot` and `published` the digests of its tables and of the state above them; `scope` is a region's code,
    `on` an ISO date, `review` says whether a person must approve it.
    """

    id: str
    scope: str
    period: str
    on: str
    base_revision: int
    base_data: int
    snapshot: str
    published: str
    verified: bool
    review: bool
    certificate: Mapping[str, Any]


@dataclass(frozen=True)
class StoredPlan:
    """A plan of the graph with its state; `revision` is the one it was published as, moments are ISO texts."""

    id: str
    scope: str
    scope_name: str
    period: str
    on: str
    base_revision: int
    base_data: int
    snapshot: str
    published: str
    verified: bool
    review: bool
    state: str
    actor: str
    created_at: str
    decided_by: str | None
    decided_at: str | None
    decision: str | None
    revision: int | None


def save_plan(graph: Graph, draft: Draft, actor: str) -> StoredPlan:
    """Keep a run's plan as a draft and say how it stands; saving the same plan again changes nothing.

    A plan found again on newer data that left its snapshot unchanged counts as made from that newer data.
    """
    facts = {name: value for name, value in vars(draft).items() if name != "id"}
    facts["certificate"] = json.dumps(draft.certificate, ensure_ascii=False)
    graph.write(query("save_plan"), id=draft.id, plan=facts, actor=actor)
    return plan_named(graph, draft.id)


def list_plans(
    graph: Graph,
    region: str | None = None,
    start: Position = BEGINNING,
    limit: int = ALL,
    states: Sequence[str] | None = None,
) -> list[StoredPlan]:
    """Plans whose scope lies in a region, the newest first, behind a position (moment and id); None is everywhere, and any state."""
    given = {"prefix": "", "states": None if states is None else list(states), **stretch(region, start, limit)}
    return [_stored(row) for row in graph.read(query("find_plans"), **given)]


def count_plans(graph: Graph, region: str | None = None) -> tuple[int, int]:
    """How many plans there are whose scope lies in a region, and how many of them wait for a decision; None is everywhere."""
    [counted] = graph.read(query("count_plans"), region=region, states=list(WAITING))
    return counted["plans"], counted["waiting"]


def position_of(plan: StoredPlan) -> Position:
    """Where a plan stands in the list: its moment and its id."""
    return Position(plan.created_at, plan.id)


def plan_named(graph: Graph, name: str) -> StoredPlan:
    """The plan of this id, or the only one whose id begins so.

    Raises
    ------
    PlanUnknown, PlanAmbiguous
        None or several begin so; an exact id is never ambiguous.
    """
    found = (
        [
            _stored(row)
            for row in graph.read(query("find_plans"), prefix=name, states=None, **stretch(None, BEGINNING, ALL))
        ]
        if name
        else []
    )
    exact = [plan for plan in found if plan.id == name] or found
    if not exact:
        raise PlanUnknown(plan=name)
    if len(exact) > 1:
        raise PlanAmbiguous(plan=name, count=len(exact), plans=", ".join(plan.id[:12] for plan in exact[:5]))
    return exact[0]


def certificate_of(graph: Graph, plan: str) -> dict[str, Any]:
    """The certificate of the plan of this id. Raises PlanUnknown."""
    rows = graph.read(query("plan_certificate"), id=plan)
    if not rows:
        raise PlanUnknown(plan=plan)
    certificate: dict[str, Any] = json.loads(rows[0]["certificate"])
    return certificate


def approve_plan(graph: Graph, name: str, actor: str) -> StoredPlan:
    """Let a draft be published. Raises PlanUnknown, PlanAmbiguous, and PlanDecided for any other state."""
    return _decide(graph, name, actor, "approved", ["draft", "approved"], None)


def reject_plan(graph: Graph, name: str, actor: str, reason: str | None = None) -> StoredPlan:
    """Put a plan aside before it is published. Raises PlanUnknown, PlanAmbiguous and PlanDecided."""
    return _decide(graph, name, actor, "rejected", ["draft", "approved", "rejected"], reason)


def _decide(graph: Graph, name: str, actor: str, state: str, before: list[str], reason: str | None) -> StoredPlan:
    plan = plan_named(graph, name)
    if plan.state != state:
        decision = {"id": plan.id, "from": before, "state": state, "actor": actor, "reason": reason}
        if not graph.write(query("decide_plan"), **decision):
            raise decided(plan_named(graph, plan.id), state)
    return plan_named(graph, plan.id)


def decided(plan: StoredPlan, wanted: str) -> PlanDecided:
    """The fault that a plan's state does not allow the state wanted."""
    return PlanDecided(
        plan=plan.id[:12],
        state=plan.state,
        state_zh=STATES[plan.state],
        wanted=wanted,
        wanted_zh=STATES[wanted],
        scope=plan.scope,
    )


def _stored(row: Row) -> StoredPlan:
    plan = row["plan"]
    names = StoredPlan.__dataclass_fields__
    return StoredPlan(**{name: plan.get(name) for name in names} | {"scope_name": row["scope_name"] or ""})
