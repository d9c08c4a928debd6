"""The record of loads: one at a time, and each with who, when, from what and how much."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Literal

from graph.connect import Graph, Row, Run
from graph.constraints import prepare
from graph.errors import GraphError
from graph.queries import query
from graph.write import Count

Way = Literal["statements", "import"]


class LoadUnderWay(GraphError):
    """A load is writing, or was cut off."""

    code = "load_under_way"
    en = "Load {load} by {actor}, begun {started_at} on {host}, is under way in the graph, or was cut off."
    zh = "{actor} 于 {started_at} 在 {host} 开始的导入 {load} 正在进行，或已中断。"
    repair_en = (
        "Wait for it to end. If it was cut off, any command on {host} finishes it, "
        "and so does loading the same files from elsewhere."
    )
    repair_zh = "请等待其结束。若已中断，在 {host} 上运行任一命令即可完成，在别处重新导入同一批文件也可。"


class CodeJustTaken(GraphError):
    """Another organisation got a credit code between the check of a load and its beginning."""

    code = "code_just_taken"
    en = "Another organisation got the credit code {credit_code} while the files were checked; nothing is written."
    zh = "检查文件期间，统一社会信用代码 {credit_code} 已归另一机构；未写入任何内容。"
    repair_en = "Check the files again: the check names the row, and the other organisation to those who may see it."
    repair_zh = "请重新检查文件：检查会指出该行，并向有权查看者指出另一机构。"


@dataclass(frozen=True)
class Load:
    """One load, as the graph records it."""

    load: str
    actor: str
    source: str
    """Digest of what was loaded."""
    host: str
    """The machine that keeps the rows until they are written."""
    way: Way
    """By statements, which must be repeated from the rows, or by the import tool, which is whole or nothing."""
    started_at: datetime
    state: Literal["running", "done"] = "running"


def begin(graph: Graph, load: Load, codes: Mapping[str, str | None] = MappingProxyType({})) -> None:
    """Say that this load is under way, so that readers wait, and nobody founds an organisation.

    Parameters
    ----------
    codes
        The credit codes that its organisations will have, by their numbers.

    Raises
    ------
    LoadUnderWay
        Another load is under way or was cut off.
    CodeJustTaken
        Another organisation has one of the codes; no load is under way.
    """
    asked = {"codes": sorted(set(filter(None, codes.values()))), "organizations": list(codes)}

    def body(run: Run) -> bool:
        begun = bool(run(query("begin_load"), asdict(load)))
        taken = run(query("codes_taken"), asked) if begun and asked["codes"] else []
        if taken:
            raise CodeJustTaken(credit_code=taken[0]["credit_code"])
        return begun

    while not graph.transact(body):
        other = load_under_way(graph)
        if other is not None:  # else it ended just now
            raise under_way(other)


def end(graph: Graph, load: str, counts: Sequence[Count]) -> None:
    """Say that the load is whole; its counts are kept."""
    kept = json.dumps([asdict(count) for count in counts])
    graph.write(query("end_load"), load=load, now=datetime.now(UTC), counts=kept)


def load_under_way(graph: Graph) -> Load | None:
    """The load that is under way or was cut off."""
    rows = graph.read(query("read_load_under_way"))
    return _load(rows[0]) if rows else None


def require_no_load(run: Run) -> None:
    """Refuse, within a transaction that holds the graph's state back, what a load under way may not know of. Raises LoadUnderWay."""
    rows = run(query("read_load_under_way"), {})
    if rows:
        raise under_way(_load(rows[0]))


def find_load(graph: Graph, load: str) -> Load | None:
    """What the graph records of a load; None when it never began."""
    rows = graph.read(query("read_load"), load=load)
    return _load(rows[0]) if rows else None


def finish_import(graph: Graph, load: str, counts: Sequence[Count] = ()) -> None:
    """Make the constraints over what the import tool wrote, and let readers in."""
    prepare(graph)
    end(graph, load, counts)


def under_way(load: Load) -> LoadUnderWay:
    """The fault that says whose load it is."""
    began = load.started_at.isoformat(timespec="seconds")
    return LoadUnderWay(load=load.load, actor=load.actor, started_at=began, host=load.host)


def _load(row: Row) -> Load:
    return Load(**row | {"started_at": row["started_at"].to_native()})
