"""Components of kinds that are solved together, as arrays of their needs and offers (model (11))."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import networkx as nx
import numpy as np

from graph.model import ORGANIZATION_TYPES
from graph.snapshot import NONE, Bools, Ints, Longs
from matching.eligibility import areas_of, kinds_served, links_of, valid_offers
from matching.levels import bands, levels, opened_on, usual_quantities
from matching.network import Component, Places
from matching.plan import OFFER
from matching.problem import Problem
from matching.signatures import People, signatures_of
from matching.supply import ANSWERED, UNLIMITED, Promises, Supply
from matching.travel import Roads


@dataclass(frozen=True)
class Part:
    """A component with what its own levels stand for: level of the run, and usual quantity, of each."""

    component: Component
    level_of: Ints
    usual_of: Longs


def parts_of(problem: Problem, roads: Roads, supply: Supply, forbidden: Promises) -> Iterator[Part]:
    """The components of a run, largest first; needs of kinds that nobody offers belong to none.

    `forbidden` are pairs of need and offer that a lock or an answer keeps apart.
    """
    snapshot = problem.snapshot
    places = Places(roads.town, roads.county, roads.to_town, roads.to_county)
    usable = np.flatnonzero(valid_offers(problem) & (supply.capacity > 0)).astype(np.int32)
    serves_kind = kinds_served(problem)
    areas = areas_of(problem, usable)
    links = links_of(problem, roads, areas)
    reaching = np.unique(links.offer)
    needs = problem.counting[supply.units[problem.counting] > 0]
    kind = snapshot.needs.kind[needs]
    asked = np.bincount(kind, minlength=len(snapshot.kinds.key))
    people = People(problem)
    level, usual = levels(problem, needs), usual_quantities(problem)
    for kinds in _tied(serves_kind[reaching] & (asked > 0), asked):
        mine = np.flatnonzero(np.isin(kind, kinds))
        offers = reaching[serves_kind[reaching][:, kinds].any(axis=1)]
        offer_at = np.full(len(snapshot.offers.key), NONE, np.int32)
        offer_at[offers] = np.arange(len(offers))
        held = np.flatnonzero(offer_at[links.offer] != NONE)
        local = links.take(held)
        local = type(local)(local.at, local.region, offer_at[local.offer], local.minutes, local.breadth)
        need_at = np.searchsorted(needs[mine], forbidden.need)
        inside = (need_at < len(mine)) & (offer_at[forbidden.provider] != NONE)
        inside[inside] = needs[mine][need_at[inside]] == forbidden.need[inside]
        signatures = signatures_of(
            people, needs[mine], offers, serves_kind[offers], (need_at[inside], offer_at[forbidden.provider][inside])
        )
        own_usual = usual[kind[mine]]
        quantities, sub = np.unique(own_usual, return_inverse=True)
        own_level = level[mine] * len(quantities) + sub
        table = snapshot.needs
        old = _old_pairs(problem, needs[mine], offer_at)
        units = supply.units[needs[mine]]
        component = Component(
            needs=needs[mine],
            place=table.place[needs[mine]],
            signature=signatures.of_need,
            level=own_level.astype(np.int32),
            units=units,
            whole=~snapshot.kinds.divisible[kind[mine]] & (units > 1),
            opened_on=opened_on(problem, needs[mine]),
            due_on=table.due_on[needs[mine]],
            levels=5 * bands(problem) * len(quantities),
            accept=signatures.accept,
            offers=offers,
            rule=signatures.rule,
            capacity=np.minimum(supply.capacity[offers], UNLIMITED),
            rank=ranks_of(problem, offers),
            unit_cost=snapshot.offers.unit_cost[offers],
            links=local,
            places=places,
            old_need=old[0],
            old_offer=old[1],
            old_units=old[2],
        )
        every = np.arange(component.levels)
        yield Part(component, (every // len(quantities)).astype(np.int32), quantities[every % len(quantities)])


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
    open_pair = np.flatnonzero((state.provider_type == OFFER) & (state.status < ANSWERED))
    need = np.minimum(np.searchsorted(needs, state.need[open_pair]), max(len(needs) - 1, 0))
    offer = offer_at[state.provider[open_pair]]
    mine = (needs[need] == state.need[open_pair]) & (offer != NONE)
    return need[mine].astype(np.int32), offer[mine], state.quantity[open_pair][mine]
