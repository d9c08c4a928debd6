"""A publication: the claim on one revision, held by one process at a time until it takes effect or is swept away."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from uuid import uuid4

from graph.connect import Graph, Row, Run
from graph.errors import GraphError
from graph.queries import query
from graph.ties import SORTS

SILENCE = 120
"""Seconds without a sign of life after which a publication of another machine counts as abandoned."""
BEAT = 20.0
"""Seconds between signs of life where the work itself gives none."""
_SWEPT_AT_ONCE = 20_000
"""Relationships swept away in one transaction: each takes the server some 2 kB."""
_PROVIDERS = 200
"""Providers in one transaction: few, so that what they keep is not passed over many times."""


class PublicationUnderWay(GraphError):
    """Someone else is publishing now."""

    code = "publication_under_way"
    en = "{actor} is publishing plan {plan} for {scope} since {began}; revision {revision} is theirs."
    zh = "{actor} 自 {began} 起正在发布方案 {plan}（范围 {scope}），版本 {revision} 归其所有。"
    repair_en = "Wait until it is done, then publish again: your plan is checked against what then holds."
    repair_zh = "请等待其完成后再发布；届时会按最新的已发布状态核验您的方案。"


class PublicationLost(GraphError):
    """Another process took this publication over, since it gave no sign of life."""

    code = "publication_lost"
    en = "The publication of plan {plan} was taken over by someone else; nothing of this attempt stands."
    zh = "方案 {plan} 的发布已被他人接管；本次操作未生效。"
    repair_en = "See what holds now with `zhongfu plans`, then publish again if need be."
    repair_zh = "用 `zhongfu plans` 查看当前状态，需要时再次发布。"


@dataclass(frozen=True)
class Claim:
    """The right to write one revision; whoever holds the token has it."""

    revision: int
    plan: str
    token: str
    resumed: bool = False
    """Whether it was taken over from a process that is gone, with what that had written."""

    @property
    def facts(self) -> Row:
        """What statements about this claim are given."""
        return {"revision": self.revision, "token": self.token}

    def hold(self, run: Run) -> None:
        """End a transaction of this publication. Raises PublicationLost when it is no longer ours."""
        if not run(query("hold_publication"), self.facts):
            raise PublicationLost(plan=self.plan[:12])

    def beat(self, graph: Graph) -> None:
        """Give a sign of life. Raises PublicationLost."""
        graph.transact(self.hold)

    @contextmanager
    def beating(self, graph: Graph) -> Iterator[None]:
        """Give a sign of life now and then while the block works, until the publication is no longer ours."""
        over = Event()

        def beat() -> None:
            with suppress(GraphError):  # the block's own next step tells what is wrong
                while not over.wait(BEAT):
                    self.beat(graph)

        thread = Thread(target=beat, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def let_go(self, graph: Graph) -> None:
        """Leave the publication as it is to whoever publishes next."""
        graph.write(query("let_go_publication"), **self.facts)


def claim(graph: Graph, revision: int, plan: str, scope: str, actor: str) -> Claim | None:
    """The claim on `revision` for a plan; None when the graph has moved past it.

    An abandoned publication of the same plan is taken over where it stopped, one of another plan is swept away.
    Raises PublicationUnderWay when a living process holds the revision.
    """
    mine = Claim(revision, plan, uuid4().hex)
    while True:
        rows = graph.write(query("claim_publication"), **mine.facts, **_process(actor), plan=plan, scope=scope)
        if not rows or rows[0]["state"] != "writing":
            return None
        if rows[0]["token"] == mine.token:
            return mine
        taken = _take_over(graph, rows[0] | {"revision": revision}, actor)
        if taken is not None and taken.plan == plan:
            return taken
        if taken is not None:
            sweep(graph, taken)


def sweep(graph: Graph, claim: Claim) -> None:
    """Take away everything that a publication wrote; nobody ever saw it. Raises PublicationLost."""
    for sort in SORTS:
        with claim.beating(graph):  # passes over every relationship of the type
            keys = graph.columns(sort.statement("swept_providers"), revision=claim.revision)["key"]
        for start in range(0, len(keys), _PROVIDERS):
            given = claim.facts | {"keys": keys[start : start + _PROVIDERS], "limit": _SWEPT_AT_ONCE}
            while _sweep_some(graph, claim, sort.statement("sweep_ties"), given) == _SWEPT_AT_ONCE:
                pass
    graph.write(query("drop_publication"), **claim.facts)


def _sweep_some(graph: Graph, claim: Claim, statement: str, given: Row) -> int:
    """How many relationships of these providers were swept away, at most `_SWEPT_AT_ONCE`."""

    def body(run: Run) -> int:
        count: int = run(statement, given)[0]["n"]
        claim.hold(run)
        return count

    return graph.transact(body)


def _take_over(graph: Graph, found: Row, actor: str) -> Claim | None:
    """The claim of a publication that died; None when someone else took it first."""
    if _lives(found):
        raise PublicationUnderWay(
            **{name: found[name] for name in ("actor", "scope", "began", "revision")}, plan=found["plan"][:12]
        )
    mine = Claim(found["revision"], found["plan"], uuid4().hex, resumed=True)
    given = mine.facts | _process(actor) | {"before": found["token"]}
    return mine if graph.write(query("take_over_publication"), **given) else None


def _lives(found: Row) -> bool:
    """Whether the process of a publication still works.

    Another process of this machine is asked for itself; this one, and those elsewhere, tell by their signs of life.
    """
    if found["host"] == platform.node() and found["pid"] != os.getpid():
        if not _runs(found["pid"]):
            return False
        if found["started"] is not None:  # else its system did not say
            return bool(_started(found["pid"]) == found["started"])
    return bool(found["silent"] < SILENCE)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _process(actor: str) -> Row:
    return {"actor": actor, "host": platform.node(), "pid": os.getpid(), "started": _started(os.getpid())}


def _started(pid: int) -> int | None:
    """When a process of this machine began, in ticks since the machine did; None where there is none, or it is not told."""
    try:
        said = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return None
    state, *rest = said.rpartition(")")[2].split()  # the name before may hold anything
    return None if state in {"Z", "X"} else int(rest[18])
