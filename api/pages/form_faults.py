"""Faults of a form beside the fields that they are about."""

from __future__ import annotations

from collections.abc import Collection

from api.problems.problem import field_of
from api.service.cells import CellFault, CellsRefused
from graph.errors import ZhongfuError


def beside_fields(fault: ZhongfuError | None, fields: Collection[str] = ()) -> dict[str, CellFault]:
    """What is wrong with each field, of a fault of cells or of one that is about one of these; else nothing."""
    if isinstance(fault, CellsRefused):
        return {each.column: each for each in fault.faults}
    field = None if fault is None else field_of(fault)
    if fault is None or field is None or field not in fields:
        return {}
    return {
        field: CellFault(
            field, f"{fault.message('en')} {fault.repair('en')}", f"{fault.message('zh')}{fault.repair('zh')}"
        )
    }
