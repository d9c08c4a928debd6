"""The tree of regions, read once for each state of the data."""

from __future__ import annotations

from threading import Lock

from api.service.opening import opened
from api.settings import Settings
from graph.state import read_state
from graph.within import RegionTree, region_tree

_LOCK = Lock()
_held: dict[str, tuple[int, RegionTree]] = {}


def tree(settings: Settings) -> RegionTree:
    """The regions that the graph holds. Raises NotPrepared."""
    with opened(settings) as graph:
        version = read_state(graph).data_version
        key = str(graph.home or graph.address)
        with _LOCK:
            kept = _held.get(key)
            if kept is None or kept[0] != version:
                _held[key] = kept = (version, region_tree(graph))
        return kept[1]
