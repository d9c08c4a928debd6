"""Funds: funding streams of province, cities and counties, and the offers they pay for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from graph.model import SERVICE_KINDS
from graph.snapshot import CITY, COUNTY, PROVINCE
from loaders.sample.catalogue import KIND_NUMBER
from loaders.sample.columns import Integers, assembled, chosen, dated, day_number, running, whole
from loaders.sample.offers import Supply
from loaders.sample.world import World, stream

FUNDED = 0.3
"""Share of offers that a fund pays for, where one fits."""
TIGHT = 0.25
"""Share of funds with less money than their offers would cost."""
PER_LEVEL = {PROVINCE: 12, CITY: 4, COUNTY: 2}
"""Funds of each region by level."""
_PURPOSES = ("困难群众救助资金", "福利彩票公益金", "乡村振兴帮扶资金", "慈善专项资金")


@dataclass(frozen=True)
class Streams:
    """One entry a fund of the province, in the order of its region; no kinds means all."""

    region: Integers
    kinds: list[tuple[int, ...]]


def draw_funds(world: World) -> Streams:
    """The funds of the province."""
    rng = stream(world.seed, "funds")
    level = world.regions.level
    region = np.concatenate([np.repeat(np.flatnonzero(level == each), count) for each, count in PER_LEVEL.items()])
    region = np.sort(region).astype(np.int32)
    kinds = [
        ()
        if rng.random() < 0.3
        else tuple(sorted(rng.choice(len(SERVICE_KINDS), int(rng.integers(3, 9)), replace=False).tolist()))
        for _ in region
    ]
    return Streams(region, kinds)


def pay(world: World, funds: Streams, supply: Supply) -> Integers:
    """The fund of each offer, -1 for none: one whose region holds the offer's chief area and that pays its kind."""
    rng = stream(world.seed, "funds", "offers")
    count = len(supply.kind)
    wants = (rng.random(count) < FUNDED) & (supply.cost > 0)
    fund = np.full(count, -1, np.int32)
    chief = supply.areas[:, 0]
    broader = [{KIND_NUMBER[name] for name in kind.broader} for kind in SERVICE_KINDS]
    for number in rng.permutation(len(funds.region)).tolist():
        paid = funds.kinds[number]
        fits = np.array([not paid or kind in paid or bool(broader[kind] & set(paid)) for kind in range(len(broader))])
        area = np.full(count, funds.region[number])
        able = wants & (fund < 0) & fits[supply.kind] & world.regions.inside(chief.astype(np.int32), area)
        fund[able & (rng.random(count) < 0.5)] = number
    return fund


def fund_table(world: World, funds: Streams, kept: Integers, value: Integers, on: date) -> pa.Table:
    """The `funds` table of those kept; `value` is what all offers of each would cost, in yuan."""
    rng = stream(world.seed, "funds", "table")
    count = len(funds.region)
    factor = np.where(rng.random(count) < TIGHT, rng.uniform(0.2, 0.6, count), rng.uniform(1.1, 2.5, count))
    spare = rng.integers(50, 2_000, count) * 1_000
    open_ended = rng.random(count) < 0.2
    purpose = rng.integers(0, len(_PURPOSES), count)
    amount = np.where(value > 0, np.round(value * factor[kept], -2), spare[kept]).astype(np.int64)
    names = world.regions.name.to_pylist()
    rows = kept.tolist()
    start, end = day_number(date(on.year, 1, 1)), day_number(date(on.year, 12, 31))
    return assembled(
        "funds",
        len(kept),
        fund=running("M", len(kept)),
        name=pa.array(f"{names[funds.region[row]]}示例{_PURPOSES[purpose[row]]}{row + 1:03d}" for row in rows),
        region=chosen(world.regions.key, funds.region[kept]),
        amount=whole(amount),
        kinds=pa.array(
            [";".join(SERVICE_KINDS[kind].kind for kind in funds.kinds[row]) or None for row in rows], pa.string()
        ),
        valid_from=dated(np.full(len(kept), start), open_ended[kept]),
        valid_to=dated(np.full(len(kept), end), open_ended[kept]),
    )
