"""Which offers can be used at all, for which kinds, and where they reach (model (3))."""

from __future__ import annotations

from dataclasses import dataclass

import networkx as nx
import numpy as np
import numpy.typing as npt

from graph.snapshot import COUNTY, NONE, TOWN, VILLAGE, Bools, Bytes, Funds, Ints, Kinds, Offers
from matching.problem import Problem
from matching.ranges import Index, expand
from matching.travel import Roads

AT_VILLAGE, AT_TOWN, AT_COUNTY = range(3)
"""Where on the tree an offer hangs: on the village itself, on the town, on the county slot."""


def narrower_or_same(kinds: Kinds) -> Bools:
    """Shape (kinds, kinds): whether an offer of the first kind may meet a need of the second."""
    taxonomy: nx.DiGraph[int] = nx.DiGraph()
    taxonomy.add_nodes_from(range(len(kinds.key)))
    taxonomy.add_edges_from(zip(kinds.broader.values.tolist(), kinds.broader.owners.tolist(), strict=True))
    found = np.eye(len(kinds.key), dtype=bool)
    for kind in taxonomy:
        found[kind, list(nx.descendants(taxonomy, kind))] = True
    return found


def holding(part: Offers | Funds, on: int) -> Bools:
    """Offers or funds whose dates hold a day, ends included."""
    held: Bools = (part.valid_from <= on) & (on <= part.valid_to)
    return held


def valid_offers(problem: Problem) -> Bools:
    """Offers that are not paused and whose dates, and those of the fund they name, hold the run's date."""
    offers, fund = problem.snapshot.offers, problem.snapshot.offers.fund
    valid: Bools = ~offers.paused & holding(offers, problem.on)
    valid[fund != NONE] &= holding(problem.snapshot.funds, problem.on)[fund[fund != NONE]]
    return valid


def kinds_paid(problem: Problem) -> Bools:
    """Shape (offers, kinds): needs of which kinds the fund of each offer pays for; all where it names none."""
    offers, funds = problem.snapshot.offers, problem.snapshot.funds
    narrower = narrower_or_same(problem.snapshot.kinds)
    by_fund = np.zeros((len(funds.key), narrower.shape[1]), bool)
    np.logical_or.at(by_fund, funds.kinds.owners, narrower[funds.kinds.values])
    by_fund[funds.kinds.lengths == 0] = True
    paid = np.ones((len(offers.key), narrower.shape[1]), bool)
    named = np.flatnonzero(offers.fund != NONE)
    paid[named] = by_fund[offers.fund[named]]
    return paid


def kinds_served(problem: Problem) -> Bools:
    """Shape (offers, kinds): needs of which kinds each offer may meet, its fund's kinds regarded."""
    served: Bools = narrower_or_same(problem.snapshot.kinds)[problem.snapshot.offers.kind] & kinds_paid(problem)
    return served


@dataclass(frozen=True)
class Links:
    """Where offers hang on the tree: at `region`, a village, town or county slot as `at` says.

    `minutes` are the legs from there on; `breadth` is the level that the area which serves has as one.
    """

    at: Bytes
    region: Ints
    offer: Ints
    minutes: Ints
    breadth: Bytes

    def take(self, rows: npt.NDArray[np.intp]) -> Links:
        """The links of these rows."""
        return Links(self.at[rows], self.region[rows], self.offer[rows], self.minutes[rows], self.breadth[rows])

    def and_others(self, other: Links) -> Links:
        """Both, one behind the other."""
        names = ("at", "region", "offer", "minutes", "breadth")
        return Links(*(np.concatenate([getattr(self, name), getattr(other, name)]) for name in names))

    def of_offers(self, number: Ints) -> Links:
        """The links of those offers that have a number, by it."""
        held = self.take(np.flatnonzero(number[self.offer] != NONE))
        return Links(held.at, held.region, number[held.offer], held.minutes, held.breadth)


@dataclass(frozen=True)
class Areas:
    """Areas of offers, those inside another of the same offer dropped; needs are served within `within`."""

    offer: Ints
    area: Ints
    within: Ints


