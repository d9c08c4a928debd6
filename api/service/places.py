"""The tree of regions, read once for each version of the regions."""

from __future__ import annotations

from threading import Lock

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
    """Regions by their code (six digits or twelve) or by name, those of some above before it or not: `梅江区 城北镇`.

    Those whose name is the text come first, then the wider ones.
    """
    words = text.split()
    if not 0 < len(words) <= len(LEVELS):  # more words than levels name nothing
        return []
    if words[0].isdigit():
        code = words[0].ljust(12, "0")
        return [regions.regions[code]] if len(words) == 1 and code in regions.regions else []
    *above, name = words
    hits = [each for each, line in regions.named if name in each.name and all(word in line for word in above)]
    return sorted(hits, key=lambda each: each.name != name)[:most]


def _written_together(regions: RegionTree, text: str) -> list[Region]:
    """Regions whose name after some of those above it is the text, as it is written without spaces: `梅州市梅江区`."""
    hits = [each for each, _ in regions.named if text.endswith(each.name) and each.name != text]
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


def place_meant(regions: RegionTree, text: str) -> str:
    """The code of the one region that is meant. Raises PlaceUnclear."""
    hits = found(regions, text) or _written_together(regions, text)
    exact = [each for each in hits if each.name == text.rsplit(maxsplit=1)[-1]]
    text = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    if len(exact) == 1 or len(hits) == 1:
        return (exact or hits)[0].code
    if not hits:
        raise PlaceUnclear(text=text, detail="no region that was loaded", detail_zh="不是已导入的行政区划")
    some = "; ".join(f"{whole_name(regions, each.code)} ({each.code})" for each in hits[:5])
    raise PlaceUnclear(text=text, detail=f"the name of several regions: {some}", detail_zh=f"对应多个行政区划：{some}")
