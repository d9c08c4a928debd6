"""Publishing a plan: one atomic switch from one revision to the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Any

import pyarrow as pa

from graph.claim import Claim, claim, sweep
from graph.connect import Graph, Run
from graph.errors import GraphError
from graph.plans import PlanDecided, StoredPlan, decided, plan_named
from graph.queries import query
from graph.state import read_state
from graph.ties import (
    CARED_FOR,
    COVERED,
    OFFERED,
    SORTS,
    VOLUNTEERED,
    Changes,
    Sort,
    Ties,
    changes_to,
    lanes_of,
    places_of,
    ties_held,
)

BATCH = 10_000
"""Relationships in one transaction."""
WRITERS = 2

Recheck = Callable[[], Sequence[Mapping[str, Any]]]
"""Says which hard rules a plan would break on the graph as it stands: breaches with the texts `en` and `zh`."""
Progress = Callable[[str, int, int], None]
"""Told what is under way, how much of it is done and how much there is."""


class PlanNotVerified(GraphError):
    """The plan did not pass verification."""

    code = "plan_not_verified"
    en = "Plan {plan} did not pass verification and cannot be published."
    zh = "方案 {plan} 未通过核验，不能发布。"
    repair_en = "Run the match again: `zhongfu match --region {scope}`."
    repair_zh = "请重新匹配：`zhongfu match --region {scope}`。"


class PlanNotApproved(GraphError):
    """The policy asks for a person's approval, which is not given."""

    code = "plan_not_approved"
    en = "Plan {plan} waits for approval: its policy says review = required."
    zh = "方案 {plan} 尚待批准：其策略规定须经人工审核（review = required）。"
    repair_en = "Let someone with the right decide: `zhongfu approve {plan}` or `zhongfu reject {plan}`; once approved, publish it."
    repair_zh = "请由有权限的人员决定：`zhongfu approve {plan}` 或 `zhongfu reject {plan}`；批准后再发布。"


class StaleDraft(GraphError):
    """What the plan was made from has changed so that it breaks a rule now."""

    code = "stale_draft"
    en = "Plan {plan} no longer holds: {first} (in all {count} since revision {base})"
    zh = "方案 {plan} 已不成立：{first_zh}（自版本 {base} 以来共 {count} 处）"
    repair_en = (
        "Match again on what holds now: `zhongfu match --region {scope} --period {period}`, then publish that plan."
    )
    repair_zh = "请按当前状态重新匹配：`zhongfu match --region {scope} --period {period}`，再发布新方案。"


class PlanUnfit(GraphError):
    """A need, place, household or provider of the plan is not in the graph."""

    code = "plan_unfit"
    en = "{missing} of the {count} {type} relationships of plan {plan} join something that the graph does not hold."
    zh = "方案 {plan} 的 {count} 条 {type} 关系中有 {missing} 条涉及图库中不存在的对象。"
    repair_en = "The graph is not the one the plan was made from: match again here."
    repair_zh = "该图库并非此方案所依据的图库：请在此重新匹配。"


@dataclass(frozen=True)
class Published:
    """A plan's publication: its revision, when it took effect, and how many ties of each sort began and ended."""

    plan: str
    revision: int
    began: Mapping[str, int]
    ended: Mapping[str, int]
    already: bool = False


def publish(
    graph: Graph,
    plan: str,
    ties: Ties,
    actor: str,
    recheck: Recheck,
    progress: Progress | None = None,
) -> Published:
    """Make a plan what holds within its scope, in one switch that readers see whole or not at all.

    Only differences are written, in batches above the current revision. Whatever stops it, the next call with the same
    plan goes on where it stopped, and a call with another plan sweeps it away first. Publishing a published plan again
    changes nothing.

    Parameters
    ----------
    ties
        What the plan says, as `graph.ties.ties_of` makes it.
    recheck
        Called only when the published revision or the data differ from what the plan was made from: the hard rules that
        the plan would break on the graph as it stands.

    Raises
    ------
    PlanUnknown, PlanAmbiguous, PlanNotVerified, PlanNotApproved, PlanDecided
        The plan may not be published.
    StaleDraft
        `recheck` found breaches; nothing stands of the attempt.
    PublicationUnderWay, PublicationLost
        Someone else publishes.
    """
    draft = plan_named(graph, plan)
    if draft.state == "published" and draft.revision is not None:
        return Published(draft.id, draft.revision, {}, {}, already=True)
    _may_be_published(draft)
    checked = (draft.base_revision, draft.base_data)
    while True:
        checked = _checked(graph, draft, checked, recheck)
        mine = claim(graph, checked[0] + 1, draft.id, draft.scope, actor)
        if mine is not None:
            break
    with _swept_on_refusal(graph, mine):
        began, ended = _written_before(graph, mine, draft.scope, ties)
        while True:  # data that changed meanwhile may have brought others' ties into the scope
            changes = _remaining(graph, mine, draft.scope, ties)
            _write(graph, mine, changes, progress)
            began.update(_counts(changes.begin))
            ended.update(_counts(changes.end))
            if _switch(graph, mine, checked[1]):
                return Published(draft.id, mine.revision, began, ended)
            with mine.beating(graph):  # the recheck reads everything
                checked = _checked(graph, draft, checked, recheck)


