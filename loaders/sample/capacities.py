"""How much each offer can give, so that supply and needs stand in a set proportion."""

from __future__ import annotations

from datetime import date

import numpy as np

from graph.model import SERVICE_KINDS
from graph.snapshot import Bools, Floats
from loaders.sample.catalogue import DEMANDS, KIND_NUMBER, frequencies
from loaders.sample.columns import Integers, day_number
from loaders.sample.offers import Supply
from loaders.sample.world import NEEDS_PER_HOUSEHOLD, World, rounded, stream

SUPPLY = 0.72
"""Capacity over needs; it differs between kinds by up to SCARCITY either way."""
SCARCITY = 0.3
BROADER_PART = 0.12
"""Part of the supply of the kinds included that comes as the broader kind."""


def capacities(world: World, supply: Supply, on: date) -> Integers:
    """Units each offer can give inside what is asked for; 0 where it reaches nobody there.

    A kind's offers in force together hold SUPPLY of the needs expected there, give or take SCARCITY; an offer that
    reaches beyond brings the share that the households inside are of those it serves.
    """
    rng = stream(world.seed, "offers", "capacity")
    kinds = len(SERVICE_KINDS)
    frequency, demand = frequencies(), {demand.kind: demand for demand in DEMANDS}
    weight = np.array([frequency[kind.kind] for kind in SERVICE_KINDS])
    mean = np.array([demand[kind.kind].mean for kind in SERVICE_KINDS])
    luck = rng.uniform(1 - SCARCITY, 1 + SCARCITY, kinds)
    here = world.villages[world.inside[world.villages]]
    needs = world.households[here].sum() * NEEDS_PER_HOUSEHOLD
    target = luck * (SUPPLY / float(luck @ weight)) * needs * weight * mean
    for number, kind in enumerate(SERVICE_KINDS):
        for broader in kind.broader:
            part = target[number] * BROADER_PART
            target[number] -= part
            target[KIND_NUMBER[broader]] += part
    part = _part_inside(world, supply.areas)
    size = supply.size * part
    drawn = np.bincount(supply.kind, size * _in_force(supply, on), kinds)
    per_size = np.divide(target, drawn, out=np.zeros(kinds), where=drawn > 0)
    # An offer that lies wholly inside gives something; one from beyond may be too small to matter here.
    units: Integers = np.maximum(rounded(rng, size * per_size[supply.kind]), part == 1)
    return units


def _part_inside(world: World, areas: Integers) -> Floats:
    """Share of the households that an offer serves which live inside what is asked for."""
    served = np.where(areas >= 0, world.households[areas] + 1e-9, 0.0)
    inside: Floats = (served * world.share[areas]).sum(axis=1) / served.sum(axis=1)
    return inside


def _in_force(supply: Supply, on: date) -> Bools:
    today = day_number(on)
    begun = (supply.valid_from < 0) | (supply.valid_from <= today)
    return begun & ((supply.valid_to < 0) | (supply.valid_to >= today))


def reachable(world: World, supply: Supply, capacity: Integers) -> Bools:
    """Offers with something to give in an area of the sample."""
    return (capacity > 0) & ((supply.areas >= 0) & world.listed[supply.areas]).any(axis=1)
