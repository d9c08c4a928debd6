"""How much memory the local server gets."""

import os
from dataclasses import dataclass
from pathlib import Path

from graph.errors import UnknownSize
from graph.local.home import Home

_MIB = 1 << 20
_GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Size:
    """The Java heap (transactions, queries) and the page cache (the store in memory), in MiB."""

    name: str
    heap: int
    page_cache: int


SIZES = {size.name: size for size in (Size("small", 512, 128), Size("medium", 1536, 512), Size("large", 4096, 2048))}
"""A county and the tests, a city, the province."""


def choose(name: str, store_bytes: int) -> Size:
    """The size asked for; for `auto` the one that suits the store, as far as this machine's memory allows.

    A city's store is some 150 MiB, the province's some 4 GiB. None takes more than half of the memory unless asked by name.
    """
    if name in SIZES:
        return SIZES[name]
    if name != "auto":
        raise UnknownSize(size=name, known=", ".join(["auto", *SIZES]))
    wanted = "small" if store_bytes < 100 * _MIB else "medium" if store_bytes < _GIB else "large"
    half = memory_bytes() // 2 // _MIB
    affordable = [size for size in SIZES.values() if size.heap + size.page_cache <= half]
    return min(SIZES[wanted], affordable[-1] if affordable else SIZES["small"], key=lambda size: size.heap)


def size_of(home: Path, most: str = "large") -> str:
    """Name of the size that suits the store of a home, no larger than another."""
    return min(choose("auto", Home(home).store_bytes()), SIZES[most], key=lambda size: size.heap).name


def memory_bytes() -> int:
    """The memory of this machine, or what its container may use."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii").strip()
    except OSError:
        return machine
    return min(machine, int(limit)) if limit.isdigit() else machine