def widest_areas(problem: Problem, some: Ints) -> tuple[Ints, Ints]:
    """Some offers and the areas that they serve, those inside another of the same offer dropped."""
    offers, regions = problem.snapshot.offers, problem.snapshot.regions
    owner, at = expand(offers.serves.offsets[some], offers.serves.offsets[some + 1])
    offer, area = some[owner].astype(np.int32), offers.serves.values[at]
    order = np.lexsort((area, regions.level[area], offer))
    offer, area = offer[order], area[order]
    held = np.zeros(len(area), bool)
    pair = offer.astype(np.int64) * len(regions.level) + area
    held[1:] = pair[1:] == pair[:-1]
    for level in range(VILLAGE):
        above = np.where(regions.level[area] > level, regions.ancestor[area, level], NONE)
        held |= (above != NONE) & np.isin(offer.astype(np.int64) * len(regions.level) + above, pair)
    return offer[~held], area[~held]


def areas_of(problem: Problem, some: Ints) -> Areas:
    """Areas of some offers that touch the scope; a fund narrows them to its region."""
    offers, regions = problem.snapshot.offers, problem.snapshot.regions
    offer, area = widest_areas(problem, some)
    fund = offers.fund[offer]
    region = np.where(
        fund == NONE, area, problem.snapshot.funds.region[fund] if len(problem.snapshot.funds.key) else area
    )
    kept = regions.inside(area, region) | regions.inside(region, area)
    within = np.where(regions.inside(area, region), area, region)
    scope = np.full(len(area), problem.scope, np.int32)
    kept &= regions.inside(within, scope) | regions.inside(scope, within)
    return Areas(offer[kept], area[kept], within[kept].astype(np.int32))


def links_of(problem: Problem, roads: Roads, areas: Areas) -> Links:
    """Links of areas: a town's on the town, a county's on each town in it, a wider one's on each county slot in it.

    Where a fund narrows an area below that, the offer hangs where the fund pays and the link carries the legs between.
    """
    regions, offers = problem.snapshot.regions, problem.snapshot.offers
    here = problem.place_in_scope
    towns = np.unique(roads.town[here])
    counties = np.unique(roads.county[here])
    breadth, depth = regions.breadth[areas.area], regions.level[areas.within]
    natural = np.where(breadth == VILLAGE, AT_VILLAGE, np.where(breadth >= COUNTY, AT_TOWN, AT_COUNTY))
    own = np.where(depth == VILLAGE, AT_VILLAGE, np.where(depth == TOWN, AT_TOWN, AT_COUNTY))
    at = np.minimum(natural, own)
    parts: list[tuple[Index, Index]] = []
    for level, slots in ((AT_TOWN, towns), (AT_COUNTY, counties)):
        parts.append(_inside(problem, areas, np.flatnonzero(at == level), slots))
    single = np.flatnonzero((at == AT_VILLAGE) & here[areas.within])
    row = np.concatenate([single, parts[0][0], parts[1][0]]).astype(np.int64)
    region = np.concatenate([areas.within[single], parts[0][1], parts[1][1]]).astype(np.int32)
    place = offers.place[areas.offer[row]]
    there = place != NONE
    base = np.where(there, place, 0)
    wide, middle = breadth[row] < COUNTY, breadth[row] == COUNTY
    town_seat = roads.seat[roads.town[region]]
    end = np.where(wide, roads.seat[roads.county[base]], roads.seat[roads.town[base]])
    start = np.where(wide, roads.seat[roads.county[region]], town_seat)
    minutes = np.where((wide | middle) & there, roads.leg(start, end), 0)
    minutes += np.where(wide & (at[row] < AT_COUNTY), roads.to_county[roads.town[region]], 0)
    minutes += np.where((breadth[row] <= TOWN) & (at[row] == AT_VILLAGE), roads.to_town[region], 0)
    return Links(
        at[row].astype(np.int8), region, areas.offer[row], minutes.astype(np.int32), breadth[row].astype(np.int8)
    )


def _inside(problem: Problem, areas: Areas, rows: npt.NDArray[np.intp], slots: Ints) -> tuple[Index, Index]:
    """Pairs of an area's row and a slot that lies in where it serves."""
    regions = problem.snapshot.regions
    found_row: list[Index] = [np.zeros(0, np.int64)]
    found_slot: list[Index] = [np.zeros(0, np.int64)]
    for level in range(VILLAGE):
        mine = rows[regions.level[areas.within[rows]] == level]
        above = regions.ancestor[slots, level]
        order = np.argsort(above, kind="stable")
        start = np.searchsorted(above[order], areas.within[mine], "left")
        end = np.searchsorted(above[order], areas.within[mine], "right")
        owner, position = expand(start, end)
        found_row.append(mine[owner])
        found_slot.append(slots[order[position]])
    return np.concatenate(found_row), np.concatenate(found_slot)
