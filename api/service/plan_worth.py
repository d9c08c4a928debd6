"""What one more unit of each service kind would be worth to a plan, region by region."""

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

_RANK = {code.code: rank for rank, code in enumerate(URGENCIES)}


@dataclass(frozen=True)
class Worth:
    """The best that one more unit of a kind lets in within a region, and the towns where it does, in order of code."""

    kind: str
    urgency: str
    waiting_months: int
    towns: tuple[str, ...]


def keep_worth(plan: str, worth: pa.Table, plans: Path) -> None:
    """Keep what more would be worth to a plan beside its folder."""
    with whole_file(_file(plan, plans), setting="ZHONGFU_HOME") as growing:
        pq.write_table(worth, growing)


def worth_within(settings: Settings, tree: RegionTree, plan: str, within: str) -> list[Worth] | None:
    """What one more unit of each kind is worth in a region, the most urgent first; None where nothing is kept."""
    path = _file(plan, settings.plans)
    if not path.is_file():
        return None
    found: dict[str, dict[tuple[int, int], list[str]]] = defaultdict(lambda: defaultdict(list))
    table = pq.read_table(path, schema=WORTH)
    inside = {town for town in table["town"].unique().to_pylist() if town in tree.regions and tree.within(town, within)}
    for row in table.to_pylist():
        if row["town"] in inside:
            found[row["kind"]][_RANK[row["urgency"]], -row["waiting_months"]].append(row["town"])
    best = sorted((min(levels), kind) for kind, levels in found.items())
    return [Worth(kind, URGENCIES[rank].code, -less, tuple(found[kind][rank, less])) for (rank, less), kind in best]


def _file(plan: str, plans: Path) -> Path:
    return plans / f"{plan}.worth.parquet"
