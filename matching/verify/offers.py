"""Rules about who may serve whom (model (3), (4), (5))."""

from __future__ import annotations

import numpy as np

from graph.snapshot import NONE, OFFER, ON_HOUSEHOLD, ON_NEED, ON_VILLAGE, TOWN, VOLUNTEER, Ints
from matching.verify.case import Case, Pairs
from matching.verify.check import Look, check
from matching.verify.joins import entries, found_in
from matching.verify.roads import Roads, outermost_area


def _decided(case: Case, provider_type: int) -> Ints:
    """Rows that the run decided, with providers of one type."""
    return np.flatnonzero(case.decided & (case.rows.provider_type == provider_type)).astype(np.int32)


@check(
    "offer {provider} is of kind {found}, which is neither {expected} nor broader: need {need}",
    "供给 {provider} 的项目为 {found}，不是需求 {need} 的项目 {expected}，也不是其上位项目",
)
def kind(case: Case) -> Look:
    """The kind of an offer is the need's or broader, over any number of links."""
    rows = _decided(case, OFFER)
    offered = case.snapshot.offers.kind[case.rows.provider[rows]]
    needed = case.snapshot.needs.kind[case.rows.need[rows]]
    names = case.snapshot.kinds.key
    return Look.of(
        ~case.includes[offered, needed],
        lambda at: case.row(rows[at], found=names[int(offered[at])].as_py(), expected=names[int(needed[at])].as_py()),
    )


@check(
    "offer {provider} does not serve {found}, the place of need {need}; it serves {expected}",
    "供给 {provider} 的服务区域（{expected}）不含需求 {need} 的所在地 {found}",
)
def area(case: Case) -> Look:
    """The place of the need is one of the offer's areas or lies inside one."""
    rows = _decided(case, OFFER)
    provider = case.rows.provider[rows]
    place = case.snapshot.needs.place[case.rows.need[rows]]
    serves = case.snapshot.offers.serves
    return Look.of(
        outermost_area(case.snapshot, provider, place) == NONE,
        lambda at: case.row(
            rows[at],
            found=case.place(int(place[at])),
            expected=";".join(case.place(int(one)) for one in serves[int(provider[at])]),
        ),
    )


@check(
    "offer {provider} holds {expected}, not on {found}: need {need}",
    "供给 {provider} 的有效期为 {expected}，不含 {found}：需求 {need}",
)
def dates(case: Case) -> Look:
    """The run's date lies within the offer's dates, ends included."""
    rows = _decided(case, OFFER)
    provider = case.rows.provider[rows]
    start, end = case.snapshot.offers.valid_from[provider], case.snapshot.offers.valid_to[provider]
    return Look.of(
        (start > case.plan.on) | (end < case.plan.on),
        lambda at: case.row(
            rows[at], found=case.today.isoformat(), expected=f"{case.day(int(start[at]))}…{case.day(int(end[at]))}"
        ),
    )


@check("offer {provider} is paused, yet it serves need {need}", "供给 {provider} 已暂停，却为需求 {need} 提供")
def paused(case: Case) -> Look:
    """A paused offer serves nobody."""
    rows = _decided(case, OFFER)
    return Look.of(case.snapshot.offers.paused[case.rows.provider[rows]], lambda at: case.row(rows[at]))


@check(
    "offer {provider} accepts nobody whom need {need} may be for: no one person meets categories, traits and age",
    "供给 {provider} 不接受需求 {need} 的对象：没有一人同时符合类别、特征和年龄",
)
def acceptance(case: Case) -> Look:
    """One person, the named one or else any member, meets categories, traits and age together (model (4))."""
    offers, needs, persons = case.snapshot.offers, case.snapshot.needs, case.snapshot.persons
    asks = (offers.categories != 0) | (offers.traits != 0) | (offers.min_age != NONE) | (offers.max_age != NONE)
    rows = _decided(case, OFFER)
    rows = rows[asks[case.rows.provider[rows]]]
    need, offer = case.rows.need[rows], case.rows.provider[rows]
    named = needs.person[need] != NONE
    home, member = entries(case.snapshot.members, needs.household[need[~named]])
    row = np.concatenate([np.flatnonzero(named), np.flatnonzero(~named)[home]])
    person = np.concatenate([needs.person[need[named]], member])
    rule = offer[row]
    age = case.today.year - persons.birth_year[person].astype(np.int32)
    unknown = persons.birth_year[person] == 0
    meets = (offers.categories[rule] == 0) | (offers.categories[rule] & persons.categories[person] != 0)
    meets &= (offers.traits[rule] == 0) | (offers.traits[rule] & persons.traits[person] != 0)
    meets &= (offers.min_age[rule] == NONE) | (~unknown & (age >= offers.min_age[rule]))
    meets &= (offers.max_age[rule] == NONE) | (~unknown & (age <= offers.max_age[rule]))
    accepted = np.zeros(len(rows), bool)
    accepted[row[meets]] = True
    return Look(len(rows), np.flatnonzero(~accepted), lambda at: case.row(rows[at]))


