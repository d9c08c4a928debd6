"""The rules for files in: tables are checked whole before anything is written."""

from loaders.contract.check import check, good_rows
from loaders.contract.checked import Checked, Existing, Held

__all__ = ["Checked", "Existing", "Held", "check", "good_rows"]
