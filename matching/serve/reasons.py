"""Why a need is not met whole: the facts of each reason. `matching.reasons` puts them in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph.model import CATEGORIES, TRAITS, URGENCIES
from graph.snapshot import NONE, Longs
from matching.plan import Texts
from matching.problem import Problem
from matching.ranges import distinct
from matching.reasons import facts_text


def dictionary(number: npt.NDArray[np.int32], texts: Sequence[str]) -> Texts:
    """Texts by number as a dictionary array, sorted and without those that nobody uses."""
    used = np.unique(number)
    chosen = sorted((texts[at], at) for at in used.tolist())
    place = np.zeros(len(texts), np.int32)
    place[[at for _, at in chosen]] = np.arange(len(chosen))
    return pa.DictionaryArray.from_arrays(
        pa.array(place[number], pa.int32()), pa.array([text for text, _ in chosen], pa.string())
    )


def taken_texts(offers: Longs, by_urgency: Longs) -> tuple[npt.NDArray[np.int32], list[str]]:
    """Facts of capacity that others took: offers that reach and accept, and what they give by urgency.

    `by_urgency` has shape (rows, 5); rows with equal facts share a text.
    """
    first, number = distinct(offers, *by_urgency.T)
    names = [code.code for code in URGENCIES]
    texts = [
        facts_text({"offers": count, "units": sum(row), "taken": {n: u for n, u in zip(names, row, strict=True) if u}})
        for count, row in zip(offers[first].tolist(), by_urgency[first].tolist(), strict=True)
    ]
    return number.astype(np.int32), texts


def rule_facts(problem: Problem, offer: int) -> dict[str, object]:
    """What an offer asks of a person."""
    offers = problem.snapshot.offers
    asks: dict[str, object] = {}
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
