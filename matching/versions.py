"""Versions that a plan depends on."""

from __future__ import annotations

import platform
from importlib.metadata import version

LIBRARIES = ("networkx", "numpy", "ortools", "pyarrow", "scipy")


def versions() -> dict[str, str]:
    """Versions of Zhongfu, of Python and of the libraries by which results are reckoned."""
    return {"zhongfu": version("zhongfu"), "python": platform.python_version()} | {
        name: version(name) for name in LIBRARIES
    }
