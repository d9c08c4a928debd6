"""The tree of regions, read once for each version of the regions."""

from __future__ import annotations

import re
import unicodedata
from itertools import chain, islice
from threading import Lock

from api.service.cells import CellFault
from api.service.opening import opened
from api.settings import Settings
from graph.errors import CallError
from graph.model import LEVELS
from graph.state import read_state
from graph.within import Region, RegionTree, region_tree

_LOCK = Lock()
_held: dict[str, tuple[int, RegionTree]] = {}
_SHOWN = 60
"""Characters of a text that are told again."""
MOST_TOLD = 5
"""Regions that a text may mean of which it is told."""
_LONGEST_NAME = 40
"""Characters of the name of a region that is found where names are written together."""
DOT = re.compile(r"\s*[·・•]\s*")
"""What stands between a name and its code where both are written."""


class PlaceUnclear(CallError):
    """A place that nobody knows, or that several are called."""

    code = "place_unclear"
    en = "{text!r} is {detail}."
    zh = "区划“{text}”{detail_zh}。"
    repair_en = "Write the code, or the name after that of the city or county, such as 梅州市 梅江区."
    repair_zh = "请填写代码，或在名称前加上所属市、县，例如：梅州市 梅江区。"


def tree(settings: Settings) -> RegionTree:
    """The regions that the graph holds. Raises NotPrepared."""
    with opened(settings) as graph:
        version = read_state(graph).regions_version
        key = str(graph.home or graph.address)
        with _LOCK:
            kept = _held.get(key)
            if kept is None or kept[0] != version:
                _held[key] = kept = (version, region_tree(graph))
        return kept[1]


def found(regions: RegionTree, text: str, most: int = 12) -> list[Region]:
    """Regions by their code (zeros at its end may be left out) or by name, those of some above before it or not: `梅江区 城北镇`.

    Those whose name is the text come first, then the wider ones.
    """
    words = text.split()
    if not 0 < len(words) <= len(LEVELS):  # more words than levels name nothing
        return []
    if words[0].isdigit():
        code = words[0].ljust(12, "0")
        return [regions.regions[code]] if len(words) == 1 and code in regions.regions else []
    *above, name = words
    if name not in regions.names:
        return []

    def within(each: tuple[Region, str]) -> bool:
        return all(word in each[1] for word in above)

    exact = filter(within, regions.by_name.get(name, ()))
    others = (each for each in regions.named if name in each[0].name and each[0].name != name and within(each))
    return [each for each, _ in islice(chain(exact, others), most)]


def _written_together(regions: RegionTree, text: str) -> list[Region]:
    """Regions whose name after some of those above it is the text, as it is written without spaces: `梅州市梅江区`."""
    text = "".join(text.split())
    ends = (text[-size:] for size in range(1, min(len(text), _LONGEST_NAME + 1)))
    hits = [each for end in ends for each, _ in regions.by_name.get(end, ())]
    return [each for each in hits if _is_line(text, [above.name for above in regions.line(each.code)])]


def _is_line(text: str, names: list[str]) -> bool:
    """Whether a text is the first of some names after others of them in their order, from the widest down."""
    rest = text
    for name in names:
        rest = rest.removesuffix(name)
    return not rest


def whole_name(regions: RegionTree, code: str) -> str:
    """The name of a region after those of what it is part of, the root left out."""
    line = [region.name for region in regions.line(code)]
    return " ".join(reversed(line[:-1] or line))


def possible(regions: RegionTree, text: str) -> list[Region]:
    """The one region that a text means: a code, a name, or both with a dot between them; else those that it may mean.

    However a place is typed, in a form, a request or a file, it is read by this rule.
    """
    written = unicodedata.normalize("NFKC", DOT.split(text)[-1]).strip()
    hits = found(regions, written) or _written_together(regions, written)
    exact = [each for each in hits if each.name == written.rsplit(maxsplit=1)[-1]]
    return exact if len(exact) == 1 else hits


def place_meant(regions: RegionTree, text: str) -> str:
    """The code of the one region that is meant. Raises PlaceUnclear."""
    hits = possible(regions, text)
    if len(hits) == 1:
        return hits[0].code
    text = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    if not hits:
        raise PlaceUnclear(text=text, detail="no region that was loaded", detail_zh="不是已导入的行政区划")
    some = "; ".join(f"{whole_name(regions, each.code)} ({each.code})" for each in hits[:MOST_TOLD])
    raise PlaceUnclear(text=text, detail=f"the name of several regions: {some}", detail_zh=f"对应多个行政区划：{some}")


def unclear(column: str, *faults: PlaceUnclear) -> CellFault:
    """What is wrong with a cell of which these texts name no region."""
    said, said_zh = (" ".join(each.message("en") for each in faults), "".join(each.message("zh") for each in faults))
    return CellFault(column, f"{said} {faults[0].repair('en')}", f"{said_zh}{faults[0].repair('zh')}")
