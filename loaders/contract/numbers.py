"""Whole numbers, decimals and booleans from text."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from graph.model import Column
from loaders.contract.distinct import true
from loaders.contract.parsed import Fault, Parsed

_WHOLE = r"^[+-]?\d+(\.0*)?$"
_DECIMAL = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$"
_TRUE = {"true", "1", "yes", "是", "y", "t"}
_FALSE = {"false", "0", "no", "否", "n", "f"}


def whole_numbers(values: pa.StringArray, column: Column) -> Parsed:
    """Whole numbers within the column's range."""
    shaped = pc.match_substring_regex(values, _WHOLE)
    digits = pc.replace_substring_regex(values, r"^\+|\.0*$", "")
    short = pc.less_equal(pc.utf8_length(digits), 18)
    numbers = pc.if_else(pc.and_(shaped, short), digits, pa.scalar(None, pa.string())).cast(pa.int64())
    within, hint = _within(numbers, column)
    invalid = Fault("number_invalid", true(pc.invert(shaped)))
    outside = Fault("number_out_of_range", true(pc.and_(shaped, pc.invert(within.fill_null(False)))), hint)
    return Parsed(_keep(numbers, within), (invalid, outside))


def decimals(values: pa.StringArray, column: Column) -> Parsed:
    """Decimal numbers within the column's range."""
    shaped = pc.match_substring_regex(values, _DECIMAL)
    plain = pc.replace_substring_regex(values, r"^\+", "")
    numbers = pc.if_else(shaped, plain, pa.scalar(None, pa.string())).cast(pa.float64())
    within, hint = _within(numbers, column)
    invalid = Fault("decimal_invalid", true(pc.invert(shaped)))
    outside = Fault("number_out_of_range", true(pc.and_(shaped, pc.invert(within.fill_null(False)))), hint)
    return Parsed(_keep(numbers, within), (invalid, outside))


def booleans(values: pa.StringArray) -> Parsed:
    """Yes or no in the spellings of files."""
    lower = pc.utf8_lower(values)
    yes = pc.is_in(lower, value_set=pa.array(sorted(_TRUE)))
    no = pc.is_in(lower, value_set=pa.array(sorted(_FALSE)))
    known = pc.or_(yes, no)
    wrong = true(pc.and_(pc.invert(known), values.is_valid()))
    return Parsed(_keep(yes, known), (Fault("boolean_unknown", wrong),))


def _within(numbers: pa.Array, column: Column) -> tuple[pa.Array, str]:
    low, high = column.range
    return pc.and_(pc.greater_equal(numbers, low), pc.less_equal(numbers, high)), f"{low:g} … {high:,.0f}"


def _keep(values: pa.Array, mask: pa.Array) -> pa.Array:
    return pc.if_else(mask, values, pa.scalar(None, values.type))
