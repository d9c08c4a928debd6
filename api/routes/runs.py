"""Runs: asked for, watched and cancelled."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from itertools import count
from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import StreamingResponse

from api.fields import coded
from api.language import language_of
from api.paging import Asked, Page, RegionAsked, page_of, scope_of
from api.problems import answers, problem_of
from api.repeats import Once, Repeatable
from api.service import running
from api.who import Caller, allowed, known_caller, require_right
from graph.errors import ZhongfuError
from graph.model import RUN_STATES
from graph.runs import Run as Stored
from graph.runs import position_of

router = APIRouter(tags=["runs"], route_class=Repeatable)
Reader = Annotated[Caller, Depends(allowed("runs.read"))]
Writer = Annotated[Caller, Depends(allowed("runs.write"))]

_LOOK_SECONDS = 1.0
_LOOKS_BETWEEN = 5
"""Looks at a run until it is asked again whether whoever hears of it still may."""


class Run(BaseModel):
    run: str
    scope: str
    scope_name: str
    period: str
    on: str
    policy: str = Field(description="the whole policy as TOML")
    state: str = Field(json_schema_extra=coded(RUN_STATES))
    actor: str
    step: str | None = Field(description="what it is at")
    share: float = Field(description="how much of it is done, from 0 to 1")
    attempts: int = Field(description="workers that began it")
    plan: str | None = Field(description="the draft that it made")
    fault: dict[str, Any] | None
    stages: list[dict[str, Any]] = Field(description="those proven so far, each with its value and bound")
    log: list[dict[str, str]] = Field(description="the steps with their moments")
    cancelling: bool = Field(description="whether it is to end as soon as its worker hears of it")
    version: int
    created_at: str
    begun_at: str | None
    ended_at: str | None


class NewRun(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"region": "441427", "on": "2026-12-01"}})

    region: str | None = Field(None, max_length=12, description="scope; by default one's own region")
    period: str | None = Field(
        None, max_length=7, description="as 2026-12; by default the month of the day; at most twelve months from it"
    )
    on: str | None = Field(None, max_length=10, description="day, as 2026-12-01; by default today")
    policy: str | None = Field(None, max_length=20_000, description="TOML; what it leaves out keeps its default")
    max_changes: int | None = Field(
        None,
        ge=0,
        le=10**18 - 1,
        description="most free changes of what is published, in place of the policy's; by default as the policy says",
    )


@router.get("/runs", responses=answers(401, 403, 404, 409))
def list_runs(caller: Reader, asked: Asked, region: RegionAsked = None) -> Page[Run]:
    """Runs whose scope lies within a region, the newest first."""
    found = running.runs_within(caller.settings, scope_of(caller, region), asked.start, asked.one_more)
    told = [run if caller.sees_figures_of(run.scope) else replace(run, stages=()) for run in found]
    return page_of(Run, told, asked, position_of)


@router.post("/runs", status_code=202, responses=answers(401, 403, 404, 409))
def ask_run(caller: Writer, new: NewRun, response: Response, once: Once = None) -> Run:
    """Put a match in line; the answer's Location is where it can be watched."""
    scope = scope_of(caller, new.region)
    asked = new.model_dump(exclude={"region"})
    run = running.ask_run(caller.settings, region=scope, **asked, once=once)
    response.headers["Location"] = f"/api/v1/runs/{run.run}"
    return _run(run)


@router.get("/runs/{run}", responses=answers(401, 403, 404))
def show_run(run: str, caller: Reader) -> Run:
    """One run as it stands."""
    return _run(mine(caller, run))


@router.post("/runs/{run}/cancel", status_code=202, responses=answers(401, 403, 404, 409))
def cancel_run(run: str, caller: Writer) -> Run:
    """Cancel a run: at once while it waits, else within seconds."""
    return _run(running.cancel_run(caller.settings, mine(caller, run).run))


@router.get("/runs/{run}/events", response_class=StreamingResponse, responses=answers(401, 403, 404))
def watch_run(request: Request, run: str, caller: Reader) -> Response:
    """The run as server-sent events `run`, one for each change, until it is over; an event `fault` ends them early with why."""
    mine(caller, run)

    async def events() -> AsyncIterator[str]:
        before = None
        for look in count(1):
            if await request.is_disconnected():
                return
            try:
                now = await anyio.to_thread.run_sync(_still, request, caller, run, look % _LOOKS_BETWEEN == 0)
            except (ZhongfuError, OSError) as fault:
                if (problem := problem_of(fault, language_of(request))) is None:
                    raise
                yield _event("fault", problem.model_dump(exclude_none=True))
                return
            if now != before:
                yield _event("run", _run(now).model_dump())
            if now.over:
                return
            before = now
            await anyio.sleep(_LOOK_SECONDS)

    return StreamingResponse(events(), media_type="text/event-stream")


def _still(request: Request, caller: Caller, run: str, asked_again: bool) -> Stored:
    """A run as it stands, to whoever came in when the events began; who that is, and may, is asked again now and then."""
    if asked_again:
        return mine(require_right(request, known_caller(request), "runs.read"), run)
    return running.run_named(caller.settings, run)


def _event(name: str, told: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(told, ensure_ascii=False)}\n\n"


def mine(caller: Caller, run: str) -> Stored:
    """A run within the caller's region. Raises RunUnknown, OutsideScope and FewBehind."""
    found = running.run_named(caller.settings, run)
    caller.require_within(found.scope)
    caller.require_figures_of(found.scope)
    return found


def _run(run: Stored) -> Run:
    return Run(**asdict(run))
