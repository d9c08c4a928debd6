"""The tree of regions, read once for each version of the regions."""

from __future__ import annotations

from threading import Lock

from api.service.opening import opened
from api.settings import Settings
from graph.model import LEVELS
from graph.state import read_state
from graph.within import Region, RegionTree, region_tree

_LOCK = Lock()
_held: dict[str, tuple[int, RegionTree]] = {}


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
        return [regions.regions[code]] if code in regions.regions else []
    *above, name = words
    hits = [each for each, line in regions.named if name in each.name and all(word in line for word in above)]
    return sorted(hits, key=lambda each: each.name != name)[:most]


def whole_name(regions: RegionTree, code: str) -> str:
    """The name of a region after those of what it is part of, the root left out."""
    line = [region.name for region in regions.line(code)]
    return " ".join(reversed(line[:-1] or line))
