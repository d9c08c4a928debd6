"""The divisions of Guangdong in 2023, from the committed file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from graph.errors import CallError
from graph.model import TABLES
from graph.tables import arrow_schema
from loaders.guangdong.census import CITIES

FILE = Path(__file__).with_name("divisions.csv.gz")
FILE_COLUMNS = ("code", "name", "level", "parent", "lon", "lat", "estimated")
PROVINCE = "440000000000"


class UnknownRegion(CallError):
    """No region of Guangdong has this code."""

    code = "division_unknown"
    en = "There is no region {region} in Guangdong."
    zh = "广东省没有代码为 {region} 的行政区划。"
    repair_en = "Give the six or twelve digits of a county, a city or the province: 441400 is Meizhou, 440000 all."
    repair_zh = "请给出县区、地级市或省的六位或十二位代码：441400 为梅州市，440000 为全省。"


@cache
def divisions() -> pa.Table:
    """Every region by code, with `estimated`: whether its coordinates follow from a rule and not from a map."""
    text = pa.string()
    types = {"code": text, "name": text, "level": text, "parent": text, "estimated": pa.bool_()}
    options = pa.csv.ConvertOptions(column_types=types, strings_can_be_null=True, null_values=[""])
    return pa.csv.read_csv(FILE, convert_options=options)


def regions(code: str) -> pa.Table:
    """The region of this code (six digits will do) with everything within and its ancestors, as a `regions` table.

    Populations are known for cities and the province alone. Coordinates of villages and of some towns are
    estimates (`divisions()` says which). Raises UnknownRegion for a code that no region of Guangdong has.
    """
    table = divisions()
    asked, code = code, code.ljust(12, "0")
    parent_of = dict(zip(table["code"].to_pylist(), table["parent"].to_pylist(), strict=True))
    if code not in parent_of:
        raise UnknownRegion(region=asked)
    wanted = {code}
    ancestor = parent_of[code]
    while ancestor is not None:
        wanted.add(ancestor)
        ancestor = parent_of[ancestor]
    inside = {code}
    for child, parent in parent_of.items():  # a parent's code comes before its children's
        if parent in inside:
            inside.add(child)
    chosen = table.filter(pc.is_in(table["code"], pa.array(sorted(wanted | inside))))
    population = {city.code: city.population for city in CITIES}
    population[PROVINCE] = sum(population.values())
    people = pa.array([population.get(key) for key in chosen["code"].to_pylist()], pa.int64())
    schema = arrow_schema(TABLES["regions"])
    return chosen.append_column("population", people).select(schema.names).combine_chunks().cast(schema)
