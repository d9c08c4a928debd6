"""Repairs that need no question: stray spaces, full-width letters and digits."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from loaders.contract.distinct import Bools, true

_SPACES = " \t\r\n\v\f\u00a0\u1680\u2028\u2029\u202f\u205f\u2060\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200C)))
_ALL_WIDE = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F) if wide != 0xFF1B}
_WIDE_LETTERS = {wide: plain for wide, plain in _ALL_WIDE.items() if chr(plain).isalnum()}
_TO_PLAIN = {"prose": _WIDE_LETTERS, "code": _ALL_WIDE}
_WIDE = {
    "prose": r"[\x{FF10}-\x{FF19}\x{FF21}-\x{FF3A}\x{FF41}-\x{FF5A}]",
    "code": r"[\x{FF01}-\x{FF1A}\x{FF1C}-\x{FF5E}]",
}


def repair(values: pa.StringArray, prose: bool) -> tuple[pa.StringArray, Bools, Bools]:
    """Values without stray spaces and full-width characters, blank ones null; which had spaces, which were wide.

    Prose keeps its full-width punctuation; everything else becomes plain but for the semicolon, which parts lists.
    """
    untouched = np.zeros(len(values), np.bool_)
    if _spotless(values):
        return values, untouched, untouched
    trimmed = pc.utf8_trim(values, characters=_SPACES)
    spaces = true(pc.not_equal(trimmed, values))
    use = "prose" if prose else "code"
    wide = true(pc.match_substring_regex(trimmed, _WIDE[use]))
    if wide.any():
        mask = pa.array(wide)
        plain = [text.translate(_TO_PLAIN[use]).strip(_SPACES) for text in trimmed.filter(mask).to_pylist()]
        trimmed = pc.replace_with_mask(trimmed, mask, pa.array(plain, pa.string()))
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed), spaces, wide


def _spotless(values: pa.StringArray) -> bool:
    """Whether all bytes are visible ASCII and no value is empty, so that nothing can need repair."""
    if not len(values):
        return True
    offsets = np.frombuffer(values.buffers()[1], np.int32, len(values) + 1, 4 * values.offset)
    data = values.buffers()[2]
    if data is None or offsets[-1] == offsets[0]:
        return bool(values.null_count == len(values))
    text = np.frombuffer(data, np.uint8)[offsets[0] : offsets[-1]]
    visible = bool(text.min() > 0x20 and text.max() < 0x7F)
    return visible and np.count_nonzero(np.diff(offsets) == 0) == values.null_count
