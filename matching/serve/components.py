"""Components of kinds that are solved together, as arrays of their needs and suppliers (model (11))."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import networkx as nx
import numpy as np

from graph.model import ORGANIZATION_TYPES, URGENCIES
from graph.snapshot import ACCEPTED, FOREVER, NONE, OFFER, VOLUNTEER, Bools, Ints, Longs
from matching.problem import Problem
from matching.ranges import distinct, offsets, order_of, pack
from matching.serve.acceptance import People
from matching.serve.budgets import room_of
from matching.serve.component import Component
from matching.serve.eligibility import areas_of, kinds_served, links_of, valid_offers
from matching.serve.exclusions import positions
from matching.serve.fairness import Cells, cells_of
from matching.serve.helping import Helping, helping_of
from matching.serve.levels import Usual, bands, levels, opened_on
from matching.serve.network import Claims, Places, TreeNetwork, build_network
from matching.serve.signatures import signatures_of
from matching.serve.supply import UNLIMITED, Promises, Supply
from matching.serve.teams import Teams, open_to_volunteers
from matching.travel import Roads

FEW_NEEDS = 1 << 15
"""Components of units alone are one up to so many needs: steps on arrays take a while, however short these are."""


@dataclass(frozen=True)
class Part:
    """A component with its network and what its own levels stand for.

    That is the level of the run, the units of flow that count as one, and those that are one unit of a need.
    """

    component: Component
    network: TreeNetwork
    level_of: Ints
    usual_of: Longs
    weight_of: Longs


def parts_of(
    problem: Problem, roads: Roads, supply: Supply, forbidden: Promises, usual: Usual, teams: Teams
) -> Iterator[Part]:
    """The components of a run, largest first; needs of kinds that nobody offers belong to none.

    Offers for which there is no money belong to them too, with nothing to give. `forbidden` are pairs of need and
    provider that a lock or an answer keeps apart.
    """
    snapshot, people = problem.snapshot, People(problem)
    places = Places(roads.town, roads.county, roads.to_town, roads.to_county)
    usable = np.flatnonzero(valid_offers(problem) & (supply.capacity > 0)).astype(np.int32)
    serves_kind = kinds_served(problem)
    cells = cells_of(problem, places.county, supply) if problem.policy.fairness else None
    areas = areas_of(problem, usable)
    links = links_of(problem, roads, areas)
    reaching = np.unique(links.offer)
    payable, room = replace(supply, capacity=supply.payable(problem)), room_of(problem, supply)
    needs = problem.counting[supply.units[problem.counting] > 0]
    kind = snapshot.needs.kind[needs]
    asked = np.bincount(kind, minlength=len(snapshot.kinds.key))
    tied = _tied(np.concatenate([serves_kind[reaching] & (asked > 0), teams.able]), asked)
    tied = _gathered(tied, asked, usual, ~_of_units(problem, supply, serves_kind[reaching], reaching, teams))
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
        barred = positions(forbidden.of_type(OFFER), mine, offers)
        signatures = signatures_of(people, mine, offers, serves_kind[offers], barred)
        own = links.of_offers(offer_at)
        helping = helping_of(problem, roads, supply, teams, mine, np.array(kinds), forbidden, signatures, len(offers))
        claims = Claims(
            snapshot.needs.place[mine],
            helping.of_need,
            helping.accept,
            np.concatenate([signatures.rule[own.offer], helping.rule]),
            own.and_others(helping.links),
            places,
        )
        each = usual.of_kind[snapshot.needs.kind[mine]]
        yield _part(problem, payable, room, mine, each, offers, offer_at, helping, build_network(claims), cells)


def _part(
    problem: Problem,
    supply: Supply,
    room: Longs,
    needs: Ints,
    usual: Longs,
    offers: Ints,
    offer_at: Ints,
    helping: Helping,
    network: TreeNetwork,
    cells: Cells | None,
) -> Part:
    """A component of some needs and suppliers; within a level of the run, what counts more for its time comes first."""
    snapshot = problem.snapshot
    kind = snapshot.needs.kind[needs]
    due = snapshot.needs.due_on[needs]
    due = np.where(due == FOREVER, due.max(initial=0, where=due != FOREVER) + 1, due)
    weight = helping.weight_of_kind[kind]
    worths, worth = distinct(usual * weight, weight)
    units = supply.units[needs] * weight
    divisible = snapshot.kinds.divisible[kind]
    helped = open_to_volunteers(problem, supply, needs) & helping.kinds[kind]
    each = np.concatenate([helping.weight_of_kind[snapshot.offers.kind[offers]], helping.least_weight()])
    capacity = np.minimum(supply.capacity[offers], UNLIMITED // each[: len(offers)]) * each[: len(offers)]
    old_need, old_supplier, old_units = _old_pairs(problem, needs, offer_at, helping)
    component = Component(
        needs=needs,
        level=(levels(problem, needs) * len(worths) + worth).astype(np.int32),
        units=units,
        weight=weight,
        whole=~divisible & (units > 1),
        split=divisible & (units > 1) & helped,
        turn=distinct(due, opened_on(problem, needs))[1].astype(np.int32),
        levels=len(URGENCIES) * bands(problem) * len(worths),
        grain=helping.grain,
        share=helping.share,
        offers=offers,
        members=helping.members,
        minutes=helping.minutes,
        anywhere=helping.anywhere,
        from_anywhere=helping.from_anywhere,
        capacity=np.concatenate([capacity, helping.capacity]),
        room=np.concatenate([room[offers], np.zeros(len(helping.team), np.int64)]),
        each=each,
        rank=np.concatenate([ranks_of(problem, offers), volunteers_ranks(problem, len(helping.team))]),
        unit_cost=np.concatenate([snapshot.offers.unit_cost[offers], np.zeros(len(helping.team), np.int64)]),
        old_need=old_need,
        old_offer=old_supplier,
        old_units=old_units * weight[old_need],
        cells=None if cells is None else cells.of_component(needs, weight),
    )
    every = np.arange(component.levels)
    level, at = (every // len(worths)).astype(np.int32), worths[every % len(worths)]
    return Part(component, network, level, (usual * weight)[at], weight[at])


def _tied(serves_kind: Bools, asked: Longs) -> list[list[int]]:
    """Kinds that a provider ties, as connected components, the most needs first."""
    graph: nx.Graph[int] = nx.Graph()
    for kinds in serves_kind[distinct(*pack(serves_kind).T)[0]]:
        together = np.flatnonzero(kinds).tolist()
        graph.add_nodes_from(together)
        nx.add_path(graph, together)
    found = [sorted(kinds) for kinds in nx.connected_components(graph)]
    return sorted(found, key=lambda kinds: (-int(asked[kinds].sum()), kinds))


def _of_units(problem: Problem, supply: Supply, serves_kind: Bools, offers: Ints, teams: Teams) -> Bools:
    """Kinds whose needs are served unit by unit, by `offers` free of charge alone: nothing is rounded, no money shared."""
    snapshot, apart = problem.snapshot, np.zeros(serves_kind.shape[1], bool)
    apart[snapshot.needs.kind[problem.counting[supply.units[problem.counting] > 1]]] = True
    apart &= ~snapshot.kinds.divisible
    apart[np.flatnonzero(teams.able.any(axis=0))] = True
    apart[np.flatnonzero(serves_kind[snapshot.offers.unit_cost[offers] > 0].any(axis=0))] = True
    return ~apart


def _gathered(tied: list[list[int]], asked: Longs, usual: Usual, apart: Bools) -> list[list[int]]:
    """The same, of which those of one usual quantity are one up to so many needs, but those with kinds that stand `apart`."""
    found: list[list[int]] = []
    begun: dict[int, list[int]] = {}
    for kinds in tied:
        quantities = set(usual.of_kind[kinds].tolist())
        if len(quantities) > 1 or apart[kinds].any():
            found.append(kinds)
            continue
        [quantity] = quantities
        together = begun.get(quantity)
        if together is None or int(asked[together].sum() + asked[kinds].sum()) > FEW_NEEDS:
            together = begun[quantity] = []
            found.append(together)
        together += kinds
    return [sorted(kinds) for kinds in found]


def ranks_of(problem: Problem, offers: Ints) -> Longs:
    """Rank of each offer's provider in the policy's order."""
    ranks = np.array([problem.policy.provider_order[code.code] for code in ORGANIZATION_TYPES], np.int64)
    snapshot = problem.snapshot
    return ranks[snapshot.organizations.type[snapshot.offers.organization[offers]]]


def volunteers_ranks(problem: Problem, count: int) -> Longs:
    """The same for so many volunteers."""
    return np.full(count, problem.policy.provider_order["volunteer"], np.int64)


def _old_pairs(problem: Problem, needs: Ints, offer_at: Ints, helping: Helping) -> tuple[Ints, Ints, Longs]:
    """Published pairs of a component's needs and suppliers that nobody has answered, local to it."""
    state = problem.snapshot.published
    open_pair = np.flatnonzero((state.provider_type <= VOLUNTEER) & (state.status < ACCEPTED))
    need = np.minimum(np.searchsorted(needs, state.need[open_pair]), max(len(needs) - 1, 0))
    provider, by_offer = state.provider[open_pair], state.provider_type[open_pair] == OFFER
    supplier = np.full(len(open_pair), NONE, np.int32)
    supplier[by_offer] = offer_at[provider[by_offer]]
    supplier[~by_offer] = helping.supplier_of(provider[~by_offer], problem.snapshot.needs.kind[needs[need[~by_offer]]])
    mine = (needs[need] == state.need[open_pair]) & (supplier != NONE)
    return need[mine].astype(np.int32), supplier[mine], state.quantity[open_pair][mine]
