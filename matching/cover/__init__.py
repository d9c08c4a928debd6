"""Workers to villages, towns and households: who covers what, who is responsible for whom, and what it costs.

The stages are decided in the order of model (26): coverage, households, changes, operating cost.
"""

from matching.cover.covering import Covered, cover

__all__ = ["Covered", "cover"]
