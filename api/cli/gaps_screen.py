"""What is lacking, on the terminal: one row a region, and below it why."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from api.cli.plan_screen import share
from api.cli.screen import label, results, said, table_of
from api.cli.words import VALUES
from api.place_words import itself
from graph.model import URGENCIES
from matching.reasons import in_few_words

if TYPE_CHECKING:
    import pyarrow as pa

    from graph.gaps import Gaps

ROWS = 200
"""Regions on the terminal; CSV and JSON hold all."""
_PLACES = (("towns", "towns_covered"), ("villages", "villages_covered"), ("households", "households_cared_for"))


def show_summary(found: Gaps) -> None:
    """Print a region a row, and below them why needs, places and households are left."""
    screen = results()
    screen.print(regions_table(found))
    for table in cause_tables(found):
        screen.print()
        screen.print(table)
    if len(found.summary) > ROWS:
        screen.print()
        screen.print(
            Text(
                said(
                    f"the first {ROWS} of {len(found.summary):,} regions",
                    f"共 {len(found.summary):,} 个，列出前 {ROWS} 个",
                )
            )
        )


def regions_table(found: Gaps) -> RenderableType:
    """Needs and units met by urgency, places covered and households cared for, a region a row and the total below."""
    table = Table(header_style="bold cyan", footer_style="bold", box=None, pad_edge=False, show_footer=True)
    met, whole = _met(found), _summed(found.summary)
    table.add_column(label(found.level), said("all", "合计"))
    for urgency in URGENCIES:
        heading = Text(said(urgency.en, urgency.zh), VALUES[urgency.code][1])
        every = [each for (_, code), each in met.items() if code == urgency.code]
        table.add_column(heading, _pair([sum(each) for each in zip(*every, strict=True)]), justify="right")
    for place, covered in _PLACES:
        table.add_column(label(place), _of(whole[covered], whole[place]), justify="right")
    for row in found.summary.slice(0, ROWS).to_pylist():
        cells = [_pair(met.get((row["region"], urgency.code))) for urgency in URGENCIES]
        name = said(*itself(row["name"], row["level"])) if row["itself"] else row["name"]
        table.add_row(Text(name), *cells, *(_of(row[covered], row[place]) for place, covered in _PLACES))
    title = said(
        "met: needs / units in %; covered and cared for: of how many", "满足：需求/数量（%）；覆盖与责任：已有/应有"
    )
    return Group(Text(title, "bold"), table)


def cause_tables(found: Gaps) -> Iterator[RenderableType]:
    """Why needs are left, why places and households lack a worker: how many by reason, the most frequent first."""
    titles = {
        "needs": said("needs not met whole, by reason", "未全部满足的需求，按原因"),
        "places": said("places without a worker, by reason", "无社工覆盖的村居与镇街，按原因"),
        "households": said("households without a responsible worker, by reason", "无责任社工的家庭，按原因"),
        "workers": said("workers missing at least, by reason", "至少缺少的社工，按原因"),
    }
    for name, title in titles.items():
        counts: Counter[str] = Counter()
        for causes in getattr(found, name)["causes"].drop_null().to_pylist():
            counts.update(json.loads(causes))
        if counts:
            rows = [{"count": count, "reason": said(*in_few_words(code))} for code, count in counts.most_common()]
            yield table_of(rows, title)


def _met(found: Gaps) -> dict[tuple[str, str], tuple[int, int, int, int]]:
    """Needs met, needs, units met and units by region and urgency."""
    figures = ("needs_met", "needs", "units_met", "units")
    summed = found.needs.group_by(["region", "urgency"]).aggregate([(name, "sum") for name in figures])
    return {
        (row["region"], row["urgency"]): tuple(row[f"{name}_sum"] for name in figures) for row in summed.to_pylist()
    }


def _summed(table: pa.Table) -> Mapping[str, int]:
    return {name: sum(table[name].to_pylist()) for pair in _PLACES for name in pair}


def _pair(figures: Any) -> Text:
    """Needs and units met in percent; what is met whole in green."""
    if not figures or not figures[1]:
        return Text("–", "dim")
    needs_met, needs, units_met, units = figures
    text = f"{share(needs_met, needs).removesuffix('%')}/{share(units_met, units).removesuffix('%')}".replace(
        "100.0", "100"
    )
    return Text(text, "green" if needs_met == needs else "")


def _of(part: int, whole: int) -> Text:
    """How many of how many; all in green, fewer in yellow."""
    if not whole:
        return Text("–", "dim")
    return Text(f"{part:,}/{whole:,}", "green" if part >= whole else "yellow")
