"""Why a need is not met whole: reasons gathered need by need, with their facts. `matching.reasons` puts them in words."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph.model import CATEGORIES, TRAITS
from graph.snapshot import NONE, Ints
from matching.plan import Texts
from matching.problem import Problem
from matching.ranges import Index
from matching.reasons import facts_text

Facts = dict[str, object]


class Rows:
    """Reason and facts of each unmet need, filled in part by part."""

    def __init__(self, needs: Ints) -> None:
        self.needs = needs
        self._reason = np.full(len(needs), NONE, np.int32)
        self._facts = np.zeros(len(needs), np.int32)
        self._unlock = np.full(len(needs), NONE, np.int32)
        self._reasons: list[str] = []
        self._known: list[Facts] = []
        self._unlocks: list[str] = []

    def tell(self, rows: Index, reason: str, number: Index, facts: Sequence[Facts]) -> None:
        """Give rows a reason, and each the facts of its number."""
        if not len(rows):
            return
        if reason not in self._reasons:
            self._reasons.append(reason)
        self._reason[rows] = self._reasons.index(reason)
        self._facts[rows] = number + len(self._known)
        self._known += facts

    def unlock(self, rows: Index, number: Index, changes: Sequence[Facts]) -> None:
        """Tell of rows which change of the supply would serve them in full, each that of its number."""
        self._unlock[rows] = number + len(self._unlocks)
        self._unlocks += [json.dumps(change, ensure_ascii=False) for change in changes]

    def open(self) -> npt.NDArray[np.intp]:
        """Rows without a reason yet."""
        return np.flatnonzero(self._reason == NONE)

    def columns(self) -> tuple[Texts, Texts, Texts]:
        """Reasons, facts and unlocks as dictionary arrays, null where there is no unlock."""
        locked, unlocked = ([facts_text(each, unlocked=open_) for each in self._known] for open_ in (False, True))
        facts = dictionary(np.where(self._unlock == NONE, self._facts, len(locked) + self._facts), locked + unlocked)
        return dictionary(self._reason, self._reasons), facts, dictionary(self._unlock, self._unlocks)


def dictionary(number: npt.NDArray[np.int32], texts: Sequence[str]) -> Texts:
    """Texts by number, NONE for none, as a dictionary array, sorted and without those that nobody uses."""
    used = np.unique(number[number != NONE])
    chosen = sorted((texts[at], at) for at in used.tolist())
    place = np.zeros(len(texts) + 1, np.int32)  # the last is that of NONE
    place[[at for _, at in chosen]] = np.arange(len(chosen))
    return pa.DictionaryArray.from_arrays(
        pa.array(place[number], pa.int32(), mask=number == NONE), pa.array([text for text, _ in chosen], pa.string())
    )


def rule_facts(problem: Problem, offer: int) -> Facts:
    """What an offer asks of a person."""
    offers = problem.snapshot.offers
    asks: Facts = {}
    for name, bits, codes in (
        ("categories", offers.categories, CATEGORIES),
        ("traits", offers.traits, TRAITS),
    ):
        listed = [code.code for at, code in enumerate(codes) if bits[offer] >> at & 1]
        if listed:
            asks[name] = listed
    for name, limit in (("min_age", offers.min_age), ("max_age", offers.max_age)):
        if limit[offer] != NONE:
            asks[name] = int(limit[offer])
    return asks
