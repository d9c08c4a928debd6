"""Components of kinds that are solved together, as arrays of their needs and offers (model (11))."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import networkx as nx
import numpy as np

from graph.model import ORGANIZATION_TYPES, URGENCIES
from graph.snapshot import ACCEPTED, FOREVER, NONE, OFFER, Bools, Ints, Longs
from matching.problem import Problem
from matching.ranges import distinct, offsets, order_of
from matching.serve.acceptance import People
from matching.serve.eligibility import areas_of, kinds_served, links_of, valid_offers
from matching.serve.exclusions import positions
from matching.serve.levels import Usual, bands, levels, opened_on
from matching.serve.network import Claims, Component, Places, TreeNetwork, build_network
from matching.serve.signatures import signatures_of
from matching.serve.supply import UNLIMITED, Promises, Supply
from matching.travel import Roads


@dataclass(frozen=True)
class Part:
    """A component with its network and what its own levels stand for: level of the run, and usual quantity, of each."""

    component: Component
    network: TreeNetwork
    level_of: Ints
    usual_of: Longs


def parts_of(problem: Problem, roads: Roads, supply: Supply, forbidden: Promises, usual: Usual) -> Iterator[Part]:
    """The components of a run, largest first; needs of kinds that nobody offers belong to none.

    `forbidden` are pairs of need and offer that a lock or an answer keeps apart.
    """
    snapshot, people = problem.snapshot, People(problem)
    places = Places(roads.town, roads.county, roads.to_town, roads.to_county)
    usable = np.flatnonzero(valid_offers(problem) & (supply.capacity > 0)).astype(np.int32)
    serves_kind = kinds_served(problem)
    areas = areas_of(problem, usable)
    links = links_of(problem, roads, areas)
    reaching = np.unique(links.offer)
    needs = problem.counting[supply.units[problem.counting] > 0]
    kind = snapshot.needs.kind[needs]
    asked = np.bincount(kind, minlength=len(snapshot.kinds.key))
    tied = _tied(serves_kind[reaching] & (asked > 0), asked)
    # the last part is of kinds that nobody offers
    part_of_kind = np.full(len(asked), len(tied), np.int32)
    for at, kinds in enumerate(tied):
        part_of_kind[kinds] = at
    order = order_of(part_of_kind[kind])
    ends = offsets(part_of_kind[kind], len(tied) + 1)
    for at, kinds in enumerate(tied):
        mine = needs[order[ends[at] : ends[at + 1]]]
        offers = reaching[serves_kind[reaching][:, kinds].any(axis=1)]
        offer_at = np.full(len(snapshot.offers.key), NONE, np.int32)
        offer_at[offers] = np.arange(len(offers))
        signatures = signatures_of(people, mine, offers, serves_kind[offers], positions(forbidden, mine, offers))
        claims = Claims(
            snapshot.needs.place[mine],
            signatures.of_need,
            signatures.accept,
            signatures.rule,
            links.of_offers(offer_at),
            places,
        )
        each = usual.of_kind[snapshot.needs.kind[mine]]
        yield _part(problem, supply, mine, each, offers, offer_at, build_network(claims))


def _part(
    problem: Problem,
    supply: Supply,
    needs: Ints,
    usual: Longs,
    offers: Ints,
    offer_at: Ints,
    network: TreeNetwork,
) -> Part:
    """A component of some needs and offers; within a level of the run, needs of the smaller usual quantity come first."""
    snapshot = problem.snapshot
    due = snapshot.needs.due_on[needs]
    due = np.where(due == FOREVER, due.max(initial=0, where=due != FOREVER) + 1, due)
    quantities, rank_in_level = np.unique(usual, return_inverse=True)
    units = supply.units[needs]
    old_need, old_offer, old_units = _old_pairs(problem, needs, offer_at)
    component = Component(
        needs=needs,
        level=(levels(problem, needs) * len(quantities) + rank_in_level).astype(np.int32),
        units=units,
        whole=~snapshot.kinds.divisible[snapshot.needs.kind[needs]] & (units > 1),
        turn=distinct(due, opened_on(problem, needs))[1].astype(np.int32),
        levels=len(URGENCIES) * bands(problem) * len(quantities),
        offers=offers,
        capacity=np.minimum(supply.capacity[offers], UNLIMITED),
        rank=ranks_of(problem, offers),
        unit_cost=snapshot.offers.unit_cost[offers],
        old_need=old_need,
        old_offer=old_offer,
        old_units=old_units,
    )
    every = np.arange(component.levels)
    return Part(component, network, (every // len(quantities)).astype(np.int32), quantities[every % len(quantities)])


def _tied(serves_kind: Bools, asked: Longs) -> list[list[int]]:
    """Kinds that an offer ties, as connected components, the most needs first."""
    graph: nx.Graph[int] = nx.Graph()
    for kinds in np.unique(serves_kind, axis=0):
        together = np.flatnonzero(kinds).tolist()
        graph.add_nodes_from(together)
        nx.add_path(graph, together)
    found = [sorted(kinds) for kinds in nx.connected_components(graph)]
    return sorted(found, key=lambda kinds: (-int(asked[kinds].sum()), kinds))


def ranks_of(problem: Problem, offers: Ints) -> Longs:
    """Rank of each offer's provider in the policy's order."""
    ranks = np.array([problem.policy.provider_order[code.code] for code in ORGANIZATION_TYPES], np.int64)
    snapshot = problem.snapshot
    return ranks[snapshot.organizations.type[snapshot.offers.organization[offers]]]


def _old_pairs(problem: Problem, needs: Ints, offer_at: Ints) -> tuple[Ints, Ints, Longs]:
    """Published pairs of a component's needs and offers that nobody has answered, local to it."""
    state = problem.snapshot.published
    open_pair = np.flatnonzero((state.provider_type == OFFER) & (state.status < ACCEPTED))
    need = np.minimum(np.searchsorted(needs, state.need[open_pair]), max(len(needs) - 1, 0))
    offer = offer_at[state.provider[open_pair]]
    mine = (needs[need] == state.need[open_pair]) & (offer != NONE)
    return need[mine].astype(np.int32), offer[mine], state.quantity[open_pair][mine]