@check(
    "need {need} and {provider} are kept apart by {expected}",
    "需求 {need} 与 {provider} 已被 {expected} 排除",
)
def excluded(case: Case) -> Look:
    """No pair is served that a lock which holds or an answer forbids (model (5))."""
    locks, needs, rows = case.snapshot.locks, case.snapshot.needs, case.rows
    answers = case.snapshot.exclusions
    holds = np.flatnonzero(~locks.keep & (locks.until >= case.plan.on))
    why = np.full(len(rows.need), NONE, np.int64)
    of = {ON_NEED: rows.need, ON_VILLAGE: needs.place[rows.need], ON_HOUSEHOLD: needs.household[rows.need]}
    for subject_type, subject in of.items():
        mine = holds[locks.subject_type[holds] == subject_type]
        forbids = Pairs(locks.subject[mine], locks.provider_type[mine], locks.provider[mine], mine)
        asked = Pairs(subject, rows.provider_type, rows.provider, rows.quantity)
        why = np.maximum(why, found_in(case.code(forbids), mine, case.code(asked)))
    by_answer = case.code(
        Pairs(answers.need, answers.provider_type, answers.provider, np.zeros(len(answers.need), np.int64))
    )
    why[np.isin(case.code(rows), by_answer)] = len(locks.key)
    why[~case.decided] = NONE

    def rule(row: int) -> str:
        return "an answer" if why[row] == len(locks.key) else f"lock {locks.key[int(why[row])].as_py()}"

    return Look.of(why != NONE, lambda row: case.row(row, expected=rule(row)))


@check(
    "{expected} does not pay at {found}, the place of need {need}, which {provider} serves",
    "{expected} 的区域不含需求 {need} 的所在地 {found}（由 {provider} 提供）",
)
def fund_region(case: Case) -> Look:
    """A fund pays only for needs whose place lies in its region (model (3))."""
    rows, fund = _funded(case)
    place = case.snapshot.needs.place[case.rows.need[rows]]
    inside = case.snapshot.regions.inside(place, case.snapshot.funds.region[fund])
    return Look.of(
        ~inside,
        lambda at: case.row(rows[at], found=case.place(int(place[at])), expected=_fund(case, fund[at])),
    )


@check(
    "{expected} does not pay for {found}, the kind of need {need}, which {provider} serves",
    "{expected} 不支付需求 {need} 的项目 {found}（由 {provider} 提供）",
)
def fund_kind(case: Case) -> Look:
    """A fund pays only for needs of its kinds or narrower (model (3))."""
    rows, fund = _funded(case)
    kinds, needed = case.snapshot.funds.kinds, case.snapshot.needs.kind[case.rows.need[rows]]
    pays = kinds.lengths[fund] == 0
    owner, paid = entries(kinds, fund)
    pays[owner[case.includes[paid, needed[owner]]]] = True
    names = case.snapshot.kinds.key
    return Look.of(
        ~pays,
        lambda at: case.row(rows[at], found=names[int(needed[at])].as_py(), expected=_fund(case, fund[at])),
    )


@check(
    "{expected} does not pay on {found}: need {need}, served by {provider}",
    "{expected} 在 {found} 不支付：需求 {need}（由 {provider} 提供）",
)
def fund_dates(case: Case) -> Look:
    """A fund pays only on its dates, ends included (model (3))."""
    rows, fund = _funded(case)
    funds = case.snapshot.funds
    return Look.of(
        (funds.valid_from[fund] > case.plan.on) | (funds.valid_to[fund] < case.plan.on),
        lambda at: case.row(rows[at], found=case.today.isoformat(), expected=_fund(case, fund[at])),
    )


def _funded(case: Case) -> tuple[Ints, Ints]:
    """Rows that the run decided, whose offers a fund pays, and that fund."""
    rows = _decided(case, OFFER)
    fund = case.snapshot.offers.fund[case.rows.provider[rows]]
    return rows[fund != NONE], fund[fund != NONE]


def _fund(case: Case, fund: int) -> str:
    return f"fund {case.snapshot.funds.key[int(fund)].as_py()}"


@check(
    "volunteer {provider} does not do {found}, which need {need} asks for",
    "志愿者 {provider} 不具备需求 {need} 的技能 {found}",
)
def skills(case: Case) -> Look:
    """The need's kind or a broader one is among the volunteer's skills."""
    rows = _decided(case, VOLUNTEER)
    needed = case.snapshot.needs.kind[case.rows.need[rows]]
    owner, skill = entries(case.snapshot.volunteers.skills, case.rows.provider[rows])
    able = np.zeros(len(rows), bool)
    able[owner[case.includes[skill, needed[owner]]]] = True
    names = case.snapshot.kinds.key
    return Look.of(~able, lambda at: case.row(rows[at], found=names[int(needed[at])].as_py()))


@check(
    "volunteer {provider} is {found} minutes from need {need}; the limit is {expected}",
    "志愿者 {provider} 距需求 {need} {found} 分钟，上限为 {expected}",
)
def volunteer_reach(case: Case) -> Look:
    """A volunteer reaches the place within the minutes limit, and no place above town level."""
    rows = _decided(case, VOLUNTEER)
    volunteers = case.snapshot.volunteers
    provider, place = case.rows.provider[rows], case.snapshot.needs.place[case.rows.need[rows]]
    limit = volunteers.minutes_limit[provider]
    minutes = Roads(case.snapshot).minutes(volunteers.village[provider], place)
    above = case.snapshot.regions.level[place] < TOWN
    late = (limit != NONE) & ((minutes == NONE) | (minutes > limit))

    def found(at: int) -> str:
        return "above a town" if above[at] else "unreachable" if minutes[at] == NONE else str(minutes[at])

    return Look.of(above | late, lambda at: case.row(rows[at], found=found(at), expected=int(limit[at])))