def _remaining(graph: Graph, mine: Claim, scope: str, ties: Ties) -> Changes:
    """What still differs within the scope: what this revision has begun holds at it, and what it has ended does not."""
    held = ties_held(graph, places_of(graph, scope), mine.revision, lambda: mine.beat(graph))
    return changes_to(ties, held)


def _written_before(graph: Graph, mine: Claim, scope: str, ties: Ties) -> tuple[Counter[str], Counter[str]]:
    """How many ties an attempt that was cut off had begun and ended: what differed when it began, less what does still."""
    if not mine.resumed:
        return Counter(), Counter()
    places = places_of(graph, scope)
    before, now = (
        changes_to(ties, ties_held(graph, places, revision, lambda: mine.beat(graph)))
        for revision in (mine.revision - 1, mine.revision)
    )
    began = Counter(_counts(before.begin)) - Counter(_counts(now.begin))
    return began, Counter(_counts(before.end)) - Counter(_counts(now.end))


def _may_be_published(plan: StoredPlan) -> None:
    if not plan.verified:
        raise PlanNotVerified(plan=plan.id[:12], scope=plan.scope)
    if plan.state == "draft" and plan.review:
        raise PlanNotApproved(plan=plan.id[:12])
    if plan.state not in {"draft", "approved"}:
        raise decided(plan, "published")


def _checked(graph: Graph, plan: StoredPlan, checked: tuple[int, int], recheck: Recheck) -> tuple[int, int]:
    """The revision and the version of the data at which the plan is known to hold: those of now."""
    state = read_state(graph)
    now = (state.revision, state.data_version)
    if now != checked and (breaches := recheck()):
        raise StaleDraft(
            plan=plan.id[:12],
            base=plan.base_revision,
            scope=plan.scope,
            period=plan.period,
            count=len(breaches),
            first="; ".join(breach["en"] for breach in breaches[:5]),
            first_zh="；".join(breach["zh"] for breach in breaches[:5]),
        )
    return now


@contextmanager
def _swept_on_refusal(graph: Graph, mine: Claim) -> Iterator[None]:
    """A refused publication leaves nothing behind; one that is cut off is left for the next call to finish."""
    try:
        yield
    except (StaleDraft, PlanUnfit, PlanDecided):
        sweep(graph, mine)
        raise
    except BaseException:
        with suppress(Exception):
            mine.let_go(graph)
        raise


def _write(graph: Graph, mine: Claim, changes: Changes, progress: Progress | None) -> None:
    """Write the differences in batches, by several writers that share no provider."""
    done, turn = 0, Lock()

    def write(sort: Sort, name: str, lane: pa.Table) -> None:
        nonlocal done
        for start in range(0, len(lane), BATCH):
            batch = lane.slice(start, BATCH)
            _write_batch(graph, mine, sort, name, batch)
            with turn:
                done += len(batch)
                if progress is not None:
                    progress("publish", done, changes.count)

    with ThreadPoolExecutor(WRITERS) as pool:
        for name, part in (("end_ties", changes.end), ("begin_ties", changes.begin)):
            for sort in SORTS:
                list(pool.map(partial(write, sort, name), lanes_of(part[sort], WRITERS)))


def _write_batch(graph: Graph, mine: Claim, sort: Sort, name: str, batch: pa.Table) -> None:
    columns = {column: batch[column].to_pylist() for column in ("subject", "provider", "quantity", "minutes", "cost")}
    status = "proposed" if sort.type == "ASSIGNED" else None
    given = columns | {"revision": mine.revision, "status": status}

    def body(run: Run) -> None:
        rows = run(sort.statement(name), given)
        if rows and rows[0]["n"] < len(batch):
            missing = len(batch) - rows[0]["n"]
            raise PlanUnfit(plan=mine.plan[:12], type=sort.type, missing=missing, count=len(batch))
        mine.hold(run)

    graph.transact(body)


def _switch(graph: Graph, mine: Claim, data_version: int) -> bool:
    """Whether the revision took effect; False when the data changed after the plan was last found to hold."""

    def body(run: Run) -> bool:
        state = run(query("lock_graph"), {})[0]
        if state["revision"] == mine.revision:  # done before, by a call whose reply was lost
            return True
        mine.hold(run)
        if state["data_version"] != data_version:
            return False
        if not run(query("switch_revision"), {"revision": mine.revision}):
            raise decided(plan_named(graph, mine.plan), "published")
        run(query("supersede_plans"), {"plan": mine.plan})
        return True

    return graph.transact(body)


def _counts(ties: Ties) -> dict[str, int]:
    """How many of each table of the files out."""
    return {
        "assignments": len(ties[OFFERED]) + len(ties[VOLUNTEERED]),
        "coverage": len(ties[COVERED]),
        "responsibilities": len(ties[CARED_FOR]),
    }
