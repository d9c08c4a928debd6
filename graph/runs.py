"""Runs: asked for, waiting in line, worked on by one worker at a time, ended; whatever dies is taken up again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from graph.connect import Graph, Row
from graph.connect import Run as Statement
from graph.errors import CallError, GraphError
from graph.listed import BEGINNING, Position, stretch
from graph.model import RUN_STATES
from graph.queries import query

_STATES_ZH = {code.code: code.zh for code in RUN_STATES}
LEASE_SECONDS = 30
"""A worker that gives no sign of life for so long has lost its run to the next."""
LISTED = 500
"""Runs that a list has which is not read on."""
MOST_ATTEMPTS = 3
"""Workers that a run may outlive before it counts as failed."""


class RunUnknown(CallError):
    """No run has this number."""

    code = "run_unknown"
    en = "There is no run {run}."
    zh = "没有匹配任务 {run}。"
    repair_en = "See the list of runs."
    repair_zh = "请查看匹配任务列表。"


class RunEnded(GraphError):
    """The run is over."""

    code = "run_ended"
    en = "Run {run} is over ({state}) and cannot be cancelled."
    zh = "匹配任务 {run} 已结束（{state_zh}），不能取消。"
    repair_en = "Its plan, if it made one, can be rejected."
    repair_zh = "如已生成方案，可以否决该方案。"


@dataclass(frozen=True)
class Run:
    """A run; `share` is how much of it is done, `fault` what ended it, moments are ISO texts.

    `stages` are those proven so far, as the certificate has them; `log` the steps with their moments, of every attempt.
    """

    run: str
    scope: str
    scope_name: str
    period: str
    on: str
    policy: str
    state: str
    actor: str
    step: str | None
    share: float
    attempts: int
    plan: str | None
    fault: Mapping[str, Any] | None
    stages: Sequence[Mapping[str, Any]]
    log: Sequence[Mapping[str, str]]
    cancelling: bool
    version: int
    created_at: str
    begun_at: str | None
    ended_at: str | None

    @property
    def over(self) -> bool:
        """Whether nothing will become of it any more."""
        return self.state in {"done", "failed", "cancelled"}


@dataclass(frozen=True)
class Heard:
    """How far a run is, as the process that makes it tells."""

    step: str | None = None
    share: float = 0.0
    stages: Sequence[Mapping[str, Any]] = ()
    log: Sequence[Mapping[str, str]] = ()

    @property
    def texts(self) -> dict[str, str | None]:
        """Stages and log as the graph keeps them; null where nothing was heard."""
        return {name: json.dumps(told) if (told := getattr(self, name)) else None for name in ("stages", "log")}


@dataclass(frozen=True)
class Claim:
    """A worker's hold of a run; whoever has the claim has it."""

    run: str
    claim: str

    def beat(self, graph: Graph, heard: Heard) -> bool | None:
        """Give a sign of life: whether the run is to be cancelled, None when it is held no longer."""
        given = {"run": self.run, "claim": self.claim, "seconds": LEASE_SECONDS}
        rows = graph.write(query("beat_run"), **given, step=heard.step, share=heard.share, **heard.texts)
        return bool(rows[0]["cancelling"]) if rows else None

    def put_back(self, graph: Graph) -> None:
        """Let another worker begin the run anew."""
        graph.write(query("put_back_run"), run=self.run, claim=self.claim)

    def end(
        self,
        graph: Graph,
        state: str,
        *,
        plan: str | None = None,
        fault: Mapping[str, Any] | None = None,
        heard: Heard | None = None,
    ) -> None:
        """Say what became of the run, and how far it was."""
        told = None if fault is None else json.dumps(fault, ensure_ascii=False)
        given = {"run": self.run, "claim": self.claim, "state": state, "plan": plan, "fault": told}
        graph.write(query("end_run"), **given, **(heard or Heard()).texts)


def create_run(graph: Graph, scope: str, period: str, on: str, policy: str, actor: str, number: str = "") -> Run:
    """Put a run in line: a region's code, a period, an ISO date and the policy as TOML; one of this number is there already."""
    run = number or uuid4().hex[:12]
    facts = {"scope": scope, "period": period, "on": on, "policy": policy}
    graph.write(query("create_run"), run=run, facts=facts, actor=actor)
    return run_named(graph, run)


def run_named(graph: Graph, run: str) -> Run:
    """The run of this number. Raises RunUnknown."""
    rows = graph.read(query("find_runs"), run=run, over=True, **stretch(None, BEGINNING, 1))
    if not rows:
        raise RunUnknown(run=run)
    return _run(rows[0])


def list_runs(
    graph: Graph,
    region: str | None = None,
    start: Position = BEGINNING,
    limit: int = LISTED,
    *,
    over: bool = True,
) -> list[Run]:
    """Runs whose scope lies in a region, the newest first, behind a position (moment and number); None is everywhere.

    Those that are over only if `over`.
    """
    given = stretch(region, start, limit)
    return [_run(row) for row in graph.read(query("find_runs"), run=None, over=over, **given)]


def position_of(run: Run) -> Position:
    """Where a run stands in the list: its moment and its number."""
    return Position(run.created_at, run.run)


def claim_run(graph: Graph) -> Claim | None:
    """The oldest run that may begin now; None where there is none.

    A run may not begin while another works on a scope that shares a place with its own.
    """
    claim = uuid4().hex

    def body(statement: Statement) -> list[Row]:
        # a repetition after a lost reply finds what it got
        return statement(query("claimed_run"), {"claim": claim}) or statement(
            query("claim_run"), {"claim": claim, "seconds": LEASE_SECONDS}
        )

    rows = graph.transact(body)
    return Claim(rows[0]["run"], claim) if rows else None


def cancel_run(graph: Graph, run: str, actor: str) -> Run:
    """Cancel a run, at once where it waits. Raises RunUnknown and RunEnded."""
    if not graph.write(query("cancel_run"), run=run, actor=actor):
        now = run_named(graph, run)
        if now.state != "cancelled":
            raise RunEnded(run=run, state=now.state, state_zh=_STATES_ZH[now.state])
    return run_named(graph, run)


def _run(row: Row) -> Run:
    facts = row["run"]
    fault = json.loads(facts["fault"]) if facts["fault"] else None
    told = {name: json.loads(facts[name] or "[]") for name in ("stages", "log")}
    return Run(**facts | told | {"fault": fault, "scope_name": row["scope_name"] or ""})
