"""Flows: the one place that calls the flow solvers, with the span of costs checked first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from ortools.graph.python import max_flow, min_cost_flow

from graph.errors import ZhongfuError
from graph.snapshot import Longs

Ends = npt.NDArray[np.integer[Any]]
"""Numbers of nodes at one end of arcs."""
SPAN = 2**60
"""Most that (nodes + 1) × largest arc cost may reach: the solver scales costs by the number of nodes in 64 bits."""


class FlowError(ZhongfuError):
    """The solver ended a network without a solution, with this `status`."""

    code = "solver_failed"
    en = "The flow solver failed: it ended with {status}."
    zh = "网络流求解器出错：以 {status} 状态结束。"
    repair_en = "Match a smaller region or another day; report it with the input and the policy."
    repair_zh = "请改为匹配较小的区域或其他日期，并连同输入与策略一并反馈。"


class CostTooLarge(FlowError):
    """A cost of an arc is more than the solver can count with on a network of so many nodes."""

    code = "cost_too_large"
    en = "A cost of {cost:,} is too large for the flow solver, which takes at most {most:,} for so many places and providers."
    zh = "费用 {cost:,} 过大：就这些地点与提供方的数量，网络流求解器至多可处理 {most:,}。"
    repair_en = "Lower the largest prices in the policy's table `operating`, or usual quantities that differ most."
    repair_zh = "请调低策略 `operating` 表中最大的价格，或相差最大的常见数量。"


@dataclass(frozen=True)
class Arcs:
    """Arcs by the numbers of their ends, with capacity and cost of one unit."""

    tail: Ends
    head: Ends
    capacity: Longs
    cost: npt.NDArray[Any]


def largest_cost(nodes: int) -> int:
    """Largest arc cost that the solver takes on a network of so many nodes."""
    return SPAN // (nodes + 1)


def most(tail: Ends, head: Ends, capacity: Longs, source: int, sink: int) -> tuple[Longs, Longs]:
    """Flow of each arc in a maximum flow, and the nodes that more flow from the source could reach. Raises FlowError."""
    solver = max_flow.SimpleMaxFlow()
    numbers = solver.add_arcs_with_capacity(
        tail.astype(np.int32, copy=False), head.astype(np.int32, copy=False), capacity
    )
    status = solver.solve(source, sink)
    if status != solver.OPTIMAL:
        raise FlowError(status=status.name)
    return np.asarray(solver.flows(numbers), np.int64), np.asarray(solver.get_source_side_min_cut(), np.int64)


def cheapest(arcs: Arcs, supplies: Longs) -> Longs:
    """Flow of each arc in a flow of least cost that meets the supply of every node. Raises FlowError."""
    solver, numbers = _load(arcs, len(supplies))
    given = np.flatnonzero(supplies)
    solver.set_nodes_supplies(given.astype(np.int32), supplies[given])
    return _flows(solver, numbers, solver.solve())


def _load(arcs: Arcs, nodes: int) -> tuple[Any, Any]:
    largest = int(np.abs(arcs.cost).max(initial=0))
    if largest > largest_cost(nodes):
        raise CostTooLarge(cost=largest, most=largest_cost(nodes))
    solver = min_cost_flow.SimpleMinCostFlow()
    numbers = solver.add_arcs_with_capacity_and_unit_cost(
        arcs.tail.astype(np.int32, copy=False),
        arcs.head.astype(np.int32, copy=False),
        arcs.capacity,
        arcs.cost.astype(np.int64, copy=False),
    )
    return solver, numbers


def _flows(solver: Any, numbers: Any, status: Any) -> Longs:
    if status != solver.OPTIMAL:
        raise FlowError(status=status.name)
    return np.asarray(solver.flows(numbers), np.int64)
