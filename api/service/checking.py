"""The check of what was sent, and what a reader is shown of it: what is wrong beside the cells of the rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from api.received import UploadRefused
from api.service.offer_words import in_codes, words_of
from api.service.sending_offers import named, read_offers
from api.settings import Settings
from graph.connect import Graph
from graph.existing import InGraph
from graph.model import TABLES
from loaders.contract import check, good_rows
from loaders.contract.check import Rule
from loaders.contract.checked import Checked
from loaders.contract.rights import own_offers, within
from loaders.issues import Issue, Issues, masked
from loaders.read.folder import find_tables, read_file
from loaders.read.raw import RawTable

SHOWN = 500
"""Issues that are kept with an upload, with the cells of their rows."""

MOST_OFFERS = 20_000
"""Rows of a file of offers: more than all organisations of the province have, and checked within seconds."""


class TooManyOffers(UploadRefused):
    """A file of offers longer than any organisation has."""

    code = "upload_too_many_offers"
    en = "{file} has {rows} rows; a file of offers has at most {most}."
    zh = "文件 {file} 有 {rows} 行；供给文件最多 {most} 行。"
    repair_en = "Nothing was taken. Leave out what are no offers, or send them in several files."
    repair_zh = "未接收任何内容。请删去并非供给的行，或分成几个文件上传。"


@dataclass(frozen=True)
class Sent:
    """A folder of what was sent: for an organisation, or within a region; None is everywhere."""

    upload: str
    folder: Path
    organization: str | None
    region: str | None

    @property
    def rules(self) -> tuple[Rule, ...]:
        """What whoever sends may write."""
        if self.organization is not None:
            return (own_offers(self.organization),)
        return () if self.region is None else (within(self.region),)


def checked_folder(settings: Settings, graph: Graph, sent: Sent, raws: dict[str, RawTable]) -> Checked:
    """The check of a folder: of the offers of an organisation, or of tables; what was read is left in `raws` by file."""
    existing = InGraph(graph)
    if sent.organization is not None:
        raw = read_offers(sent.folder)
        raws[raw.file] = raw
        if raw.readable and raw.cells.num_rows > MOST_OFFERS:
            raise TooManyOffers(file=raw.file, rows=f"{raw.cells.num_rows:,}", most=f"{MOST_OFFERS:,}")
        coded = in_codes(raw, words_of(settings)) if raw.readable else raw
        return check([named(coded, sent.organization, sent.upload)], existing, rights=sent.rules)
    raws |= tables_of(sent.folder)
    return check(raws.values(), existing, rights=sent.rules, bound_to=sent.region)


def tables_of(folder: Path) -> dict[str, RawTable]:
    """The tables of a folder as they are, by file."""
    return {path.name: read_file(name, path) for name, path in find_tables(folder)[0].items()}


def with_dependents(graph: Graph, checked: Checked) -> Checked:
    """The same, where rows that depend on one at fault are at fault as well."""
    return replace(checked, issues=good_rows(checked, InGraph(graph)).issues)


def is_hopeless(checked: Checked) -> bool:
    """Whether nothing is left to write once rows at fault are left out: a whole file is at fault, or every row."""
    good = sum(int((~part.bad).sum()) for part in checked.parts.values())
    return checked.issues.blocked or (checked.issues.errors > 0 and not good)


def correctable(issues: Issues) -> tuple[str, ...]:
    """The files with rows of which something is wrong or doubtful."""
    told = (
        each for each in issues.found if each.severity != "notice" and each.rows is not None and (each.rows > 1).any()
    )
    return tuple(dict.fromkeys(each.file for each in told))


def rows_left_out(issues: Issues) -> dict[str, list[int]]:
    """The rows with errors, by file."""
    found: dict[str, list[np.ndarray]] = {}
    for each in issues.found:
        if each.severity == "error" and each.rows is not None:
            found.setdefault(each.file, []).append(each.rows)
    return {file: np.unique(np.concatenate(rows)).tolist() for file, rows in found.items()}


def shown_issues(issues: Iterable[Issue], raws: Mapping[str, RawTable]) -> Iterator[dict[str, Any]]:
    """The first issues as plain values, each with the cells of its row as the file has them."""
    for issue in islice(issues, SHOWN):
        raw = raws.get(issue.file)
        yield asdict(issue) | {"cells": {} if raw is None or issue.row is None else _cells(raw, issue.row)}


def _cells(raw: RawTable, row: int) -> dict[str, str]:
    if raw.rows is None:
        at = row - 2
    else:
        found = (raw.rows == row).nonzero()[0]
        at = int(found[0]) if len(found) else -1
    if not 0 <= at < raw.cells.num_rows:
        return {}
    cells = {name: str(raw.cells[name][at].as_py() or "")[:80] for name in raw.cells.column_names}
    columns = TABLES[raw.name]
    return {name: masked(text) if columns.column(name).secret else text for name, text in cells.items()}
