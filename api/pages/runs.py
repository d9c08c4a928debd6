"""Runs: asked for by a form, watched while they are made."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from api.pages.paged import stretch_of
from api.pages.rendering import page, typed
from api.paging import scope_of
from api.routes.runs import mine
from api.service import places, plans, running
from api.stage_words import STAGES
from api.step_words import STEPS
from api.who import Caller, allowed, allowed_form
from graph.errors import CallError
from graph.runs import position_of

router = APIRouter(prefix="/runs")
Reader = Annotated[Caller, Depends(allowed("runs.read"))]
_FIELDS = ("region", "period", "on", "max_changes", "policy")
Asker = Annotated[Caller, Depends(allowed_form("runs.write", "/runs", *_FIELDS))]
Canceller = Annotated[Caller, Depends(allowed_form("runs.write", "/runs/{run}"))]


@router.get("")
def list_runs(request: Request, caller: Reader) -> Response:
    return _list(request, caller, typed(request, *_FIELDS), None)


@router.post("")
def ask_run(
    request: Request,
    caller: Asker,
    region: Annotated[str, Form(max_length=200)] = "",
    period: Annotated[str, Form(max_length=20)] = "",
    on: Annotated[str, Form(max_length=20)] = "",
    max_changes: Annotated[str, Form(max_length=20)] = "",
    policy: Annotated[str, Form(max_length=20_000)] = "",
    once: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    try:
        code = places.place_meant(caller.tree, region) if region.strip() else None
        scope = scope_of(caller, code)
        run = running.ask_run(
            caller.settings,
            region=scope,
            period=period or None,
            on=on or None,
            policy=policy.strip() or None,
            max_changes=max_changes.strip() or None,
            once=once or None,
        )
    except CallError as fault:
        given = {"region": region, "period": period, "on": on, "max_changes": max_changes, "policy": policy}
        return _list(request, caller, given, fault)
    return RedirectResponse(f"/runs/{run.run}", 303)


@router.get("/{run}")
def show_run(request: Request, run: str, caller: Reader) -> Response:
    found = mine(caller, run)
    plan = plans.stored_plan(caller.settings, found.plan) if found.plan else None
    return page(request, "run.html", caller, run=found, plan=plan, steps=STEPS, stages=STAGES)


@router.post("/{run}/cancel")
def cancel_run(run: str, caller: Canceller) -> Response:
    return RedirectResponse(f"/runs/{running.cancel_run(caller.settings, mine(caller, run).run).run}", 303)


def _list(request: Request, caller: Caller, given: dict[str, str], fault: CallError | None) -> Response:
    tree = caller.tree
    region = tree.region(caller.holder.region or tree.root)
    found = stretch_of(
        request, "/runs", partial(running.runs_within, caller.settings, caller.holder.region), position_of
    )
    return page(
        request, "runs.html", caller, 422 if fault else 200, runs=found, given=given, fault=fault, region=region
    )
