"""Names in a charity's file: kinds of service and regions as people call them, read as the codes that tables have."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from api.service import places
from api.service.kinds import all_kinds
from api.settings import Settings
from graph.errors import Language
from graph.model import ServiceKind
from graph.within import RegionTree
from loaders.contract.codes import parted
from loaders.contract.distinct import distinct
from loaders.issues import Found
from loaders.read.raw import RawTable

_BETWEEN = " · "
"""What stands between a name and its code where both are shown."""
_ITEMS = re.compile(r"[;；]")

Meaning = Callable[[str], tuple[str, str | None]]
"""The code that a text means, and, where it means none or several, what it may mean."""


@dataclass(frozen=True)
class OfferWords:
    """What the names in a file of offers mean."""

    kinds: Mapping[str, frozenset[str]]
    """Codes of the kinds by each of their spellings."""
    allowed: Mapping[Language, str]
    """The names of every kind, for people."""
    tree: RegionTree


def words_of(settings: Settings) -> OfferWords:
    """The names that hold now."""
    kinds: dict[str, set[str]] = defaultdict(set)
    known, tree = all_kinds(settings), places.tree(settings)
    for kind in known:
        for spelling in filter(None, (kind.kind, kind.name_zh, kind.name_en)):
            kinds[_plain(spelling)].add(kind.kind)
    allowed: dict[Language, str] = {
        "en": "; ".join(kind.name_en or kind.kind for kind in known),
        "zh": "、".join(kind.name_zh for kind in known),
    }
    return OfferWords({name: frozenset(codes) for name, codes in kinds.items()}, allowed, tree)


def kind_label(kind: ServiceKind, language: Language) -> str:
    """A kind by its name with its code."""
    return f"{kind.name_zh if language == 'zh' else kind.name_en or kind.kind}{_BETWEEN}{kind.kind}"


def region_labels(tree: RegionTree, codes: Iterable[str]) -> dict[str, str]:
    """Regions by their whole names with their codes."""
    return {code: f"{places.whole_name(tree, code)}{_BETWEEN}{code}" for code in codes if code in tree.regions}


def in_codes(raw: RawTable, words: OfferWords) -> RawTable:
    """A file of offers with codes where it has names; what no name fits is told with the row and what may stand there."""
    allowed = (words.allowed["en"], words.allowed["zh"])
    for column, code, meaning in (
        ("kind", "code_unknown", _kind_meant(words)),
        ("place", "region_name_unclear", _region_meant(words)),
        ("serves", "region_name_unclear", _region_meant(words)),
    ):
        if column in raw.cells.column_names and column not in raw.unread:
            raw = _coded(raw, column, code, meaning, allowed if column == "kind" else None)
    return raw


def _kind_meant(words: OfferWords) -> Meaning:
    """How a kind is read: by its code, by its name, or by both."""

    def meaning(text: str) -> tuple[str, str | None]:
        found = [words.kinds.get(_plain(part), frozenset()) for part in places.DOT.split(text)]
        codes = frozenset.intersection(*found)
        return (next(iter(codes)), None) if len(codes) == 1 else (text, "")

    return meaning


def _region_meant(words: OfferWords) -> Meaning:
    """How a region is read; codes that none has are the check's to judge."""

    def meaning(text: str) -> tuple[str, str | None]:
        hits = places.possible(words.tree, text)
        code = _plain(places.DOT.split(text)[-1])
        if len(hits) == 1 or code.isdigit():
            return hits[0].code if hits else code, None
        return text, "; ".join(region_labels(words.tree, (each.code for each in hits[: places.MOST_TOLD])).values())

    return meaning


def _coded(raw: RawTable, column: str, code: str, meaning: Meaning, allowed: tuple[str, str] | None) -> RawTable:
    """One column with each distinct text read once."""
    cells = distinct(raw.cells[column])
    read: list[str | None] = []
    wrong: list[str | None] = []
    hints: list[str] = []
    for text in cells.values.to_pylist():
        listed = column == "serves"
        items = [item.strip() for item in (_ITEMS.split(text) if listed else [text or ""]) if item.strip()]
        # that commas part no list is told by the check
        meant = [(item, None) if listed and parted(item) else meaning(item) for item in items]
        unclear = [(item, hint) for item, (_, hint) in zip(items, meant, strict=True) if hint is not None]
        read.append(text if unclear else ";".join(found for found, _ in meant) or None)
        wrong.append("; ".join(item for item, _ in unclear) or None)
        hints.append("; ".join(hint for _, hint in unclear if hint))
    at = cells.rows(np.array([each is not None for each in wrong], np.bool_))
    kind = raw.cells.schema.field(column).type
    place = raw.cells.column_names.index(column)
    changed = replace(raw, cells=raw.cells.set_column(place, column, cells.whole(pa.array(read, pa.string()), kind)))
    if not len(at):
        return changed
    told, told_zh = allowed or (cells.at(pa.array(hints, pa.string()), at),) * 2
    values = cells.at(pa.array(wrong, pa.string()), at)
    rows = raw.file_rows(at)
    return replace(
        changed, found=(*raw.found, Found(code, raw.file, raw.name, column, rows, values, told, hints_zh=told_zh))
    )


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lower()
