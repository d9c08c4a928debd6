"""Flows of places to workers: solved in batches, refused where the solver would overflow, and priced."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.cover import network
from matching.cover.network import Ladder, Network
from matching.cover.pricing import node_prices
from matching.flow import SPAN, FlowError

Costs = list[list[int]]
"""Cost of each place at each of some nodes."""


def assigned(costs: Costs, supply: list[int], room: list[int], stay: int) -> tuple[Network, slice, slice, slice]:
    """Places with a supply each to nodes with room, at some cost; what finds none stays for a price."""
    flow, places, nodes = Network(), len(costs), len(room)
    place, node = flow.add_nodes(places) + np.arange(places), flow.add_nodes(nodes) + np.arange(nodes)
    flow.add_arcs(0, place, np.array(supply), 0)
    pairs = flow.add_arcs(
        np.repeat(place, nodes), np.tile(node, places), np.repeat(supply, nodes), np.array(costs).ravel()
    )
    rooms = flow.add_arcs(node, 1, np.array(room), 0)
    stays = flow.add_arcs(place, 1, np.array(supply), stay)
    return flow, pairs, rooms, stays


def total(costs: Costs, supply: list[int], room: list[int], stay: int) -> int:
    flow, *_ = assigned(costs, supply, room, stay)
    return int(flow.solve() @ np.concatenate(flow.costs))


@st.composite
def instances(draw: st.DrawFn) -> tuple[Costs, list[int], list[int]]:
    places, nodes = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    costs = [[draw(st.integers(0, 40)) for _ in range(nodes)] for _ in range(places)]
    return costs, [draw(st.integers(1, 5)) for _ in costs], [draw(st.integers(0, 6)) for _ in range(nodes)]


@settings(max_examples=100, deadline=None)
@given(instances())
def test_the_price_of_a_node_is_what_one_unit_less_of_its_room_costs(
    instance: tuple[Costs, list[int], list[int]],
) -> None:
    costs, supply, room = instance
    flow, pairs, rooms, _ = assigned(costs, supply, room, 100)
    flows = flow.solve()
    nodes = np.arange(len(room), dtype=np.int32)
    ladder = Ladder(nodes, nodes, nodes[:0], nodes[:0], len(nodes))
    price = node_prices(
        ladder,
        np.where(flows[rooms] < room, 0, 10**6),
        np.repeat(np.arange(len(costs)), len(room)),
        np.tile(nodes, len(costs)),
        np.array(costs).ravel(),
        flows[pairs],
        flows[:0],
        np.full(len(costs), 100),
    )
    before = total(costs, supply, room, 100)
    for node in range(len(room)):
        if room[node]:
            fewer = [each - (at == node) for at, each in enumerate(room)]
            assert total(costs, supply, fewer, 100) - before == price[node]


@settings(max_examples=60, deadline=None)
@given(st.lists(instances(), min_size=2, max_size=4))
def test_what_hangs_together_nowhere_is_solved_apart_at_the_same_cost(
    parts: list[tuple[Costs, list[int], list[int]]],
) -> None:
    whole = Network()
    for costs, supply, room in parts:
        part, *_ = assigned(costs, supply, room, 100)
        first = whole.add_nodes(part.nodes - 2) - 2
        ends = [np.where(each > 1, each + first, each) for each in map(np.concatenate, (part.tails, part.heads))]
        whole.add_arcs(*ends, np.concatenate(part.capacities), np.concatenate(part.costs))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(network, "BATCH", 1)
        apart = whole.solve()
    assert apart @ np.concatenate(whole.costs) == sum(total(*each, 100) for each in parts)


def test_a_cost_that_would_overflow_the_solver_is_refused() -> None:
    with pytest.raises(FlowError, match="too large") as fault:
        total([[SPAN]], [1], [1], 100)
    assert re.findall("[A-Za-z]+", fault.value.message("zh")) == []
    assert "operating" in fault.value.repair("en")
