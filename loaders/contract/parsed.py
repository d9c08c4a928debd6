"""Values of a column turned into their type, with what could not be turned."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from loaders.contract.distinct import Bools


@dataclass(frozen=True)
class Fault:
    """Which values are at fault; hints and the text to show are one for all or as long as the values."""

    code: str
    mask: Bools
    hints: pa.Array | str = ""
    shown: pa.Array | None = None


@dataclass(frozen=True)
class Parsed:
    """One typed value for each text, null where the text is blank or at fault."""

    values: pa.Array
    faults: tuple[Fault, ...] = ()
