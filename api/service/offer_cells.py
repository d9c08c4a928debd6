"""The cells of one offer that somebody typed: regions by code or name, and everything that is wrong told in one round."""

from __future__ import annotations

from collections.abc import Mapping

from api.service.cells import CellFault, CellsRefused, judged_cells, parted_by_commas, plain_faults, refused, too_long
from api.service.places import PlaceUnclear, place_meant, unclear
from graph.connect import Graph
from graph.within import RegionTree
from loaders.contract.checked import Checked

_PLACES = ("place", "serves")
_MOST_TOLD = 5
"""Regions of one cell that are told as unclear; the others are not looked up."""


def checked_offer(
    graph: Graph,
    tree: RegionTree,
    cells: Mapping[str, str],
    required: tuple[str, ...],
    but: tuple[str, ...] = (),
    bound_to: str | None = None,
) -> Checked:
    """The row that these cells are, regions by their codes, with what is doubtful; faults of the columns in `but` are none.

    `bound_to` is the region within which whoever typed them sees what others have. Raises CellsRefused, with every cell at fault.
    """
    faults: dict[str, CellFault] = {}
    for fault in plain_faults("offers", cells, *required):
        faults.setdefault(fault.column, fault)
    coded = {name: text if name in faults else _coded(tree, name, text, faults) for name, text in cells.items()}
    left = {name: "" if name in faults else text for name, text in coded.items()}
    try:
        checked = judged_cells(graph, "offers", left, but=(*but, *faults), bound_to=bound_to)
    except CellsRefused as found:
        raise refused("offers", *faults.values(), *found.faults) from None
    if faults:
        raise refused("offers", *faults.values())
    return checked


def _coded(tree: RegionTree, name: str, text: str, faults: dict[str, CellFault]) -> str:
    """A cell with the codes of the regions that it names; one that names none is put among the faults."""
    if name not in _PLACES or too_long("offers", name, text):
        return text
    items = [item.strip() for item in text.replace("；", ";").split(";")] if name == "serves" else [text.strip()]
    codes: list[str] = []
    wrong: list[PlaceUnclear] = []
    for item in dict.fromkeys(filter(None, items)):
        commas = parted_by_commas(name, item) if name == "serves" else None
        if commas is not None:
            faults[name] = commas
            return ""
        try:
            codes.append(place_meant(tree, item))
        except PlaceUnclear as fault:
            wrong.append(fault)
        if len(wrong) == _MOST_TOLD:
            break
    if not wrong:
        return ";".join(dict.fromkeys(codes))
    faults[name] = unclear(name, *wrong)
    return ""
