"""Plans: listed, shown, decided and published."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from api.fields import coded
from api.paging import Asked, Page, RegionAsked, page_of, scope_of
from api.problems import answers
from api.repeats import Repeatable
from api.service import plans
from api.service.plan_money import without_budgets
from api.service.plan_rates import told_to_all
from api.service.plan_worth import worth_within
from api.who import Caller, allowed
from graph.model import PLAN_STATES, URGENCIES
from graph.plans import StoredPlan, position_of

router = APIRouter(tags=["plans"], route_class=Repeatable)
Reader = Annotated[Caller, Depends(allowed("plans.read"))]
Decider = Annotated[Caller, Depends(allowed("plans.decide"))]


class Plan(BaseModel):
    id: str = Field(description="digest of the plan: the same data, day and policy give the same")
    scope: str = Field(description="code of the region that it is for")
    scope_name: str
    period: str = Field(description="month, as 2026-12")
    on: str = Field(description="day of the match, as 2026-12-01")
    base_revision: int = Field(description="revision that was published when it was made")
    state: str = Field(json_schema_extra=coded(PLAN_STATES))
    verified: bool = Field(description="whether it kept every hard rule when it was made")
    review: bool = Field(description="whether a person must approve it before it is published")
    actor: str
    created_at: str
    decided_by: str | None
    decided_at: str | None
    decision: str | None
    revision: int | None = Field(description="the revision that it was published as")


class WholePlan(Plan):
    certificate: dict[str, Any] = Field(
        description="what was proven stage by stage, what is served and covered, and checked; to coordinators also the "
        "budgets that run short, with what more money would be worth"
    )


class Price(BaseModel):
    kind: str | None = Field(description="code of the service kind of which there would be more; null for a worker")
    what: Literal["unit", "hours", "yuan", "worker"] = Field(
        description="one more unit, hours of one volunteer, money of an organisation or a fund of the town, or a usual worker"
    )
    amount: int = Field(
        description="1 of a unit or a worker; of hours and yuan the least that does it in one of the towns"
    )
    urgency: str | None = Field(
        json_schema_extra=coded(URGENCIES), description="urgency of the best unserved need that it would let in"
    )
    waiting_months: int | None = Field(description="months that this need has waited at least")
    places: int | None = Field(description="of a worker: by how many more villages and towns could be covered")
    households: int | None = Field(description="of a worker: how many more could have a responsible one, at least")
    towns: list[str] = Field(description="towns where it does that, free for anybody there")


class Prices(BaseModel):
    scope: str
    known: bool = Field(description="false for a plan of the time before this was kept: match again")
    prices: list[Price] = Field(description="the most urgent first; kinds of which no more is wanted are not named")


class Rejection(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: str | None = Field(None, max_length=1000, description="kept with the plan")


class Published(BaseModel):
    plan: str = Field(description="id of the plan")
    revision: int = Field(description="number of what is published from now on")
    began: dict[str, int] = Field(description="how many ties of each sort began with it")
    ended: dict[str, int] = Field(description="how many ended with it")
    already: bool = Field(description="whether it was published before, so that nothing changed")


@router.get("/plans", responses=answers(401, 403, 404, 409))
def list_plans(caller: Reader, asked: Asked, region: RegionAsked = None) -> Page[Plan]:
    """Plans whose scope lies within a region, the newest first."""
    found = plans.plans_within(caller.settings, scope_of(caller, region), asked.start, asked.one_more)
    return page_of(Plan, found, asked, position_of)


@router.get("/plans/{plan}", responses=answers(401, 403, 404))
def show_plan(plan: str, caller: Reader) -> WholePlan:
    """One plan with its certificate."""
    stored, certificate = plans.shown_plan(caller.settings, plan)
    caller.require_within(stored.scope)
    caller.require_figures_of(stored.scope)
    told = certificate if caller.sees_cases else without_budgets(told_to_all(certificate))
    return WholePlan(**_facts(stored), certificate=told)


@router.get("/plans/{plan}/prices", responses=answers(401, 403, 404))
def show_prices(
    plan: str, caller: Annotated[Caller, Depends(allowed("prices.read"))], region: RegionAsked = None
) -> Prices:
    """What one more unit of each service kind, a volunteer's hours or more money would be worth to a plan: the best need let in."""
    within = scope_of(caller, region) if region else None
    stored = mine(caller, plan)
    scope = within or stored.scope
    found = worth_within(caller.settings, caller.tree, stored.id, scope)
    return Prices(
        scope=scope, known=found is not None, prices=[Price.model_validate(vars(each)) for each in found or ()]
    )


@router.post("/plans/{plan}/approve", responses=answers(401, 403, 404, 409))
def approve_plan(plan: str, caller: Decider) -> Plan:
    """Let a draft be published."""
    return _plan(plans.approve(caller.settings, mine(caller, plan).id))


@router.post("/plans/{plan}/reject", responses=answers(401, 403, 404, 409))
def reject_plan(plan: str, caller: Decider, rejection: Rejection) -> Plan:
    """Put a plan aside before it is published."""
    return _plan(plans.reject(caller.settings, mine(caller, plan).id, rejection.reason))


@router.post("/plans/{plan}/publish", responses=answers(401, 403, 404, 409, 410))
def publish_plan(plan: str, caller: Decider) -> Published:
    """Make a plan what holds within its scope; 409 when it would break a rule by now."""
    done = plans.publish_plan(caller.settings, mine(caller, plan).id)
    return Published(**vars(done) | {"began": dict(done.began), "ended": dict(done.ended)})


def mine(caller: Caller, name: str) -> StoredPlan:
    """A plan whose scope lies within the caller's region. Raises PlanUnknown, PlanAmbiguous and OutsideScope."""
    stored = plans.stored_plan(caller.settings, name)
    caller.require_within(stored.scope)
    return stored


def _plan(plan: StoredPlan) -> Plan:
    return Plan(**_facts(plan))


def _facts(plan: StoredPlan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in Plan.model_fields}
