"""The worker: takes one run after the other from the line and makes it in a process of its own.

The process of a run is told apart from the worker so that a run can be cancelled at any moment and that whatever happens
to it leaves the worker alive to say so. It ends with the worker: nobody would take its plan.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

import structlog

from api import run_process, uploaded
from api.run_job import make_run
from api.service.opening import prepared
from api.settings import Settings
from graph import runs
from graph.errors import GraphError, ServerUnreachable
from graph.runs import Claim, Heard

BEAT_SECONDS = 1.0
"""Seconds between signs of life, and so between looks whether a run is cancelled."""
IDLE_SECONDS = 1.0
"""Seconds between looks into an empty line."""

SWEEP_SECONDS = 600.0
"""Seconds between looks for uploads that are kept no longer, the first of them at the start."""

_log = structlog.get_logger()


class RunLost(GraphError):
    """A run that was begun several times and never came to an end."""

    code = "run_lost"
    en = "The run was begun {attempts} times and never ended: its worker or the graph was lost each time."
    zh = "该任务已开始 {attempts} 次，均未完成：每次都因执行程序或图库中断。"
    repair_en = (
        "See the service's log for what ended them; it may need more memory than there is: then match a smaller region."
    )
    repair_zh = "请查看服务日志了解中断原因；可能是内存不足，可缩小匹配范围后重新发起任务。"


class RunDied(GraphError):
    """A run whose process ended without a word."""

    code = "run_died"
    en = "The process that made the run ended without a word (exit code {exit_code})."
    zh = "执行该任务的进程无故终止（退出码 {exit_code}）。"
    repair_en = "It may need more memory than there is: match a smaller region, or give the machine more; then ask for the run again."
    repair_zh = "可能是内存不足：请缩小匹配范围或增加内存，然后重新发起任务。"


def work(settings: Settings, over: threading.Event) -> None:
    """Take runs from the line until told to stop; the run under way goes back into the line. Sweeps uploads between them."""
    sweep_at = time.monotonic()
    while not over.is_set():
        if time.monotonic() >= sweep_at:
            _sweep(settings)
            sweep_at = time.monotonic() + SWEEP_SECONDS
        try:
            with prepared(settings) as graph:
                claim = runs.claim_run(graph)
                if claim is not None:
                    _make(settings, claim, over)
        except ServerUnreachable as fault:  # it comes back, or whoever keeps it is told so elsewhere
            _log.warning("the graph is away", detail=str(fault))
            claim = None
        if claim is None:
            over.wait(IDLE_SECONDS)


def _sweep(settings: Settings) -> None:
    """Let go of old uploads; whatever hinders that, a full disk or a folder of somebody else's, hinders no run."""
    try:
        uploaded.sweep(settings.home)
    except Exception:  # noqa: BLE001 whatever it was, the next run is not to wait for it
        _log.exception("uploads are not swept")


def _make(settings: Settings, claim: Claim, over: threading.Event) -> None:
    """Make one run, giving signs of life, until it ends, is cancelled, lost or put back."""
    with prepared(settings) as graph:
        run = runs.run_named(graph, claim.run)
        if run.attempts > runs.MOST_ATTEMPTS:
            claim.end(graph, "failed", fault=RunLost(attempts=run.attempts - 1).record())
            return
        _log.info("run begins", run=run.run, scope=run.scope, attempt=run.attempts)
        ours, theirs = Pipe()
        job = run_process.begin(make_run, settings, run, theirs)
        theirs.close()
        said = _Said(log=list(run.log))
        try:
            while not said.over:
                said.hear(ours)
                if said.over:
                    break
                cancelling = claim.beat(graph, said.heard)
                if cancelling is None:
                    return
                if cancelling:
                    claim.end(graph, "cancelled", heard=said.heard)
                    return
                if over.is_set():
                    claim.put_back(graph)
                    return
        finally:
            run_process.end(job)
            ours.close()
        _log.info("run ends", run=run.run, plan=said.plan, fault=said.fault and said.fault["code"])
        if said.plan is not None:
            claim.end(graph, "done", plan=said.plan, heard=said.heard)
        else:
            claim.end(graph, "failed", fault=said.fault or RunDied(exit_code=job.exitcode).record(), heard=said.heard)


@dataclass
class _Said:
    """What the process of a run said last."""

    step: str | None = None
    share: float = 0.0
    stages: list[Mapping[str, Any]] = field(default_factory=list)
    log: list[Mapping[str, str]] = field(default_factory=list)
    plan: str | None = None
    fault: Mapping[str, Any] | None = None
    over: bool = False

    @property
    def heard(self) -> Heard:
        """How far it is."""
        return Heard(self.step, self.share, self.stages, self.log)

    def hear(self, pipe: Connection) -> None:
        """Listen for the time of a beat."""
        until = time.monotonic() + BEAT_SECONDS
        try:
            while not self.over and pipe.poll(max(0.0, until - time.monotonic())):
                kind, said = pipe.recv()
                if kind == "step":
                    self._begin(*said)
                elif kind == "proven":
                    self.stages = said
                else:
                    self.over = True
                    self.plan, self.fault = (said, None) if kind == "plan" else (None, said)
        except (EOFError, OSError):  # it ended, perhaps in the midst of a word
            self.over = True

    def _begin(self, step: str, share: float) -> None:
        if step != self.step:
            self.log.append({"at": datetime.now(UTC).isoformat(timespec="milliseconds"), "step": step})
        self.step, self.share = step, share
