"""Two plans of one problem side by side: whom the second gives more, whom less, and whom something else."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.model import ALERTS, LEVELS, URGENCIES
from graph.snapshot import NONE, SHUANGBAI, Bools, Bytes, Ints, Longs
from matching.plan import Plan
from matching.problem import Problem
from matching.ranges import distinct


@dataclass(frozen=True)
class NeedsDiffer:
    """Counting needs that share a `code` of urgency, kind or region: how many either plan meets whole, and what changes.

    `gained` get more units by the second plan, `lost` fewer, `moved` as many from other providers or in other shares:
    together they are the changes of model (31). `units_gained` and `units_lost` are the units of the first two.
    """

    by: str
    code: str
    needs: int
    met_first: int
    met_second: int
    gained: int
    lost: int
    moved: int
    units_gained: int
    units_lost: int


@dataclass(frozen=True)
class WorkersDiffer:
    """Places of a level, or households of an alert: those with a worker by either plan, and those whose workers change.

    Workers of type `shuangbai` alone count, as they do in the guarantee.
    """

    by: str
    code: str
    first: int
    second: int
    gained: int
    lost: int
    moved: int


@dataclass(frozen=True)
class Comparison:
    """What a second plan changes: needs by urgency, by kind and by the regions right below the scope, and workers."""

    needs: tuple[NeedsDiffer, ...]
    workers: tuple[WorkersDiffer, ...]


def compare(problem: Problem, first: Plan, second: Plan) -> Comparison:
    """The changes from one plan of a problem to another (model (31)); groups without anything in them are left out.

    The plans may be of other policies, but of the problem's snapshot and scope.
    """
    snapshot = problem.snapshot
    needs = _Needs.of(problem, first, second)
    urgency, kind = snapshot.needs.urgency[problem.counting], snapshot.needs.kind[problem.counting]
    below, codes = _below(problem)
    return Comparison(
        (
            *needs.by("urgency", urgency, [code.code for code in URGENCIES]),
            *needs.by("kind", kind, snapshot.kinds.key.to_pylist()),
            *needs.by("region", below, codes),
        ),
        (*_places(problem, first, second), *_households(problem, first, second)),
    )


@dataclass(frozen=True)
class _Needs:
    """For each counting need: units by either plan, whether that meets it whole, and whether it is handed out otherwise."""

    first: Longs
    second: Longs
    met_first: Bools
    met_second: Bools
    changed: Bools

    @staticmethod
    def of(problem: Problem, first: Plan, second: Plan) -> _Needs:
        asked = problem.snapshot.needs.quantity
        one, other = (_units(len(asked), plan) for plan in (first, second))
        changed = np.zeros(len(asked), bool)
        changed[_otherwise(first, second)] = True
        mine = problem.counting
        return _Needs(one[mine], other[mine], (one >= asked)[mine], (other >= asked)[mine], changed[mine])

    def by(self, name: str, group: Ints | Bytes, codes: list[str]) -> list[NeedsDiffer]:
        """The counts by a group of each counting need, numbered as its codes are."""
        more, less = np.maximum(self.second - self.first, 0), np.maximum(self.first - self.second, 0)
        columns = (
            np.ones(len(group), bool),
            self.met_first,
            self.met_second,
            more > 0,
            less > 0,
            self.changed & (more == 0) & (less == 0),
            more,
            less,
        )
        counts = np.stack([_summed(group, each, len(codes)) for each in columns], axis=1)
        return [NeedsDiffer(name, codes[at], *counts[at].tolist()) for at in np.flatnonzero(counts[:, 0]).tolist()]


def _units(needs: int, plan: Plan) -> Longs:
    units = np.zeros(needs, np.int64)
    np.add.at(units, plan.assignments.need, plan.assignments.quantity)
    return units


def _otherwise(first: Plan, second: Plan) -> Ints:
    """Needs whose providers or quantities differ."""
    one, other = first.assignments, second.assignments
    need = np.concatenate([one.need, other.need])
    row, number = distinct(
        need,
        np.concatenate([one.provider_type, other.provider_type]),
        np.concatenate([one.provider, other.provider]),
    )
    net = np.zeros(len(row), np.int64)
    np.add.at(net, number, np.concatenate([one.quantity, -other.quantity]))
    return np.unique(need[row[net != 0]])


def _below(problem: Problem) -> tuple[Ints, list[str]]:
    """For each counting need the region right below the scope in which its place lies, or else its place; and their codes."""
    regions = problem.snapshot.regions
    place = problem.snapshot.needs.place[problem.counting]
    region = place
    # a city without counties has its towns right below it: the first level at which there is a region
    for level in range(len(LEVELS) - 1, int(regions.level[problem.scope]), -1):
        above = regions.ancestor[place, level]
        region = np.where(above == NONE, region, above)
    held, number = np.unique(region, return_inverse=True)
    return number.astype(np.int32), regions.key.take(held).to_pylist()


def _places(problem: Problem, first: Plan, second: Plan) -> list[WorkersDiffer]:
    """Real villages and towns of the scope by level, with the workers who cover them."""
    regions, levels = problem.snapshot.regions, [code.code for code in LEVELS]
    counts = problem.place_in_scope & regions.real
    pairs = [(plan.coverage.place, plan.coverage.caseworker) for plan in (first, second)]
    return _workers(problem, "place", pairs, np.where(counts, regions.level, NONE).astype(np.int32), levels)


def _households(problem: Problem, first: Plan, second: Plan) -> list[WorkersDiffer]:
    """Households by alert, with the workers responsible for them."""
    alert, alerts = problem.snapshot.households.alert, [code.code for code in ALERTS]
    pairs = [(plan.responsibilities.household, plan.responsibilities.caseworker) for plan in (first, second)]
    return _workers(problem, "household", pairs, alert.astype(np.int32), alerts)


def _workers(
    problem: Problem, name: str, pairs: list[tuple[Ints, Ints]], group: Ints, codes: list[str]
) -> list[WorkersDiffer]:
    """Subjects of either plan by group, NONE for those that do not count."""
    guaranteed = problem.snapshot.caseworkers.type == SHUANGBAI
    has = np.zeros((2, len(group)), bool)
    kept = [guaranteed[worker] & (group[subject] != NONE) for subject, worker in pairs]
    pairs = [(subject[mine], worker[mine]) for (subject, worker), mine in zip(pairs, kept, strict=True)]
    for at, (subject, _) in enumerate(pairs):
        has[at, subject] = True
    (one, by_one), (other, by_other) = pairs
    subject = np.concatenate([one, other])
    row, number = distinct(subject, np.concatenate([by_one, by_other]))
    changed = np.zeros(len(group), bool)
    changed[subject[row[np.bincount(number) == 1]]] = True
    columns = (has[0], has[1], has[1] & ~has[0], has[0] & ~has[1], has[0] & has[1] & changed)
    some = np.flatnonzero(has.any(axis=0))
    counts = np.stack([_summed(group[some], each[some], len(codes)) for each in columns], axis=1)
    return [WorkersDiffer(name, codes[at], *counts[at].tolist()) for at in np.flatnonzero(counts.any(axis=1)).tolist()]


def _summed(group: Ints | Bytes, values: Bools | Longs, groups: int) -> Longs:
    """Sums of whole numbers by group, exact in 64 bits."""
    total = np.zeros(groups, np.int64)
    np.add.at(total, group, values.astype(np.int64))
    return total
