"""What a check found, kept as columns: a million faults are a few arrays, and a sentence is made only when shown."""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph.model import TABLES
from loaders.faults import FAULTS, Severity

Rows = npt.NDArray[np.int64]
_OPTIONAL = re.compile(r"\[([^]]*)\]")
_LONGEST, _LONGEST_HINT = 120, 2_000
_AT_ONCE = 10_000
_IDENTITY_LENGTH = 18
_IDENTITY = re.compile(r"(?<!\d)[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)")


@dataclass(frozen=True)
class Found:
    """All findings of one fault in one column of one file.

    `rows` counts as the file does, the header being row 1; it is empty for a fault of the whole file. `values` and
    `hints` are Arrow arrays as long as `rows`, or one text for all; `hints_zh` are the hints of the Chinese texts where
    they are others. A notice stands for `count` cells, first met in
    its row. Values of secret columns are masked before they come here.
    """

    code: str
    file: str
    table: str = ""
    column: str = ""
    rows: Rows | None = None
    values: pa.Array | str = ""
    hints: pa.Array | str = ""
    count: int = 1
    hints_zh: pa.Array | str | None = None

    def __len__(self) -> int:
        return 1 if self.rows is None else len(self.rows)

    @property
    def severity(self) -> Severity:
        """Severity of the fault."""
        return FAULTS[self.code].severity

    @property
    def texts(self) -> list[str]:
        """The values as a list."""
        return [self.values] * len(self) if isinstance(self.values, str) else self.values.to_pylist()


@dataclass(frozen=True)
class Issue:
    """One finding in words; `row` is None for a fault of the whole file."""

    severity: Severity
    file: str
    row: int | None
    column: str
    value: str
    code: str
    message_en: str
    message_zh: str
    repair_en: str
    repair_zh: str


@dataclass(frozen=True)
class Issues:
    """All that a check found."""

    found: tuple[Found, ...] = ()

    def __len__(self) -> int:
        return sum(len(each) for each in self.found)

    def __iter__(self) -> Iterator[Issue]:
        """Errors, then warnings, then notices; within each the folder's own, then file by file, row by row."""
        for severity in ("error", "warning", "notice"):
            chosen = [each for each in self.found if each.severity == severity]
            for file in dict.fromkeys(each.file for each in sorted(chosen, key=_place_of_table)):
                streams = [_in_order(each) for each in chosen if each.file == file]
                for _row, _order, issue in heapq.merge(*streams, key=lambda entry: entry[:2]):
                    yield issue

    def first(self, many: int) -> list[Issue]:
        """The first issues, worst first."""
        return list(islice(self, many))

    def count(self, severity: Severity) -> int:
        """How many findings are of this severity."""
        return sum(len(each) for each in self.found if each.severity == severity)

    @property
    def errors(self) -> int:
        """How many errors there are."""
        return self.count("error")

    @property
    def blocked(self) -> bool:
        """Whether a whole file or folder is at fault, so that leaving rows out does not help."""
        return any(FAULTS[each.code].whole for each in self.found)

    def by_code(self) -> dict[str, int]:
        """Number of findings of each code, most frequent first."""
        counts: Counter[str] = Counter()
        for each in self.found:
            counts[each.code] += len(each)
        return dict(counts.most_common())


def joined(parts: Iterable[Issues]) -> Issues:
    """Several lists of issues as one."""
    return Issues(tuple(found for part in parts for found in part.found))


def masked(value: str) -> str:
    """A secret value with all but its ends hidden; a short one wholly."""
    if len(value) < 8:
        return "*" * len(value)
    return value[:2] + "*" * (len(value) - 4) + value[-2:]


def _place_of_table(found: Found) -> int:
    return list(TABLES).index(found.table) if found.table in TABLES else -1


def _in_order(found: Found) -> Iterator[tuple[int, str, Issue]]:
    """The findings with their sort key, by row."""
    fault = FAULTS[found.code]
    label = found.column
    if found.table in TABLES and found.column:
        label = TABLES[found.table].column(found.column).zh
    texts = {hinted: [_OPTIONAL.sub(r"\1" if hinted else "", text) for text in fault.texts] for hinted in (True, False)}
    words = {"column": found.column, "label": label, "count": str(found.count)}
    for row, value, *hints in _cells_in_order(found):
        shown = _harmless(value)
        english, chinese = (_harmless(hint, _LONGEST_HINT) for hint in hints)
        also = (english, chinese, english, chinese)
        said = [
            text.format(value=shown, hint=hint, **words) for text, hint in zip(texts[bool(english)], also, strict=True)
        ]
        yield (
            row or 0,
            found.code,
            Issue(fault.severity, found.file, row, found.column, shown, found.code, said[0], said[1], said[2], said[3]),
        )


def _cells_in_order(found: Found) -> Iterator[tuple[int | None, str, str, str]]:
    """Row, value, hint and Chinese hint of each finding, by row."""
    cells = (found.values, found.hints, found.hints if found.hints_zh is None else found.hints_zh)
    if found.rows is None:
        value, hint, hint_zh = map(str, cells)
        yield None, value, hint, hint_zh
        return
    order = np.argsort(found.rows, kind="stable")
    for start in range(0, len(order), _AT_ONCE):
        at = order[start : start + _AT_ONCE]
        yield from zip(found.rows[at].tolist(), *(_texts(each, at) for each in cells), strict=True)


def _texts(cells: pa.Array | str, at: Rows) -> list[str]:
    if isinstance(cells, str):
        return [cells] * len(at)
    return [text or "" for text in cells.take(pa.array(at)).to_pylist()]


def _harmless(text: str, longest: int = _LONGEST) -> str:
    """The text cut to a length that can be shown, without an identity number that stands in it by mistake."""
    if len(text) < _IDENTITY_LENGTH:
        return text
    clean = _IDENTITY.sub(lambda match: masked(match[0]), text)
    return clean if len(clean) <= longest else clean[: longest - 1] + "…"
