"""What is left for a run: capacity and money after what is published outside the scope, facts and kept pairs (model (2))."""

from __future__ import annotations

from dataclasses import dataclass

from graph.snapshot import Longs

UNLIMITED = 2**50
"""What a blank capacity counts."""


@dataclass(frozen=True)
class Supply:
    """Units left of each offer, and units left to serve of each need of the snapshot."""

    capacity: Longs
    units: Longs
