"""Why a need is not met whole, and why an offer has something left: codes, facts, and sentences for both."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph.model import CATEGORIES, TRAITS, URGENCIES
from graph.snapshot import NONE, Longs
from matching.plan import Texts
from matching.problem import Problem
from matching.ranges import distinct

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
    "served_in_part": (
        "{units} of its units stand with {provider} already, and it comes whole from one provider",
        "其中 {units} 单位已由 {provider} 提供，而该需求须由一家整体提供",
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
