"""Rules about the rates that a certificate tells: by county, category of the people, settlement and hukou (model (39))."""

from __future__ import annotations

from typing import Any

import numpy as np

from graph.model import CATEGORIES, URGENCIES
from graph.snapshot import COUNTY, NONE, VILLAGE, Bools, Longs
from matching.verify.case import Case
from matching.verify.check import Look, report

NEAR = 2e-4
"""Two rates of four decimals that differ by no more are one: sums of fractions depend on their order."""


@report(
    "the rate {figure} is {found} in the certificate; it is {expected}",
    "证书中比率 {figure} 为 {found}，实为 {expected}",
)
def rates(case: Case) -> Look:
    """Every rate of the certificate is the share met of what is open, and none is missing."""
    said = {name: each for name, each in _leaves(case.plan.certificate.rates) if not name.startswith(_UNSEEN)}
    true = dict(_leaves(_true(case)))
    wrong = [name for name in sorted(said.keys() | true.keys()) if not _same(case, name, said, true)]
    return Look(
        len(said),
        np.arange(len(wrong)),
        lambda at: {"figure": wrong[at], "found": said.get(wrong[at]), "expected": true.get(wrong[at])},
    )


_UNSEEN = ("counties_without_fairness", "minutes_of_fairness")
"""What another policy would have come to cannot be seen from a plan."""


def _leaves(given: Any, name: str = "") -> list[tuple[str, Any]]:
    if not isinstance(given, dict):
        return [(name, given)]
    return [leaf for key, each in given.items() for leaf in _leaves(each, f"{name}.{key}" if name else str(key))]


def _same(case: Case, name: str, said: dict[str, Any], true: dict[str, Any]) -> bool:
    if name not in said or name not in true:
        return False
    found, expected = said[name], true[name]
    if not name.endswith("_region"):
        return isinstance(found, int | float) and abs(found - expected) <= NEAR
    # of several counties with one rate any may be named
    codes = case.snapshot.regions.key.to_pylist()
    if found not in codes:
        return False
    urgency = [code.code for code in URGENCIES].index(name.split(".")[1])
    rate = _county_rates(case)[urgency].get(codes.index(found))
    return rate is not None and abs(rate - true[name.removesuffix("_region")]) <= NEAR


def _shares(case: Case, mine: Bools) -> tuple[Longs, Any, Any]:
    """Of some of the needs that count: urgency, and units met and asked over the kind's usual quantity."""
    needs, rows = case.snapshot.needs, np.flatnonzero(case.counts & mine)
    usual = case.usual_quantity[needs.kind[rows]]
    met = np.minimum(case.units[rows], needs.quantity[rows]) / usual
    return needs.urgency[rows].astype(np.int64), met, needs.quantity[rows] / usual


def _county_rates(case: Case) -> list[dict[int, float]]:
    """By urgency, the rate of each county, or city without any, in which something is open."""
    regions, needs = case.snapshot.regions, case.snapshot.needs
    slot = regions.county_slot[np.maximum(needs.place, 0)]
    counties = (needs.place != NONE) & (regions.breadth[slot] == COUNTY)
    urgency, met, asked = _shares(case, counties)
    at = slot[case.counts & counties]
    found: list[dict[int, float]] = []
    for number in range(len(URGENCIES)):
        mine = urgency == number
        had, wanted = (np.bincount(at[mine], each[mine], len(regions.level)) for each in (met, asked))
        found.append({int(county): float(had[county] / wanted[county]) for county in np.flatnonzero(wanted)})
    return found


def _true(case: Case) -> dict[str, Any]:
    counties = {}
    for code, rate in zip(URGENCIES, _county_rates(case), strict=True):
        if rate:
            least, most = min(rate, key=lambda county: rate[county]), max(rate, key=lambda county: rate[county])
            keys = case.snapshot.regions.key
            counties[code.code] = {
                "lowest": rate[least],
                "lowest_region": keys[least].as_py(),
                "mean": sum(rate.values()) / len(rate),
                "highest": rate[most],
                "highest_region": keys[most].as_py(),
            }
    return {
        "counties": counties,
        "categories": _by(case, _categories(case)),
        "settlements": _by(case, _settlements(case)),
        "hukou": _by(case, _hukou(case)),
    }


def _by(case: Case, groups: dict[str, Bools]) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for name, mine in groups.items():
        urgency, met, asked = _shares(case, mine)
        for number in np.unique(urgency).tolist():
            some = urgency == number
            found.setdefault(name, {})[URGENCIES[number].code] = float(met[some].sum() / asked[some].sum())
    return found


def _categories(case: Case) -> dict[str, Bools]:
    """Needs by the categories of their person, of every member where none is named; in several, or in `none`."""
    needs, persons = case.snapshot.needs, case.snapshot.persons
    found: dict[str, Bools] = {}
    some = np.zeros(len(needs.key), bool)
    for at, code in enumerate(CATEGORIES):
        has = (persons.categories >> at) % 2 == 1
        household = np.zeros(len(case.snapshot.households.key), bool)
        household[persons.household[has]] = True
        mine = household[needs.household]
        named = needs.person != NONE
        mine[named] = has[needs.person[named]]
        found[code.code], some = mine, some | mine
    return found | {"none": ~some}


def _settlements(case: Case) -> dict[str, Bools]:
    """Needs by the last digits of the code of their village: 001 to 199 residents' committees, 200 to 399 villages'."""
    regions, place = case.snapshot.regions, case.snapshot.needs.place
    number = np.array([int(code[9:]) if code[9:].isdigit() else 0 for code in regions.key.to_pylist()])[place]
    village = (place != NONE) & (regions.level[place] == VILLAGE)
    urban, rural = village & (number > 0) & (number < 200), village & (number >= 200) & (number < 400)
    return {"urban": urban, "rural": rural, "elsewhere": ~urban & ~rural}


def _hukou(case: Case) -> dict[str, Bools]:
    """Needs by whether the first four digits of their household's registration are those of their place."""
    needs = case.snapshot.needs
    codes = [code[:4] for code in case.snapshot.regions.key.to_pylist()]
    at = case.snapshot.households.hukou_city[needs.household]
    here = np.array([int(code) if code.isdigit() else NONE for code in codes])[needs.place]
    known = at != NONE
    return {"inside": known & (at == here), "outside": known & (at != here), "unknown": ~known}
