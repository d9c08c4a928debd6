"""Why a kept plan leaves needs, places and households, and what of its providers is left over: how many by reason."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from api.plan_files import kept_tables
from api.settings import Settings
from graph.errors import Language
from matching.reasons import UNUSED, in_few_words, sentences

_IN: Mapping[Language, int] = {"en": 0, "zh": 1}


@dataclass(frozen=True)
class Why:
    """One reason in a table of a plan: the type of subject or provider, how many, and the first of them with its facts."""

    table: str
    subject_type: str
    reason: str
    count: int
    first: str
    facts: Mapping[str, Any]

    def words(self, language: Language) -> str:
        """The reason in a few words."""
        texts = (
            UNUSED.get(self.reason, (self.reason, self.reason)) if self.table == "unused" else in_few_words(self.reason)
        )
        return texts[_IN[language]]

    def example(self, language: Language) -> str:
        """The first of them, and what its facts say of it."""
        words = self.words(language)
        try:
            sentence = words if self.table == "unused" else sentences(self.reason, self.facts)[_IN[language]]
        except KeyError:  # a reason or facts of another version
            sentence = words
        colon = "：" if language == "zh" else ": "
        return self.first if sentence == words else self.first + colon + sentence


def reasons_of(settings: Settings, plan: str) -> list[Why]:
    """The reasons of the kept plan of this id: needs first, then places, households, offers and workers left over.

    Raises PlanMissing, and PlanDamaged where a table cannot be read.
    """
    tables = kept_tables(plan, settings.plans, *_ABOUT)
    return [why for name, table in zip(_ABOUT, tables, strict=True) for why in _reasons(name, table)]


_ABOUT = {"unmet": "need", "uncovered": "subject", "unused": "provider"}
"""The tables with reasons, and the column that names what each row is about."""


def _reasons(name: str, table: pa.Table) -> Iterator[Why]:
    """The reasons of one table, the most frequent of each subject type first."""
    about = _ABOUT[name]
    types = pa.array(["need"] * len(table)) if name == "unmet" else _texts(table, f"{about}_type")
    reasons = _texts(table, "reason")
    code = _numbers(types) * (1 + len(reasons)) + _numbers(reasons)
    _, first, count = np.unique(code, return_index=True, return_counts=True)
    for at in np.lexsort((first, -count, _numbers(types)[first])).tolist():
        row = int(first[at])
        facts = json.loads(table["facts"][row].as_py() or "{}") if "facts" in table.column_names else {}
        yield Why(name, types[row].as_py(), reasons[row].as_py(), int(count[at]), table[about][row].as_py(), facts)


def _texts(table: pa.Table, column: str) -> pa.Array:
    return table[column].cast(pa.string()).combine_chunks()


def _numbers(texts: pa.Array) -> Any:
    """The place of each text among the distinct ones, in order of their first row."""
    return texts.dictionary_encode().indices.to_numpy().astype(np.int64)
