"""The tree network of a component: nodes of alike needs, and arcs to the offers that reach and accept them (model (13))."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.snapshot import NONE, Bools, Bytes, Ints, Longs
from matching.ranges import Index, Words, distinct, expand, offsets, unpack
from matching.serve.eligibility import AT_COUNTY, AT_TOWN, AT_VILLAGE, Links

ROWS_AT_ONCE = 1 << 18
"""Most nodes whose bit sets are unpacked at once."""


@dataclass(frozen=True)
class Places:
    """For each region, its town and county slot and the minutes to the seats of the two, one after the other."""

    town: Ints
    county: Ints
    to_town: Ints
    to_county: Ints


@dataclass(frozen=True)
class Claims:
    """Who may serve whom in a component: place and signature of each need, where suppliers hang, and by which rule.

    `accept` are the rules that each signature passes, `rule` is that of each link.
    """

    place: Ints
    signature: Ints
    accept: Words
    rule: Ints
    links: Links
    places: Places


@dataclass(frozen=True)
class TreeNetwork:
    """Nodes by level of the tree, groups of alike needs that enter them, and arcs on to offers.

    A *node* is a place, town or county slot with a signature projected on the rules that matter there; it stands where
    some offer hangs, so that needs enter at the lowest node that has offers of its own. A *bundle* gathers the offers
    of one rule at one slot. Arcs `inner` go from node to bundle, `direct` from node to offer, `gathered` from bundle to
    offer. Nodes are numbered villages first, then towns, then counties; `up` is the parent, NONE at the top.
    """

    at: Bytes
    region: Ints
    up: Ints
    up_minutes: Ints
    inner_tail: Ints
    inner_head: Ints
    direct_tail: Ints
    direct_head: Ints
    direct_minutes: Ints
    direct_breadth: Bytes
    gathered_tail: Ints
    gathered_head: Ints
    gathered_minutes: Ints
    gathered_breadth: Bytes
    bundles: int
    node_of_need: Ints
    leg_of_need: Ints

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return len(self.at)

    @property
    def arcs(self) -> int:
        """Number of arcs to bundles and offers."""
        return len(self.inner_tail) + len(self.direct_tail) + len(self.gathered_tail)

    def bundles_of_teams(self, offers: int) -> Bools:
        """Which bundles are of volunteers, who are the suppliers behind so many offers."""
        found = np.zeros(self.bundles, bool)
        found[self.gathered_tail[self.gathered_head >= offers]] = True
        return found

    def least_by_supplier(self, asks: Longs, suppliers: int) -> Longs:
        """The least of what the needs ask that lead to each supplier; the largest number where none does."""
        nobody = np.iinfo(np.int64).max
        there = np.flatnonzero(self.node_of_need != NONE)
        of_node, of_bundle, found = (np.full(size, nobody) for size in (self.nodes, self.bundles, suppliers))
        np.minimum.at(of_node, self.node_of_need[there], asks[there])
        # children stand before their parents, and these before theirs
        for at in (AT_VILLAGE, AT_TOWN):
            nodes = np.flatnonzero((self.at == at) & (self.up != NONE))
            np.minimum.at(of_node, self.up[nodes], of_node[nodes])
        np.minimum.at(of_bundle, self.inner_head, of_node[self.inner_tail])
        np.minimum.at(found, self.direct_head, of_node[self.direct_tail])
        np.minimum.at(found, self.gathered_head, of_bundle[self.gathered_tail])
        return found


def build_network(claims: Claims) -> TreeNetwork:
    """The tree network of a component; needs that no offer reaches and accepts have node NONE."""
    places, links = claims.places, claims.links
    regions, words = len(places.town), claims.accept.shape[1]
    own = np.zeros((AT_COUNTY + 1, regions, words), np.uint64)
    bit = claims.rule
    np.bitwise_or.at(own, (links.at, links.region, bit // 64), np.uint64(1) << (bit % 64).astype(np.uint64))
    at_county = own[AT_COUNTY]
    at_town = own[AT_TOWN] | at_county[places.county]
    at_village = own[AT_VILLAGE] | at_town[places.town]
    reach = (at_village, at_town, at_county)

    first, pair = distinct(claims.place, claims.signature)
    place = claims.place[first]
    sets = claims.accept[claims.signature[first]]
    slot = (place, places.town[place], places.county[place])
    entry, leg, entered = _entries(own, slot, sets, places)
    ladder = _Ladder(reach, own, places)
    for at in (AT_VILLAGE, AT_TOWN, AT_COUNTY):
        ladder.enter(at, slot[at][entry == at], sets[entry == at])
    nodes = ladder.climb()
    node = np.full(len(place), NONE, np.int64)
    for at in (AT_VILLAGE, AT_TOWN, AT_COUNTY):
        node[entry == at] = ladder.entered(at)
    arcs = _arcs(claims, own, nodes)
    return TreeNetwork(
        nodes.at,
        nodes.region,
        nodes.up,
        nodes.up_minutes,
        *arcs,
        node_of_need=node[pair].astype(np.int32),
        leg_of_need=np.where(entered, leg, 0)[pair].astype(np.int32),
    )


def _entries(own: Words, slot: tuple[Ints, Ints, Ints], sets: Words, places: Places) -> tuple[Bytes, Ints, Bools]:
    """Where each place and signature enters: the lowest of its slots with an offer it may have; and the minutes there."""
    entry = np.full(len(sets), NONE, np.int8)
    for at in (AT_COUNTY, AT_TOWN, AT_VILLAGE):
        entry[(own[at][slot[at]] & sets).any(axis=1)] = at
    place, town = slot[AT_VILLAGE], slot[AT_TOWN]
    leg = np.where(entry >= AT_TOWN, places.to_town[place], 0) + np.where(entry == AT_COUNTY, places.to_county[town], 0)
    return entry, leg.astype(np.int32), entry != NONE


@dataclass(frozen=True)
class _Nodes:
    at: Bytes
    region: Ints
    sets: Words
    up: Ints
    up_minutes: Ints


class _Ladder:
    """Collects what enters each level of the tree, from below, and numbers the nodes."""

    def __init__(self, reach: tuple[Words, Words, Words], own: Words, places: Places) -> None:
        self._reach, self._own, self._places = reach, own, places
        self._region: list[list[Ints]] = [[], [], []]
        self._sets: list[list[Words]] = [[], [], []]
        self._number: list[Longs] = []

    def enter(self, at: int, region: Ints, sets: Words) -> None:
        """Let needs of these regions and signatures in at a level; projects the signatures there."""
        self._region[at].append(region)
        self._sets[at].append(sets & self._reach[at][region])

    def entered(self, at: int) -> Longs:
        """Node of each row of the first `enter` at a level."""
        return self._number[at][: len(self._region[at][0])]

    def climb(self) -> _Nodes:
        """Number the nodes, villages first; each leads to the next level above where more offers may be had."""
        ats, regions, sets, minutes = [], [], [], []
        start = 0
        ahead: list[tuple[int, Longs]] = []
        for at in (AT_VILLAGE, AT_TOWN, AT_COUNTY):
            region, bits = np.concatenate(self._region[at]), np.concatenate(self._sets[at])
            first, number = distinct(region, *bits.T)
            self._number.append(number + start)
            region, bits = region[first], bits[first]
            level, leg = self._above(at, region, bits)
            for upper in range(at + 1, AT_COUNTY + 1):
                rows = np.flatnonzero(level == upper)
                ahead.append((upper, rows + start))
                slot = self._places.town[region[rows]] if upper == AT_TOWN else self._places.county[region[rows]]
                self.enter(upper, slot, bits[rows])
            ats.append(np.full(len(first), at, np.int8))
            regions.append(region.astype(np.int32))
            sets.append(bits)
            minutes.append(leg)
            start += len(first)
        up = np.full(start, NONE, np.int32)
        taken = [len(entered[0]) for entered in self._region]
        for upper, rows in ahead:
            up[rows] = self._number[upper][taken[upper] : taken[upper] + len(rows)]
            taken[upper] += len(rows)
        return _Nodes(np.concatenate(ats), np.concatenate(regions), np.concatenate(sets), up, np.concatenate(minutes))

    def _above(self, at: int, region: Ints, sets: Words) -> tuple[Bytes, Ints]:
        """The next level at which each node finds offers, NONE at the top, and the minutes there."""
        places = self._places
        level = np.full(len(region), NONE, np.int8)
        town, county = places.town[region], places.county[region]
        if at < AT_COUNTY:
            level[(self._own[AT_COUNTY][county] & sets).any(axis=1)] = AT_COUNTY
        if at < AT_TOWN:
            level[(self._own[AT_TOWN][town] & sets).any(axis=1)] = AT_TOWN
        leg = np.where((at < AT_TOWN) & (level != NONE), places.to_town[region], 0)
        return level, (leg + np.where(level == AT_COUNTY, places.to_county[town], 0)).astype(np.int32)


def _arcs(
    claims: Claims, own: Words, nodes: _Nodes
) -> tuple[Ints, Ints, Ints, Ints, Ints, Bytes, Ints, Ints, Ints, Bytes, int]:
    """Arcs from nodes to offers; where it saves arcs, over a bundle of the offers of one rule at one slot."""
    links = claims.links
    rule = claims.rule
    order = np.lexsort((links.offer, rule, links.region, links.at))
    links, rule = links.take(order), rule[order]
    first, number = distinct(links.at, links.region, rule)
    start = offsets(number, len(first))
    key_of = _code(links.at[first], links.region[first], rule[first], claims)
    tails, bundles = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    rules = int(rule.max(initial=0)) + 1
    for low in range(0, len(nodes.at), ROWS_AT_ONCE):
        rows = np.arange(low, min(low + ROWS_AT_ONCE, len(nodes.at)))
        passed = nodes.sets[rows] & own[nodes.at[rows], nodes.region[rows]]
        row, bit = np.nonzero(unpack(passed, rules))
        tail = rows[row]
        tails.append(tail)
        bundles.append(np.searchsorted(key_of, _code(nodes.at[tail], nodes.region[tail], bit, claims)))
    tail, bundle = np.concatenate(tails), np.concatenate(bundles)
    offers_in = np.diff(start)
    nodes_in = np.bincount(bundle, minlength=len(first))
    gathers = offers_in * nodes_in > offers_in + nodes_in
    renumber = np.cumsum(gathers) - 1
    inner = gathers[bundle]
    single = np.flatnonzero(~inner)
    owner, link = expand(start[bundle[single]], start[bundle[single] + 1])
    kept = np.flatnonzero(gathers[number])
    return (
        tail[inner].astype(np.int32),
        renumber[bundle[inner]].astype(np.int32),
        tail[single[owner]].astype(np.int32),
        links.offer[link],
        links.minutes[link],
        links.breadth[link],
        renumber[number[kept]].astype(np.int32),
        links.offer[kept],
        links.minutes[kept],
        links.breadth[kept],
        int(gathers.sum()),
    )


def _code(at: Bytes, region: Ints, rule: Index, claims: Claims) -> Longs:
    rules = claims.accept.shape[1] * 64
    code: Longs = (at.astype(np.int64) * len(claims.places.town) + region) * rules + rule
    return code
