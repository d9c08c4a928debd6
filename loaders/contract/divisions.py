"""Division codes: twelve digits where a place is meant, six or twelve where a registration is."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from loaders.contract.distinct import Bools, true
from loaders.contract.parsed import Fault, Parsed


def region_codes(values: pa.StringArray) -> Parsed:
    """Statistical codes of twelve digits."""
    wrong = not_twelve_digits(values)
    if not wrong.any():
        return Parsed(values)
    kept = pc.if_else(pa.array(~wrong), values, pa.scalar(None, pa.string()))
    return Parsed(kept, (Fault("region_code_malformed", wrong, padded(values)),))


def not_twelve_digits(values: pa.StringArray) -> Bools:
    """Which values, blank ones apart, are no codes of twelve digits."""
    return true(values.is_valid()) & ~true(pc.match_substring_regex(values, r"^[1-9]\d{11}$"))


def padded(values: pa.StringArray) -> pa.StringArray:
    """The twelve digits that a short code is likely meant for; blank where it is not one."""
    short = pc.match_substring_regex(values, r"^[1-9]\d(\d{2}|\d{4}|\d{7})?$")
    return pc.if_else(short, pc.utf8_rpad(values, 12, "0"), "")


def hukou(values: pa.StringArray) -> Parsed:
    """Codes of six or twelve digits, anywhere in the country."""
    right = true(pc.match_substring_regex(values, r"^[1-9]\d{5}(\d{6})?$"))
    wrong = true(values.is_valid()) & ~right
    return Parsed(pc.if_else(pa.array(right), values, pa.scalar(None, pa.string())), (Fault("hukou_malformed", wrong),))
