"""Who may receive an offer, and why nobody does at present, in plain sentences of each language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from graph.model import CATEGORIES, TRAITS, Code, ServiceKind
from graph.offers import Whom
from graph.within import RegionTree


@dataclass(frozen=True)
class Standing:
    """What of an offer says whether it is given at present; `used` of its units are given, as far as the reader may know.

    Of a kind that recurs it has its units each period, of any other once.
    """

    capacity: int | None
    valid_from: date | None
    valid_to: date | None
    paused: bool = False
    used: int = 0
    recurring: bool = True


def why_nobody(offer: Standing, on: date) -> list[tuple[str, str]]:
    """Each reason for which nobody receives an offer on a day, or nobody else does, in English and in Chinese; none where it is given."""
    reasons = []
    if offer.paused:
        reasons.append(("it is paused", "该供给已暂停"))
    if offer.valid_to is not None and offer.valid_to < on:
        reasons.append((f"its last day was {offer.valid_to}", f"已于 {offer.valid_to} 结束"))
    if offer.valid_from is not None and offer.valid_from > on:
        reasons.append((f"its first day is {offer.valid_from}", f"自 {offer.valid_from} 起才开始"))
    if offer.capacity == 0:
        reasons.append(("it has no units to give", "可提供的数量为零"))
    elif offer.capacity is not None and offer.used >= offer.capacity:
        many, many_zh = units_told(offer.capacity, recurring=offer.recurring)
        reasons.append((f"all its units ({many}) are given", f"{many_zh} 个单位已全部分配"))
    return reasons


def units_told(capacity: int, *, recurring: bool) -> tuple[str, str]:
    """How many units there are: each period of a kind that recurs, in all of any other."""
    return (
        (f"{capacity:,} a period", f"每期 {capacity:,}") if recurring else (f"{capacity:,} in all", f"共 {capacity:,}")
    )


def state_now(offer: Standing, on: date) -> tuple[str, str]:
    """In what state an offer is on a day: why nobody receives it, else until when it is open."""
    reasons = why_nobody(offer, on)
    if reasons:
        return _listed([each for each, _ in reasons], "and"), "；".join(each for _, each in reasons)
    return ("open", "有效") if offer.valid_to is None else (f"until {offer.valid_to}", f"至 {offer.valid_to}")


def receivers(offer: Standing, on: date, may: tuple[str, str]) -> tuple[str, str]:
    """Who may receive it, behind why nobody does on a day where that is so."""
    reasons = why_nobody(offer, on)
    if not reasons:
        return may
    given = len(reasons) == 1 and bool(offer.capacity) and offer.used >= (offer.capacity or 0)
    lead, lead_zh = ("Nobody else", "目前无人可以再获得") if given else ("Nobody", "目前无人可以获得")
    (told, told_zh), (rest, rest_zh) = state_now(offer, on), may
    return (
        f"{lead} receives it now: {told}. But for that, {rest[0].lower()}{rest[1:]}",
        f"{lead_zh}：{told_zh}。若无上述情况，{rest_zh}",
    )


def who_may_receive(
    whom: Whom, serves: Sequence[str], tree: RegionTree, kinds: Mapping[str, ServiceKind]
) -> tuple[str, str]:
    """In English and in Chinese."""
    kind = kinds.get(whom.kind)
    name, name_zh = (kind.name_en or kind.kind, kind.name_zh) if kind else (whom.kind, whom.kind)
    areas = [tree.region(area) for area in serves]
    where, where_zh = _listed([area.name for area in areas], "and"), "、".join(area.name for area in areas)
    rules, rules_zh = _rules(whom), _rules_zh(whom)
    if not rules:
        return (
            f"Whoever needs {name} in {where} may receive it.",
            f"{where_zh}范围内凡需要{name_zh}的困难群众均可获得。",
        )
    return (
        (
            f"Whoever needs {name} in {where} may receive it if {' and '.join(rules)}; "
            "of a household that needs it together, one member who meets all of this is enough."
        ),
        f"{where_zh}范围内需要{name_zh}，且{'，并且'.join(rules_zh)}的困难群众可以获得；以家庭为单位的需求，有一名成员同时符合即可。",
    )


def _rules(whom: Whom) -> list[str]:
    rules = [f"they are {_ages(whom)[0]}"] if _ages(whom)[0] else []
    if whom.categories:
        rules.append(f"they are registered under {_listed(_names(whom.categories, CATEGORIES), 'or')}")
    if whom.traits:
        rules.append(f"they are on record as {_listed(_names(whom.traits, TRAITS), 'or')}")
    return rules


def _rules_zh(whom: Whom) -> list[str]:
    rules = [_ages(whom)[1]] if _ages(whom)[1] else []
    if whom.categories:
        rules.append(f"属于{'或'.join(_names(whom.categories, CATEGORIES, zh=True))}")
    if whom.traits:
        rules.append(f"属于{'或'.join(_names(whom.traits, TRAITS, zh=True))}")
    return rules


def _ages(whom: Whom) -> tuple[str, str]:
    """Of what age people must be, in English and in Chinese; blank where any age will do."""
    low, high = whom.min_age, whom.max_age
    if high is None:
        return ("", "") if low is None else (f"{low} years old or older", f"年满 {low} 岁")
    if high == 0:
        return "under 1 year old", "未满 1 岁"
    if not low:
        return f"{high} years old or younger", f"不超过 {high} 岁"
    return (
        (f"{low} years old", f"年龄为 {low} 岁")
        if low == high
        else (f"{low} to {high} years old", f"年龄在 {low} 至 {high} 岁之间")
    )


def _names(codes: Sequence[str], known: Sequence[Code], *, zh: bool = False) -> list[str]:
    return [code.zh if zh else code.en for code in known if code.code in codes]


def _listed(names: Sequence[str], word: str) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"
