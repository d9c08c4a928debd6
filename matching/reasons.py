"""Reasons in words: codes that plans tell, each in a few words and as a sentence that its facts fill, in two languages."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.model import CATEGORIES, TRAITS


@dataclass(frozen=True)
class Reason:
    """A reason in a few words, for many at once, and where facts fill it in as a sentence about one."""

    en: str
    zh: str
    sentence_en: str = ""
    sentence_zh: str = ""


UNMET = {
    "no_provider": Reason("nobody offers this kind of help", "没有任何机构提供该项目"),
    "no_provider_reaches": Reason(
        "no offer of this kind serves the place",
        "该项目的供给均不服务此地",
        "none of the offers of this kind ({offers}) serves this place",
        "该项目的供给（{offers} 项）均不服务此地",
    ),
    "volunteers_elsewhere": Reason(
        "nobody offers this, and no volunteer who does it is near and has time",
        "没有机构提供该项目，附近也没有有时间的志愿者",
        "nobody offers this kind of help, and none of the volunteers who do it ({volunteers}) is near and has time",
        "没有机构提供该项目，能做的志愿者（{volunteers} 名）均不在附近或没有时间",
    ),
    "not_accepted": Reason(
        "offers reach them, but accept others",
        "有供给但不接受这些对象",
        "the offers that reach this place ({offers}) accept others; {offer} asks for {asks}",
        "服务此地的供给（{offers} 项）不接受该对象；{offer} 要求 {asks}",
    ),
    "data_missing": Reason(
        "an age limit, and the year of birth is not known",
        "有年龄限制而出生年份不详",
        "offer {offer} has an age limit, and the year of birth is not known",
        "供给 {offer} 有年龄限制，而对象出生年份不详",
    ),
    "excluded": Reason(
        "a lock or an answer keeps them apart",
        "锁定或答复禁止配对",
        "offer {offer} would accept, but is kept from it by {by}",
        "供给 {offer} 本可接受，但配对被禁止：{by}",
    ),
    "offer_paused": Reason(
        "the offers are paused",
        "供给已暂停",
        "offers that reach this place ({offers}, such as {offer}) are paused",
        "服务此地的供给（{offers} 项，如 {offer}）已暂停",
    ),
    "offer_dates": Reason(
        "the offers do not hold on this date",
        "供给在此日期无效",
        "offers that reach this place ({offers}, such as {offer}) do not hold on this date",
        "服务此地的供给（{offers} 项，如 {offer}）在此日期无效",
    ),
    "fund": Reason(
        "the funds of the offers do not pay for them",
        "供给所用资金不支付这些需求",
        "offers that reach this place ({offers}) have funds that do not pay for it; {offer} has {fund}: {excludes}",
        "服务此地的供给（{offers} 项）所用资金不支付该需求；{offer} 的资金 {fund}：{excludes}",
    ),
    "capacity_gone": Reason(
        "what stands already takes all the offers have",
        "容量已被既有安排用尽",
        "what stands already, or a lock or the limit on changes keeps, takes all that offers here ({offers}, such as {offer}) have",
        "服务此地的供给（{offers} 项，如 {offer}）已被既有安排、锁定或变动上限所保留的安排用尽",
    ),
    "offer_empty": Reason(
        "the offers have a capacity of 0",
        "供给容量为 0",
        "offers that reach this place ({offers}, such as {offer}) have a capacity of 0",
        "服务此地的供给（{offers} 项，如 {offer}）容量为 0",
    ),
    "served_in_part": Reason(
        "met whole or not at all, and a provider has a part of it",
        "须由一家整体提供，而部分已由他方提供",
        "it comes whole from one provider, and {provider} has a part of it already ({units})",
        "该需求须由一家整体提供，而其中 {units} 单位已由 {provider} 提供",
    ),
    "capacity_taken": Reason(
        "all units go to those who come first",
        "容量已给予排序在前者",
        "the offers and volunteers that could serve it ({offers}) give all they can ({units} units) to those who come first",
        "可服务的供给与志愿者（共 {offers} 个，{units} 单位）均已给予排序在前者",
    ),
    "exhausted": Reason(
        "met in part, and the offers have no more",
        "已部分满足，供给已无余量",
        "it has {own} of all units ({units}) of the offers and volunteers that could serve it ({offers}); they have no more",
        "可服务的供给与志愿者（共 {offers} 个，{units} 单位）已无余量，其中 {own} 单位已给该需求",
    ),
    "rounded": Reason(
        "needs that are met whole, or share money, left no room for them",
        "整体提供或共用资金的需求已占用容量",
        "the offers and volunteers that could serve it ({offers}) give {units} units to others, some of whom come after it: "
        "needs that are met whole or share money are placed by a rule that need not be the best",
        "可服务的供给与志愿者（共 {offers} 个，{units} 单位）已给予他人，其中有排序在后者：整体提供或共用资金的需求按规则安排，未必最优",
    ),
    "too_large": Reason(
        "met whole or not at all, and no one provider has as much",
        "须由一家整体提供，而单个提供方不足",
        "it is met whole or not at all, and no one provider has more than {most} for it",
        "该需求须由一家整体提供，而单个提供方最多只能给 {most} 单位",
    ),
    "budget": Reason("what is left of the budget or fund that pays is not enough", "支付的预算或资金余额不足"),
}
"""Why a need is not met whole. A fact `also` names what else hinders the offer that is told of."""

UNCOVERED = {
    "no_worker_in_reach": Reason(
        "no worker's minutes limit allows the way",
        "没有社工的路程上限允许前往",
        "no worker of the staffed stations in the region ({stations}) may go as far",
        "同一区划内的有人驻点（{stations} 个）没有社工的路程上限允许前往",
    ),
    "stations_empty": Reason("no station of the region has a Double Hundred worker", "同一区划内没有双百社工"),
    "worker_limits_taken": Reason(
        "workers in reach are at their limit of villages",
        "可到达的社工已达村居上限",
        "the workers in reach ({workers}) cover as many villages as their limits allow ({villages} in all)",
        "可到达的社工（{workers} 名）已达村居上限（共 {villages} 个）",
    ),
    "place_forbidden": Reason(
        "locks forbid each worker who could still come",
        "锁定禁止由尚可前往的社工覆盖",
        "each worker who could still cover the place is forbidden to: {locks}",
        "锁定 {locks} 禁止由尚可前往的社工覆盖此地",
    ),
    "village_uncovered": Reason(
        "nobody covers their village",
        "所在村居无社工覆盖",
        "nobody covers the village {village}",
        "所在村居 {village} 无社工覆盖",
    ),
    "no_capacity": Reason(
        "the workers who cover the village carry all they may",
        "覆盖村居的社工负荷已满",
        "the workers who cover the village {village} ({workers}) carry all they may",
        "覆盖村居 {village} 的社工（{workers} 名）负荷已满",
    ),
    "forbidden": Reason(
        "locks forbid each worker with load to spare",
        "锁定禁止由尚有余量的社工负责",
        "each worker of the village {village} with load to spare is forbidden the household: {locks}",
        "锁定 {locks} 禁止该家庭由村居 {village} 中尚有余量的社工负责",
    ),
    "kept_with_other": Reason("a lock keeps them with another type of worker", "锁定由非双百人员负责"),
}
"""Why a place has no worker, and a household no responsible one."""

SHORTFALL = {
    "short_of_load": Reason(
        "households weigh more than all workers there may carry",
        "家庭负荷超过当地社工合计上限",
        "a load of {load} is more than all workers there may carry, however it is parted",
        "超出当地社工合计可承担的负荷 {load}，无论如何分配",
    ),
    "short_of_villages": Reason(
        "more villages than all workers there may cover",
        "村居数超过当地社工可覆盖的总数",
        "{villages} villages are more than all workers there may cover",
        "超出当地社工可覆盖总数的村居 {villages} 个",
    ),
    "towns_without_worker": Reason(
        "no worker may go to some towns",
        "部分镇街没有社工可前往",
        "no worker may go to {towns} of the towns",
        "{towns} 个镇街没有社工可前往",
    ),
    "no_average_worker": Reason(
        "no worker has any capacity to go by, so that more than this may be missing",
        "没有可供参照的社工容量，实际缺口可能更大",
    ),
}
"""Why workers are missing in a region."""

UNUSED = {
    "offer_paused": ("the offer is paused", "该供给已暂停"),
    "offer_dates": ("the offer does not hold on this date", "该供给在此日期无效"),
    "no_need_in_area": ("no open need of its kinds lies in its areas", "其服务区域内没有相应项目的待办需求"),
    "fund": ("its fund pays for none of the needs in its areas", "其资金不支付其服务区域内的任何需求"),
    "needs_not_accepted": (
        "it accepts none of the needs in its areas, or is kept from them",
        "其服务区域内的需求均不符合其接受条件，或配对被禁止",
    ),
    "budget": ("what is left of the budget or fund that pays is not enough", "支付的预算或资金余额不足"),
    "too_small": ("what is left is less than any open need it could serve", "余量少于其可服务的任何一项需求"),
    "all_met": ("every need it could serve is met or has its provider", "其可服务的需求均已满足或已有提供方"),
    "no_time": ("what they do takes more time than they have", "其所做项目每次所需时间超过其可用时间"),
    "nobody_in_reach": ("no open need that they could serve is in reach", "可到达范围内没有其可承担的待办需求"),
    "left_over": (
        "needs that are met whole are placed by a rule that need not be the best",
        "整体承担的需求按规则安排，未必最优",
    ),
    "nothing_in_reach": ("no village or town of the scope is in reach", "范围内没有可到达的村居或镇街"),
    "not_needed": ("every place in reach is covered without this worker", "可到达之处均已由他人覆盖"),
    "load_to_spare": ("covers places and could carry more", "已有覆盖任务，仍有余量"),
}
"""Why an offer, a volunteer or a caseworker has something left, in English and Chinese."""

REASONS = UNMET | UNCOVERED | SHORTFALL


def in_few_words(code: str) -> tuple[str, str]:
    """A reason of an unmet need or an uncovered subject in English and Chinese; a code that is none stands for itself."""
    reason = REASONS.get(code, Reason(code, code))
    return reason.en, reason.zh


def sentences(code: str, facts: Mapping[str, Any]) -> tuple[str, str]:
    """The same as a sentence about one of them, its facts filled in. Raises KeyError where the sentence lacks one."""
    reason = REASONS[code]
    en = {name: _in_words(name, fact, chinese=False) for name, fact in facts.items()}
    zh = {name: _in_words(name, fact, chinese=True) for name, fact in facts.items()}
    also = [in_few_words(each) for each in facts.get("also", ())]
    return (
        "; besides, ".join([(reason.sentence_en or reason.en).format_map(en), *(each for each, _ in also)]),
        "；此外，".join([(reason.sentence_zh or reason.zh).format_map(zh), *(each for _, each in also)]),
    )


def facts_text(facts: Mapping[str, Any], *, unlocked: bool = False) -> str:
    """Facts as JSON text, with the code that says why no unlock is given yet where none is."""
    told = facts if unlocked else {**facts, "unlock": "later"}
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def _in_words(name: str, fact: Any, *, chinese: bool) -> str:
    if isinstance(fact, Mapping):
        return _asked(fact, chinese=chinese)
    if isinstance(fact, Sequence) and not isinstance(fact, str):
        words = _WORDS.get(name)
        return ("、" if chinese else ", ").join(words(each, chinese) if words else str(each) for each in fact)
    return f"{fact:,}" if isinstance(fact, int) else str(fact)


def _keeper(by: Mapping[str, str], chinese: bool) -> str:
    """A lock by its key, or an answer by its day and reason."""
    if "lock" in by:
        return f"锁定 {by['lock']}" if chinese else f"lock {by['lock']}"
    since, why = by.get("since"), by.get("reason")
    if chinese:
        return (f"{since} 起的答复" if since else "此前的答复") + (f"（{why}）" if why else "")
    return (f"an answer since {since}" if since else "an earlier answer") + (f" ({why})" if why else "")


def _left_out(cell: str, chinese: bool) -> str:
    """By which of its cells a fund leaves a need out."""
    return _CELLS[cell][chinese]


_CELLS = {
    "region": ("the place is not in its region", "该地不在其区域内"),
    "kinds": ("it pays for other kinds", "不支付该项目"),
    "dates": ("it does not hold on this date", "在此日期无效"),
}
_WORDS: dict[str, Callable[[Any, bool], str]] = {"by": _keeper, "excludes": _left_out}
"""How the items of a fact are told that is a list of others than keys."""


def _asked(rule: Mapping[str, Any], *, chinese: bool) -> str:
    """What an offer asks of a person: one of its categories, one of its traits, an age."""
    asked = []
    for name, codes in (("categories", CATEGORIES), ("traits", TRAITS)):
        words = {code.code: code.zh if chinese else code.en for code in codes}
        if rule.get(name):
            asked.append(("或" if chinese else " or ").join(words.get(code, code) for code in rule[name]))
    low, high = rule.get("min_age"), rule.get("max_age")
    if low is not None and high is not None:
        asked.append(f"{low}–{high} 岁" if chinese else f"age {low}–{high}")
    elif low is not None:
        asked.append(f"{low} 岁以上" if chinese else f"age {low} or more")
    elif high is not None:
        asked.append(f"{high} 岁以下" if chinese else f"age {high} or less")
    return ("，" if chinese else ", ").join(asked)
