"""Every fault that the check can find, by its code."""

from loaders.faults.cells import CELLS
from loaders.faults.fault import Fault, Severity
from loaders.faults.files import FILES
from loaders.faults.offers import OFFERS
from loaders.faults.rights import RIGHTS
from loaders.faults.rows import ROWS
from loaders.faults.shapes import SHAPES

FAULTS: dict[str, Fault] = {fault.code: fault for fault in (*FILES, *SHAPES, *CELLS, *ROWS, *OFFERS, *RIGHTS)}
"""Every fault by its code, in the order in which a reader meets them: file, shape, cell, row."""

__all__ = ["FAULTS", "Fault", "Severity"]
