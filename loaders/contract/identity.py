"""Identity numbers and unified credit codes, by their check digits."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from stdnum.cn import uscc

from loaders.contract.dates import days
from loaders.contract.distinct import Bools, true
from loaders.contract.parsed import Fault, Parsed

_SHAPE = r"^[1-9]\d{16}[\dX]$"
_REGISTERED = re.compile(r"[1-9][1-9](?:1[0-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|81|82)\d{4}")
"""How a credit code begins (GB 32100): department and kind, neither of which is 0, and a division, of GB/T 2260's provinces or 10
for the country."""
_WEIGHTS = np.array([pow(2, 17 - at, 11) for at in range(18)])
"""ISO 7064 MOD 11-2, as GB 11643 prescribes for the eighteen characters of an identity number."""


def id_numbers(values: pa.StringArray) -> Parsed:
    """Identity numbers of eighteen characters with a day of birth and a true check digit."""
    upper = pc.utf8_upper(values)
    right = are_id_numbers(upper)
    wrong = true(values.is_valid()) & ~right
    return Parsed(
        pc.if_else(pa.array(right), upper, pa.scalar(None, pa.string())), (Fault("id_number_invalid", wrong),)
    )


def are_id_numbers(values: pa.StringArray) -> Bools:
    """Which values are identity numbers."""
    shaped = true(pc.match_substring_regex(values, _SHAPE))
    if not shaped.any():
        return shaped
    texts = values.filter(pa.array(shaped))
    characters = np.frombuffer("".join(texts.to_pylist()).encode(), np.uint8).reshape(-1, 18).astype(np.int64)
    digits = np.where(characters == ord("X"), 10, characters - ord("0"))
    born = pc.replace_substring_regex(pc.utf8_slice_codeunits(texts, 6, 14), r"^(\d{4})(\d{2})(\d{2})$", r"\1-\2-\3")
    right = shaped.copy()
    right[shaped] = ((digits @ _WEIGHTS) % 11 == 1) & true(days(born).values.is_valid())
    return right


def credit_codes(values: pa.StringArray) -> Parsed:
    """Unified social credit codes of a department and a division that there are, with a true check digit."""
    upper = pc.utf8_upper(values)
    wrong = np.array([text is not None and not _is_credit_code(text) for text in upper.to_pylist()], np.bool_)
    return Parsed(
        pc.if_else(pa.array(~wrong), upper, pa.scalar(None, pa.string())), (Fault("credit_code_invalid", wrong),)
    )


def _is_credit_code(text: str) -> bool:
    return _REGISTERED.match(text) is not None and uscc.is_valid(text)
