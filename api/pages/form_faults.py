"""Faults of a form beside the fields that they are about."""

from __future__ import annotations

from collections.abc import Mapping

from api.service.cells import CellFault, CellsRefused
from graph.errors import ZhongfuError


def beside_fields(fault: ZhongfuError | None, fields: Mapping[str, str]) -> dict[str, CellFault]:
    """What is wrong with each field, where `fields` names the one that a fault of some code is about; else nothing."""
    if isinstance(fault, CellsRefused):
        return {each.column: each for each in fault.faults}
    if fault is None or fault.code not in fields:
        return {}
    field = fields[fault.code]
    return {
        field: CellFault(
            field, f"{fault.message('en')} {fault.repair('en')}", f"{fault.message('zh')}{fault.repair('zh')}"
        )
    }
