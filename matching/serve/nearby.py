"""Places that can be reached from homes within so many minutes (model (7))."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from graph.snapshot import NONE, Floats, Ints, Longs
from matching.ranges import Index, distinct, expand, offsets, order_of
from matching.travel import EARTH_KM, KM_PER_HOUR, ROAD_FACTOR, START_MINUTES, WITHIN_TOWN_MINUTES, Roads


@dataclass(frozen=True)
class Near:
    """For each home the places that it reaches, the nearest first: those of home h from `start[h]` to `start[h + 1]`."""

    start: Longs
    place: Ints
    minutes: Ints


def nearby(roads: Roads, homes: Ints, limits: Ints, places: Ints) -> Near:
    """Places within the minutes of each home; homes and places are regions, each of them once."""
    pairs = (
        _told(roads, homes, places) if roads.snapshot.travel is not None else _estimated(roads, homes, limits, places)
    )
    first, _ = distinct(*pairs)
    home, place = (each[first] for each in pairs)
    minutes = roads.minutes(homes[home], places[place])
    kept = np.flatnonzero((minutes != NONE) & (minutes <= limits[home]))
    home, place, minutes = home[kept], place[kept], minutes[kept]
    order = order_of((home * (int(minutes.max(initial=0)) + 1) + minutes) * max(len(places), 1) + place)
    return Near(offsets(home, len(homes)), places[place[order]], minutes[order])


def nearest(roads: Roads, homes: Ints, places: Ints) -> Ints:
    """Minutes from each place to the nearest home, or fewer: 0 where the ways are told by a table."""
    found = np.zeros(len(places), np.int32)
    if roads.snapshot.travel is not None or not len(homes):
        return found
    points = _points(roads)
    placed = ~np.isnan(points[:, 0])
    away = np.flatnonzero(placed[places] & ~np.isin(places, homes))
    if not len(away):
        return found
    tree = cKDTree(points[homes[placed[homes]]].reshape(-1, 3))
    chord = tree.query(points[places[away]])[0] if tree.n else np.full(len(away), 2.0)
    kilometres = 2 * EARTH_KM * np.arcsin(np.minimum(chord / 2, 1))
    found[away] = np.rint(ROAD_FACTOR * kilometres / KM_PER_HOUR * 60 - 1e-6) + START_MINUTES
    return found if placed[homes].all() else np.minimum(found, WITHIN_TOWN_MINUTES).astype(np.int32)


def _points(roads: Roads) -> Floats:
    """Shape (regions, 3): each place on the unit sphere, NaN without coordinates."""
    lon, lat = np.radians(roads.snapshot.regions.lon), np.radians(roads.snapshot.regions.lat)
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)


def _told(roads: Roads, homes: Ints, places: Ints) -> tuple[Index, Index]:
    """Pairs of positions that the travel table may join, and places that are homes."""
    travel, at = roads.snapshot.travel, np.full(len(roads.town), NONE, np.int32)
    at[places] = np.arange(len(places))
    own = np.flatnonzero(at[homes] != NONE)
    if travel is None or not len(travel.origin):
        return own, at[homes[own]]
    home, row = expand(np.searchsorted(travel.origin, homes, "left"), np.searchsorted(travel.origin, homes, "right"))
    place = at[travel.destination[row]]
    there = place != NONE
    return np.concatenate([own, home[there]]), np.concatenate([at[homes[own]], place[there]])


def _estimated(roads: Roads, homes: Ints, limits: Ints, places: Ints) -> tuple[Index, Index]:
    """Pairs of positions that may be near: by coordinates, or of one town where an end has none."""
    points = _points(roads)
    placed = ~np.isnan(points[:, 0])
    from_home, to_place = np.flatnonzero(placed[homes]), np.flatnonzero(placed[places])
    # a minute more than the limit, since estimates are rounded
    kilometres = np.maximum(limits[from_home] + 1.0 - START_MINUTES, 0) / 60 * KM_PER_HOUR / ROAD_FACTOR
    chord = 2 * np.sin(np.minimum(kilometres / EARTH_KM, np.pi) / 2) + 1e-9
    tree = cKDTree(points[places[to_place]].reshape(-1, 3))
    parts = []
    for radius in np.unique(chord).tolist():
        mine = from_home[chord == radius]
        found = cKDTree(points[homes[mine]]).sparse_distance_matrix(tree, radius, output_type="ndarray")
        parts.append((mine[found["i"]], to_place[found["j"]]))
    # of one town without coordinates of both, and at home
    near = np.where(limits < WITHIN_TOWN_MINUTES, NONE, roads.town[homes])
    unplaced = np.flatnonzero(~placed[homes]), np.flatnonzero(~placed[places])
    parts.append(_of_one_town(roads, near, unplaced[0], places, np.arange(len(places))))
    parts.append(_of_one_town(roads, near, np.arange(len(homes)), places, unplaced[1]))
    parts.append(_at_home(homes, places))
    home, place = (np.concatenate(each).astype(np.int64) for each in zip(*parts, strict=True))
    return home, place


def _of_one_town(roads: Roads, town: Ints, homes: Index, places: Ints, some: Index) -> tuple[Index, Index]:
    """Pairs of some homes, by the town of each, and some of the places in it."""
    theirs = roads.town[places[some]]
    order = np.argsort(theirs, kind="stable")
    start, end = (np.searchsorted(theirs[order], town[homes], side) for side in ("left", "right"))
    owner, at = expand(start, np.where(town[homes] == NONE, start, end))
    return homes[owner], some[order[at]]


def _at_home(homes: Ints, places: Ints) -> tuple[Index, Index]:
    """Pairs of homes and places that are the same region."""
    _, home, place = np.intersect1d(homes, places, assume_unique=True, return_indices=True)
    return home, place
