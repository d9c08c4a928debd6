"""Rules about what each need gets (model (1), (2), (10))."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from graph.snapshot import OFFER, VOLUNTEER
from matching.verify.case import Case
from matching.verify.check import Look, check


@check(
    "row {found} of {table} refers to nothing in the snapshot",
    "{table} 第 {found} 行引用了快照中不存在的内容",
)
def keys(case: Case) -> Look:
    """Every row refers to rows that the snapshot holds, and assigns offers and volunteers alone."""
    snapshot, plan, rows = case.snapshot, case.plan, case.rows
    sizes = {OFFER: len(snapshot.offers.key), VOLUNTEER: len(snapshot.volunteers.key)}
    needs, places, homes = len(snapshot.needs.key), len(snapshot.regions.key), len(snapshot.households.key)
    staff = len(snapshot.caseworkers.key)
    providers = np.array([sizes.get(each, 0) for each in range(3)])
    known = (rows.provider_type >= 0) & (rows.provider_type < 3)
    room = np.where(known, providers[np.where(known, rows.provider_type, 0)], 0)
    every = np.array([sizes[OFFER], sizes[VOLUNTEER], staff])
    unused = np.isin(plan.unused.provider_type, range(3))
    unused_room = np.where(unused, every[np.where(unused, plan.unused.provider_type, 0)], 0)
    uncovered = np.where(case.subject_types == "household", homes, places)
    columns: list[tuple[str, npt.NDArray[Any], Any]] = [
        ("assignments", rows.need, needs),
        ("assignments", rows.provider, room),
        ("coverage", plan.coverage.place, places),
        ("coverage", plan.coverage.caseworker, staff),
        ("stand_ins", plan.stand_ins.place, places),
        ("stand_ins", plan.stand_ins.caseworker, staff),
        ("responsibilities", plan.responsibilities.household, homes),
        ("responsibilities", plan.responsibilities.caseworker, staff),
        ("unmet", plan.unmet.need, needs),
        ("uncovered", plan.uncovered.subject, uncovered),
        ("shortfall", plan.shortfall.place, places),
        ("unused", plan.unused.provider, unused_room),
    ]
    wrong = [(name, int(row) + 1) for name, at, size in columns for row in np.flatnonzero((at < 0) | (at >= size))]
    looked = sum(len(at) for _, at, _ in columns)
    return Look(looked, np.arange(len(wrong)), lambda row: {"table": wrong[row][0], "found": wrong[row][1]})


@check(
    "need {need} is served twice by {provider}",
    "需求 {need} 由 {provider} 重复提供",
)
def assigned_twice(case: Case) -> Look:
    """A need has one row per provider."""
    code = case.code(case.rows)
    order = np.argsort(code, kind="stable")
    again = np.zeros(len(code), bool)
    again[order[1:]] = code[order[1:]] == code[order[:-1]]
    return Look.of(again, case.row)


@check(
    "need {need} gets {found} units from {provider}: at least one is a unit",
    "需求 {need} 从 {provider} 获得 {found} 单位，至少应为 1",
)
def quantity(case: Case) -> Look:
    """Every assignment hands over at least one unit."""
    rows = case.rows
    return Look.of(rows.quantity < 1, lambda row: case.row(row, found=int(rows.quantity[row]), expected=1))


@check(
    "need {need} does not count in this run ({found}), yet {provider} serves it",
    "需求 {need} 不在本次匹配之内（{found}），却由 {provider} 提供",
)
def counting(case: Case) -> Look:
    """What the run decides serves needs that are open, opened by its date and placed in its scope (model (1))."""
    needs, rows = case.snapshot.needs, case.rows

    def why(row: int) -> str:
        need = rows.need[row]
        if needs.paused[need]:
            return "paused"
        return "opened later" if needs.opened_on[need] > case.plan.on else "outside the scope"

    kept = ~case.decided & case.need_in_scope[rows.need]
    return Look.of(~kept & ~case.counts[rows.need], lambda row: case.row(row, found=why(row), expected="open"))


@check(
    "need {need} gets {found} units of {expected} asked for",
    "需求 {need} 需要 {expected} 单位，却获得 {found} 单位",
)
def need_quantity(case: Case) -> Look:
    """No need gets more than its quantity, unless answered assignments alone already give more (model (10))."""
    asked = case.snapshot.needs.quantity
    answered = case.sum_by(case.facts.need, case.facts.quantity, len(asked))
    most = np.maximum(asked, answered)
    return Look.of(
        case.units > most,
        lambda row: {"need": case.need(row), "found": int(case.units[row]), "expected": int(asked[row])},
    )


@check(
    "need {need} cannot be divided: it gets {found} of {expected} units from {provider}",
    "需求 {need} 不可拆分：从 {provider} 获得 {found}/{expected} 单位",
)
def indivisible(case: Case) -> Look:
    """A need of an indivisible kind gets its whole quantity from each provider: with `need_quantity`, from one (model (10))."""
    needs, rows = case.snapshot.needs, case.rows
    whole = ~case.snapshot.kinds.divisible[needs.kind[rows.need]]
    return Look.of(
        whole & case.decided & (rows.quantity != needs.quantity[rows.need]),
        lambda row: case.row(row, found=int(rows.quantity[row]), expected=int(needs.quantity[rows.need[row]])),
    )


@check(
    "volunteer {provider} serves {found} of {expected} units of need {need}: a volunteer serves a need whole",
    "志愿者 {provider} 只为需求 {need} 提供 {found}/{expected} 单位：志愿者须整体承担一项需求",
)
def volunteer_whole(case: Case) -> Look:
    """A volunteer serves a need whole, also of a kind that can be divided (model (33))."""
    needs, rows = case.snapshot.needs, case.rows
    mine = (rows.provider_type == VOLUNTEER) & case.snapshot.kinds.divisible[needs.kind[rows.need]]
    return Look.of(
        mine & case.decided & (rows.quantity != needs.quantity[rows.need]),
        lambda row: case.row(row, found=int(rows.quantity[row]), expected=int(needs.quantity[rows.need[row]])),
    )


@check(
    "{provider} has answered for {expected} units of need {need}; the plan keeps {found}",
    "{provider} 已答复为需求 {need} 提供 {expected} 单位，方案只保留 {found}",
)
def answered(case: Case) -> Look:
    """Accepted and delivered assignments are kept with their quantity (model (2))."""
    facts = case.facts
    code = case.code(case.rows)
    order = np.argsort(code, kind="stable")
    at = np.minimum(np.searchsorted(code[order], case.code(facts)), max(len(code) - 1, 0))
    if len(code):
        row = order[at]
        kept = np.where(code[row] == case.code(facts), case.rows.quantity[row], 0)
    else:
        kept = np.zeros(len(facts.need), np.int64)

    def tell(fact: int) -> dict[str, object]:
        provider = case.provider(int(facts.provider_type[fact]), int(facts.provider[fact]))
        need = case.need(int(facts.need[fact]))
        return {"need": need, "provider": provider, "found": int(kept[fact]), "expected": int(facts.quantity[fact])}

    return Look.of(kept < facts.quantity, tell)
