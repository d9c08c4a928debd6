"""Plans: listed, shown, decided and published."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from api.problems import answers
from api.repeats import Repeatable
from api.service import plans
from api.who import Caller, allowed
from graph.plans import StoredPlan

router = APIRouter(tags=["plans"], route_class=Repeatable)
Reader = Annotated[Caller, Depends(allowed("plans.read"))]
Decider = Annotated[Caller, Depends(allowed("plans.decide"))]


class Plan(BaseModel):
    id: str
    scope: str
    scope_name: str
    period: str
    on: str
    base_revision: int
    state: str
    verified: bool
    review: bool = Field(description="whether a person must approve it before it is published")
    actor: str
    created_at: str
    decided_by: str | None
    decided_at: str | None
    decision: str | None
    revision: int | None = Field(description="the revision that it was published as")


class WholePlan(Plan):
    certificate: dict[str, Any]


class Rejection(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: str | None = Field(None, max_length=1000)


class Publication(BaseModel):
    plan: str
    revision: int
    began: dict[str, int]
    ended: dict[str, int]
    already: bool = Field(description="whether it was published before, so that nothing changed")


@router.get("/plans", responses=answers(401, 403))
def list_plans(caller: Reader) -> list[Plan]:
    """Plans whose scope lies within the caller's region, the newest first."""
    return [_plan(each) for each in plans.plans_within(caller.settings, caller.holder.region)]


@router.get("/plans/{plan}", responses=answers(401, 403, 404))
def show_plan(plan: str, caller: Reader) -> WholePlan:
    """One plan with its certificate."""
    stored, certificate = plans.shown_plan(caller.settings, plan)
    caller.require_within(stored.scope)
    return WholePlan(**_facts(stored), certificate=certificate)


@router.post("/plans/{plan}/approve", responses=answers(401, 403, 404, 409))
def approve(plan: str, caller: Decider) -> Plan:
    """Let a draft be published."""
    return _plan(plans.approve(caller.settings, mine(caller, plan).id))


@router.post("/plans/{plan}/reject", responses=answers(401, 403, 404, 409))
def reject(plan: str, caller: Decider, rejection: Rejection) -> Plan:
    """Put a plan aside before it is published."""
    return _plan(plans.reject(caller.settings, mine(caller, plan).id, rejection.reason))


@router.post("/plans/{plan}/publish", responses=answers(401, 403, 404, 409, 410))
def publish(plan: str, caller: Decider) -> Publication:
    """Make a plan what holds within its scope; 409 when it would break a rule by now."""
    done = plans.publish_plan(caller.settings, mine(caller, plan).id)
    return Publication(**vars(done) | {"began": dict(done.began), "ended": dict(done.ended)})


def mine(caller: Caller, name: str) -> StoredPlan:
    """A plan whose scope lies within the caller's region. Raises PlanUnknown, PlanAmbiguous and OutsideScope."""
    stored = plans.stored_plan(caller.settings, name)
    caller.require_within(stored.scope)
    return stored


def _plan(plan: StoredPlan) -> Plan:
    return Plan(**_facts(plan))


def _facts(plan: StoredPlan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in Plan.model_fields}
