"""Plans in which something was rounded or money is shared, handed out anew as they stand (model (37)).

Every offer gives as many units as before to needs that can be divided or ask one unit, so that it spends as much; what they
had is one of the flows among which the one that serves most by level, and then is best in the last stages, is found. Between
the flow without fairness and the one with it no level differs.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from graph.snapshot import Bools, Longs
from matching.serve.component import Component
from matching.serve.fairness import Cells
from matching.serve.hand_out import Pieces, hand_to_needs
from matching.serve.last_stages import Evened, best_of_most
from matching.serve.network import TreeNetwork
from matching.serve.solve import NotOptimalError, proven
from matching.serve.tree_flow import inner_arcs
from matching.short import FAULTS


def handed_anew(component: Component, network: TreeNetwork, pieces: Pieces) -> tuple[Pieces, Evened | None] | None:
    """What a component hands out by the best flow of the same units of each offer, and what fairness does, if asked for.

    None where nothing can be moved, or the solver fails: what is handed out stays as it is.
    """
    fixed = _fixed(component, pieces)
    loose, moving = np.flatnonzero(~fixed), ~fixed[pieces.need]
    if not moving.any():
        return None
    stays, moves, arcs = pieces.where(~moving), pieces.where(moving), inner_arcs(network, component.suppliers)
    units = np.zeros(component.suppliers, np.int64)
    np.add.at(units, moves.offer, moves.units)
    plain, cells = replace(component, cells=None), component.cells
    try:
        most, found = proven(component, network, arcs, loose, units)
        best = best_of_most(plain, network, arcs, found, most, units)
        moved = hand_to_needs(plain, network, arcs, best.certain, best.tree, best.keeping)
        if cells is None:
            return stays.and_others(moved), None
        met = cells.held * cells.weight + _by_cell(cells, stays)
        even = best_of_most(component, network, arcs, found, most, units, met, priced=False)
    except (*FAULTS, NotOptimalError):
        return None
    evenly = hand_to_needs(component, network, arcs, even.certain, even.tree, even.keeping)
    evened = Evened(
        _by_cell(cells, moved) - _by_cell(cells, evenly),
        _minutes(component, evenly) - _minutes(component, moved),
        proven=False,
    )
    return stays.and_others(evenly), evened


def _fixed(component: Component, pieces: Pieces) -> Bools:
    """Needs that come whole from one provider, and those that volunteers serve."""
    fixed = component.whole.copy()
    fixed[pieces.need[pieces.offer >= len(component.offers)]] = True
    return fixed


def _by_cell(cells: Cells, pieces: Pieces) -> Longs:
    units = np.zeros(len(cells.open), np.int64)
    np.add.at(units, cells.of_need[pieces.need], pieces.units)
    return units


def _minutes(component: Component, pieces: Pieces) -> int:
    return int((pieces.minutes * component.whole_units(pieces.need, pieces.units)).sum())
