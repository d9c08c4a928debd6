"""Where a place without known coordinates is put: a rule of its code alone, the same on every machine."""

from __future__ import annotations

import hashlib
import math
from itertools import count

import shapely
from shapely.geometry.base import BaseGeometry

KM_PER_DEGREE = 111.195
COMMUNITY_KM = 2.0
"""Residents' committees (village part below 200) lie at most this far from the seat of their town."""
VILLAGE_KM = 6.0
"""Villagers' committees and village-like units lie at most this far from the seat of their town."""
PULLS = 6
"""A place that falls outside its county is pulled half-way back this often, and then put at the seat."""


def draw(code: str, turn: int = 0) -> tuple[float, float]:
    """Two numbers in [0, 1) from a code, and from the turn where several draws are needed."""
    digest = hashlib.blake2b(f"{code}/{turn}".encode(), digest_size=8).digest()
    return int.from_bytes(digest[:4]) / 2**32, int.from_bytes(digest[4:]) / 2**32


def reach(code: str) -> float:
    """How far from the seat of its town a village may be put, in km."""
    return COMMUNITY_KM if int(code[9:]) < 200 else VILLAGE_KM


def around(code: str, seat: tuple[float, float], pull: int = 0) -> tuple[float, float]:
    """A village's place (lon, lat) about its town's seat, after `pull` halvings of the way from there."""
    turn, far = draw(code)
    km = reach(code) * math.sqrt(far) / 2**pull
    east, north = km * math.cos(2 * math.pi * turn), km * math.sin(2 * math.pi * turn)
    lon, lat = seat
    return (
        round(lon + east / (KM_PER_DEGREE * math.cos(math.radians(lat))), 5),
        round(lat + north / KM_PER_DEGREE, 5),
    )


def village_place(code: str, seat: tuple[float, float], county: BaseGeometry) -> tuple[float, float]:
    """A village's place: about its town's seat, pulled back until it lies in the county."""
    for pull in range(PULLS):
        place = around(code, seat, pull)
        if shapely.contains_xy(county, *place):
            return place
    return seat


def town_place(code: str, county: BaseGeometry) -> tuple[float, float]:
    """A place for a town without known coordinates: the first draw from its code that lies in the county."""
    west, south, east, north = county.bounds
    for turn in count():
        across, up = draw(code, turn)
        lon, lat = round(west + across * (east - west), 5), round(south + up * (north - south), 5)
        if shapely.contains_xy(county, lon, lat):
            return lon, lat
    raise AssertionError("a county has an inside")
