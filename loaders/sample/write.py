"""Writes a sample: every table but `travel` and `locks`, one after the other, each freed when it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from graph.tables import shipped_service_kinds
from loaders.dirty import add_faults
from loaders.sample.capacities import capacities, reachable
from loaders.sample.caseworkers import caseworker_table
from loaders.sample.errors import BadScale, BadSeed, DirtyNeedsCsv
from loaders.sample.funds import draw_funds, fund_table, pay
from loaders.sample.households import draw_homes, household_table
from loaders.sample.needs import need_table
from loaders.sample.offers import draw_supply, offer_table
from loaders.sample.organizations import draw_bodies, organization_table
from loaders.sample.persons import draw_people, person_table
from loaders.sample.volunteers import volunteer_table
from loaders.sample.world import World, build_world

Format = Literal["csv", "parquet"]
LARGEST_SCALE = 20
"""Beyond it the running keys would lack digits."""
Progress = Callable[[str, int], None]
"""Told the name of each table that is written and its rows."""


def write_sample(
    out: Path,
    region: str = "441400",
    seed: int = 1,
    scale: float = 1.0,
    on: date = date(2026, 11, 2),
    format: Format = "csv",  # noqa: A002 (the word of the command line)
    dirty: bool = False,
    progress: Progress | None = None,
) -> dict[str, int]:
    """Write an invented world on real regions into a folder; gives the rows of each table.

    `scale` multiplies households, workers, volunteers, organisations and offers alike. Offers that reach beyond the
    region bring the share of their capacity that its households are of those they serve. The same arguments give the
    same bytes. `dirty` adds the faults that `loaders.dirty` lists; they are written as text, so it takes CSV.
    Raises a CallError for a region that Guangdong does not have or a scale out of range.
    """
    if not 0 < scale <= LARGEST_SCALE:
        raise BadScale(scale=scale, largest=LARGEST_SCALE)
    if seed < 0:
        raise BadSeed(seed=seed)
    if dirty and format != "csv":
        raise DirtyNeedsCsv(format=format)
    world = build_world(region, seed, scale)
    rows = {}
    out.mkdir(parents=True, exist_ok=True)
    for name, table in sample_tables(world, on):
        write_table(table, out / f"{name}.{format}", format)
        rows[name] = len(table)
        if progress:
            progress(name, len(table))
    if dirty:
        add_faults(out)
    return rows


def sample_tables(world: World, on: date) -> Iterator[tuple[str, pa.Table]]:
    """Every table of the sample in turn."""
    yield "regions", world.table
    yield "service_kinds", shipped_service_kinds()
    homes = draw_homes(world)
    yield "households", household_table(world, homes, on)
    people = draw_people(world, homes)
    yield "persons", person_table(world, homes, people, on)
    yield "needs", need_table(world, homes, people, on)
    yield from provider_tables(world, on)
    yield "volunteers", volunteer_table(world)
    yield "caseworkers", caseworker_table(world)


def provider_tables(world: World, on: date) -> Iterator[tuple[str, pa.Table]]:
    """Organisations, funds and offers: drawn for the province, then those that matter inside what is asked for."""
    bodies, funds = draw_bodies(world), draw_funds(world)
    supply = draw_supply(world, bodies, on)
    capacity = capacities(world, supply, on)
    offers = np.flatnonzero(reachable(world, supply, capacity))
    value = capacity * supply.cost

    seated = world.inside[bodies.seat]
    organizations = np.union1d(np.flatnonzero(seated), supply.organization[offers])
    worth = np.bincount(supply.organization[offers], value[offers], len(bodies.seat)).astype(np.int64)
    yield "organizations", organization_table(world, bodies, organizations, worth[organizations])

    kept_funds = np.flatnonzero(world.listed[funds.region])
    fund = pay(world, funds, supply)[offers]
    worth = np.bincount(fund + 1, value[offers], len(funds.region) + 1)[1:].astype(np.int64)
    yield "funds", fund_table(world, funds, kept_funds, worth[kept_funds], on)

    row_of_fund = np.full(len(funds.region) + 1, -1)
    row_of_fund[kept_funds] = np.arange(len(kept_funds))
    makers = np.searchsorted(organizations, supply.organization[offers])
    yield "offers", offer_table(world, supply, offers, capacity, makers, row_of_fund[fund], on)


def write_table(table: pa.Table, path: Path, format: Format) -> None:  # noqa: A002 (as above)
    """Write a table; the bytes depend on its cells alone."""
    if format == "parquet":
        pq.write_table(table, path, compression="zstd")
        return
    with path.open("wb") as file:
        file.write((",".join(table.column_names) + "\n").encode())
        # Without quotes a cell that would need them is an error, and no cell of a sample does.
        options = pa.csv.WriteOptions(include_header=False, quoting_style="none", batch_size=65_536)
        pa.csv.write_csv(_spelled(table), file, options)


def _spelled(table: pa.Table) -> pa.Table:
    """The table with its moments as ISO text: 2026-11-01T00:00:00Z."""
    for number, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            moments = table.column(number).combine_chunks().dictionary_encode()
            text = pc.strftime(moments.dictionary.cast(pa.timestamp("s", "UTC")), "%Y-%m-%dT%H:%M:%SZ")
            table = table.set_column(number, field.name, pa.DictionaryArray.from_arrays(moments.indices, text))
    return table
