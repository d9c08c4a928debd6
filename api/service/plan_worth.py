"""What one more unit of each service kind, hours, money or a worker would be worth to a plan, region by region."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from api.settings import Settings
from graph.folders import whole_file
from graph.model import URGENCIES
from graph.within import RegionTree
from matching.worth import WORTH

_Found = dict[tuple[str | None, str], dict[tuple[int, int], list[tuple[str, int]]]]
"""By kind and what: by urgency and waiting time, or by places and households, the towns with the amount there."""
_WHATS = ("unit", "hours", "yuan", "worker")
_RANK = {code.code: rank for rank, code in enumerate(URGENCIES)}


@dataclass(frozen=True)
class Worth:
    """The best that one more `unit` of a kind, or so many `hours` or `yuan`, lets in within a region, and the towns where it does.

    `amount` is the least that does so in one of the towns, which are in order of code. One more `worker` has no kind and
    lets no need in, but has `places` and `households`.
    """

    kind: str | None
    what: str
    amount: int
    urgency: str | None
    waiting_months: int | None
    places: int | None
    households: int | None
    towns: tuple[str, ...]


def keep_worth(plan: str, worth: pa.Table, plans: Path) -> None:
    """Keep what more would be worth to a plan beside its folder."""
    with whole_file(_file(plan, plans), setting="ZHONGFU_HOME") as growing:
        pq.write_table(worth, growing)


def kept_worth(plan: str, plans: Path) -> pa.Table | None:
    """What is kept of a plan; None where nothing is, or in an older form."""
    path = _file(plan, plans)
    if not path.is_file() or not pq.read_schema(path).equals(WORTH):
        return None
    return pq.read_table(path)


def worth_within(settings: Settings, tree: RegionTree, plan: str, within: str) -> list[Worth] | None:
    """What more of each kind is worth in a region, the most urgent first; None where nothing is kept, or in an older form."""
    table = kept_worth(plan, settings.plans)
    if table is None:
        return None
    found: _Found = defaultdict(lambda: defaultdict(list))
    inside = {town for town in table["town"].unique().to_pylist() if town in tree.regions and tree.within(town, within)}
    for row in table.to_pylist():
        if row["town"] in inside:
            worker = row["what"] == "worker"
            level = (-row["places"], -row["households"]) if worker else (_RANK[row["urgency"]], -row["waiting_months"])
            found[row["kind"], row["what"]][level].append((row["town"], row["amount"]))
    # kinds by their best need, what is a unit before what are hours or yuan; a worker last
    best = {key: min(levels) for key, levels in found.items()}
    first = {kind: min(best[kind, what] for what in _WHATS if (kind, what) in best) for kind, _ in best}
    order = sorted(best, key=lambda key: (key[0] is None, first[key[0]], key[0], _WHATS.index(key[1])))
    return [_worth(*key, *best[key], found[key][best[key]]) for key in order]


def _worth(kind: str | None, what: str, rank: int, less: int, found: list[tuple[str, int]]) -> Worth:
    least, towns = min(amount for _, amount in found), tuple(town for town, _ in found)
    if kind is None:
        return Worth(None, what, least, None, None, -rank, -less, towns)
    return Worth(kind, what, least, URGENCIES[rank].code, -less, None, None, towns)


def _file(plan: str, plans: Path) -> Path:
    return plans / f"{plan}.worth.parquet"
