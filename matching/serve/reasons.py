"""Why a need is not met whole, and why an offer has something left: codes, facts, and sentences for both."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph.model import CATEGORIES, TRAITS, URGENCIES
from graph.snapshot import NONE, Bools, Ints, Longs
from matching.plan import Texts
from matching.problem import Problem
from matching.ranges import Index, distinct, expand

SENTENCES = {
    "no_provider": ("nobody offers this kind of help", "没有任何机构提供该项目"),
    "no_provider_reaches": (
        "none of the {offers} offers of this kind serves this place",
        "共有 {offers} 项该项目供给，均不服务此地",
    ),
    "not_accepted": (
        "{offers} offers reach this place but accept others: {offer} asks for {asks}",
        "有 {offers} 项供给服务此地，但不接受该对象：{offer} 要求 {asks}",
    ),
    "data_missing": (
        "offer {offer} has an age limit and the year of birth is not known",
        "供给 {offer} 有年龄限制，而对象出生年份不详",
    ),
    "excluded": (
        "offer {offer} would accept, but a lock or an answer keeps the two apart",
        "供给 {offer} 本可接受，但锁定或答复禁止这一配对",
    ),
    "offer_paused": ("{offers} offers reach this place, but they are paused", "有 {offers} 项供给服务此地，但均已暂停"),
    "offer_dates": (
        "{offers} offers reach this place, but not on this date",
        "有 {offers} 项供给服务此地，但在此日期无效",
    ),
    "capacity_gone": (
        "{offers} offers reach this place, but what stands already takes all they have",
        "有 {offers} 项供给服务此地，但其容量已被既有安排用尽",
    ),
    "capacity_taken": (
        "the {offers} offers that reach and accept give all {units} units to those who come first",
        "可服务的 {offers} 项供给共 {units} 单位，均已给予排序在前者",
    ),
    "too_large": (
        "the need is met whole or not at all, and no one offer has more than {most} units left",
        "该需求须由一家整体提供，而单项供给最多只剩 {most} 单位",
    ),
    "budget": (
        "offers have units left, but the budget or the fund that pays for them is spent",
        "供给尚有容量，但其预算或资金已用尽",
    ),
}
"""Each reason of an unmet need in English and Chinese; the facts fill the braces."""

UNUSED_SENTENCES = {
    "offer_paused": ("the offer is paused", "该供给已暂停"),
    "offer_dates": ("the offer or its fund does not hold on this date", "该供给或其资金在此日期无效"),
    "no_need_in_area": ("no open need of its kinds lies in its areas", "其服务区域内没有相应项目的待办需求"),
    "needs_not_accepted": ("it accepts none of the needs in its areas", "其服务区域内的需求均不符合其接受条件"),
    "budget": ("the budget or the fund that pays for it is spent", "其预算或资金已用尽"),
    "too_small": ("what is left is less than any open need it could serve", "余量少于其可服务的任何一项需求"),
    "all_met": ("every need it could serve is met", "其可服务的需求均已满足"),
}
"""Each reason of an offer with something left, in English and Chinese."""

LATER = {"unlock": "later"}
"""Stands in the facts of every unmet need: what would unlock it comes with the explanations."""


@dataclass(frozen=True)
class Told:
    """Reasons and facts of rows: each row's number in lists of distinct texts."""

    reason: npt.NDArray[np.int32]
    facts: npt.NDArray[np.int32]
    reasons: tuple[str, ...]
    texts: tuple[str, ...]

    def columns(self) -> tuple[Texts, Texts]:
        """Both as dictionary arrays that hold the texts in use alone."""
        return dictionary(self.reason, self.reasons), dictionary(self.facts, self.texts)


def dictionary(number: npt.NDArray[np.int32], texts: Sequence[str]) -> Texts:
    """Texts by number as a dictionary array, sorted and without those that nobody uses."""
    used = np.unique(number)
    chosen = sorted((texts[at], at) for at in used.tolist())
    place = np.zeros(len(texts), np.int32)
    place[[at for _, at in chosen]] = np.arange(len(chosen))
    return pa.DictionaryArray.from_arrays(
        pa.array(place[number], pa.int32()), pa.array([text for text, _ in chosen], pa.string())
    )


def facts_text(facts: dict[str, object]) -> str:
    """Facts as JSON text."""
    return json.dumps({**facts, **LATER}, ensure_ascii=False, sort_keys=True)


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


def offers_above(problem: Problem, kind: Index, area: Ints, kinds: int) -> npt.NDArray[np.int32]:
    """Shape (kinds, regions): how many entries lie at each region or above it."""
    regions = problem.snapshot.regions
    count = np.zeros((kinds, len(regions.level)), np.int32)
    np.add.at(count, (kind, area), 1)
    above = regions.ancestor
    return np.asarray(
        sum(np.where(above[:, level] == NONE, 0, count[:, above[:, level]]) for level in range(5)), np.int32
    )


def first_above(problem: Problem, kind: Index, area: Ints, offer: Ints, kinds: int) -> npt.NDArray[np.int32]:
    """Shape (kinds, regions): the first offer by key of the entries at each region or above it; the number of offers if none."""
    regions, none = problem.snapshot.regions, len(problem.snapshot.offers.key)
    first = np.full((kinds, len(regions.level)), none, np.int32)
    np.minimum.at(first, (kind, area), offer)
    above = regions.ancestor
    found = np.full_like(first, none)
    for level in range(5):
        found = np.minimum(found, np.where(above[:, level] == NONE, none, first[:, above[:, level]]))
    return found


def accepts(problem: Problem, need: Ints, offer: Ints, ages: bool = True) -> Bools:
    """Whether each need has one person whom the offer of the same position accepts; without `ages`, if unknown ages fit."""
    snapshot = problem.snapshot
    offers, persons = snapshot.offers, snapshot.persons
    person = snapshot.needs.person[need]
    members = snapshot.members
    home = snapshot.needs.household[need]
    open_need = np.flatnonzero(person == NONE)
    owner, at = expand(members.offsets[home[open_need]], members.offsets[home[open_need] + 1])
    named = np.flatnonzero(person != NONE)
    row = np.concatenate([named, open_need[owner]])
    who = np.concatenate([person[named], members.values[at]])
    by = offer[row]
    year = int(np.datetime64(problem.on, "D").astype("datetime64[Y]").astype(int)) + 1970
    age = year - persons.birth_year[who].astype(np.int32)
    known = persons.birth_year[who] != 0
    fits = (~known & (not ages)) | (
        known
        & ((offers.min_age[by] == NONE) | (age >= offers.min_age[by]))
        & ((offers.max_age[by] == NONE) | (age <= offers.max_age[by]))
    )
    fits |= (offers.min_age[by] == NONE) & (offers.max_age[by] == NONE)
    fits &= (offers.categories[by] == 0) | (offers.categories[by] & persons.categories[who] != 0)
    fits &= (offers.traits[by] == 0) | (offers.traits[by] & persons.traits[who] != 0)
    found: Bools = (
        (offers.categories[offer] == 0)
        & (offers.traits[offer] == 0)
        & (offers.min_age[offer] == NONE)
        & (offers.max_age[offer] == NONE)
    )
    found[row[fits]] = True
    return found
