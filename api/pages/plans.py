"""Plans: the list, one plan with its proof in plain words, and what a coordinator decides of it."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from api.clock import today
from api.pages.paged import stretch_of
from api.pages.rendering import page, typed
from api.plan_files import PlanDamaged, PlanMissing
from api.routes.plans import mine
from api.service import plans
from api.service.before_publishing import covered_by, holding
from api.service.calls import region_code
from api.service.kinds import kinds_named
from api.service.plan_money import budgets_named, without_budgets
from api.service.plan_rates import grouped_rates, rated_rows, told_to_all
from api.service.plan_regions import by_region
from api.service.plan_worth import worth_within
from api.service.reasons import reasons_of
from api.stage_words import MEANINGS, STAGES, short_of
from api.who import Caller, allowed, allowed_form
from graph.errors import CallError, ZhongfuError
from graph.model import LEVELS, LOCK_SUBJECTS, PROVIDER_TYPES
from graph.plans import WAITING, StoredPlan, position_of
from matching.reasons import in_few_words

_SUBJECTS = {code.code: (code.en, code.zh) for code in (*LOCK_SUBJECTS, *PROVIDER_TYPES, *LEVELS)}
"""What a reason is about, in words."""
_FAR_DAYS = 62

router = APIRouter(prefix="/plans")
Reader = Annotated[Caller, Depends(allowed("plans.read"))]
Asker = Annotated[Caller, Depends(allowed("plans.decide"))]
Approver = Annotated[Caller, Depends(allowed_form("plans.decide", "/plans/{plan}"))]
Rejecter = Annotated[Caller, Depends(allowed_form("plans.decide", "/plans/{plan}/reject", "reason"))]
Publisher = Annotated[Caller, Depends(allowed_form("plans.decide", "/plans/{plan}/publish"))]


class ReasonMissing(CallError):
    """A plan that is rejected without a word."""

    code = "reason_missing"
    en = "A plan is rejected for a reason, and none is given."
    zh = "否决方案须填写理由。"
    repair_en = "Say what is wrong with it."
    repair_zh = "请说明方案有何不妥。"


@router.get("")
def list_plans(request: Request, caller: Reader) -> Response:
    read = partial(plans.plans_within, caller.settings, caller.holder.region)
    return page(request, "plans.html", caller, plans=stretch_of(request, "/plans", read, position_of))


@router.get("/{plan}")
def show_plan(
    request: Request, plan: str, caller: Reader, region: Annotated[str | None, Query(max_length=12)] = None
) -> Response:
    stored, certificate = plans.shown_plan(caller.settings, plan)
    caller.require_within(stored.scope)
    caller.require_figures_of(stored.scope)
    tree = caller.tree
    asked = region_code(region) if region else stored.scope
    kept = tree.within(asked, stored.scope) and tree.region(asked).level != "village"  # what is kept is by town
    within = asked if kept else stored.scope
    line = [each for each in reversed(list(tree.line(within))) if tree.within(each.code, stored.scope)]
    missing: ZhongfuError | None = None
    try:
        reasons = reasons_of(caller.settings, stored.id)
    except (PlanMissing, PlanDamaged) as fault:
        reasons, missing = [], fault
    inside = by_region(caller.settings, tree, stored.id, within)
    regions: dict[str, Any] = {"line": line, "inside": inside, "in_few_words": in_few_words}
    worth: dict[str, Any] = {}
    if caller.may("prices.read"):
        found = worth_within(caller.settings, tree, stored.id, within)
        budgets = budgets_named(caller.settings, certificate)
        kinds = {each.kind for each in found or () if each.kind} | {each["price"]["kind"] for each in budgets}
        worth = {"worth": found, "budgets": budgets, "kinds": kinds_named(caller.settings, kinds)}
        worth["town_name"] = lambda code: tree.region(code).name
    seen = certificate if caller.sees_cases else without_budgets(told_to_all(certificate))
    told = {"plan": stored, "certificate": seen, "reasons": reasons, "missing": missing}
    told["changed"] = any(sum(each.values()) for each in certificate.get("changes", {}).values())
    rates: dict[str, Any] = {
        "county_name": lambda code: tree.region(code).name,
        "rated": rated_rows(seen),
        "grouped_rates": grouped_rates(seen),
    }
    facts: dict[str, Any] = regions | worth | rates | told
    return page(
        request,
        "plan.html",
        caller,
        **facts,
        stages=STAGES,
        meanings=MEANINGS,
        short=short_of(seen["stages"]),
        subjects=_SUBJECTS,
    )


@router.post("/{plan}/approve")
def approve(plan: str, caller: Approver) -> Response:
    return _back(plans.approve(caller.settings, mine(caller, plan).id).id)


@router.get("/{plan}/reject")
def ask_reject(request: Request, plan: str, caller: Asker) -> Response:
    return _asked_reject(request, caller, mine(caller, plan), None)


@router.post("/{plan}/reject")
def reject(
    request: Request, plan: str, caller: Rejecter, reason: Annotated[str, Form(max_length=1000)] = ""
) -> Response:
    stored = mine(caller, plan)
    if not reason.strip():
        return _asked_reject(request, caller, stored, ReasonMissing())
    return _back(plans.reject(caller.settings, stored.id, reason.strip()).id)


@router.get("/{plan}/publish")
def ask_publish(request: Request, plan: str, caller: Asker) -> Response:
    stored, certificate = plans.shown_plan(caller.settings, plan)
    caller.require_within(stored.scope)
    if stored.state not in WAITING or (stored.state == "draft" and stored.review):
        return _back(stored.id)
    facts: dict[str, Any] = {
        "plan": stored,
        "served": certificate["served"],
        "holding": holding(caller.settings, stored.scope),
        "covered": covered_by(caller.settings, stored),
        "far": _is_far(stored),
    }
    return page(request, "plan_publish.html", caller, **facts)


@router.post("/{plan}/publish")
def publish(plan: str, caller: Publisher) -> Response:
    return _back(plans.publish_plan(caller.settings, mine(caller, plan).id).plan)


def _is_far(plan: StoredPlan) -> bool:
    """Whether a plan is of a day so far from today that a slip of the pen is likely."""
    return abs((date.fromisoformat(plan.on) - today()).days) > _FAR_DAYS


def _asked_reject(request: Request, caller: Caller, stored: StoredPlan, fault: CallError | None) -> Response:
    """The page that asks why a plan is to be rejected; the plan itself where that is decided."""
    if stored.state not in WAITING:
        return _back(stored.id)
    reason = typed(request, "reason").get("reason", "")
    return page(request, "plan_reject.html", caller, 422 if fault else 200, plan=stored, fault=fault, reason=reason)


def _back(plan: str) -> Response:
    return RedirectResponse(f"/plans/{plan}", 303)
