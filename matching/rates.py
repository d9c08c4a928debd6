"""Which share of what is open is met: by county, by category of the people, by settlement and by hukou (model (39))."""

from __future__ import annotations

from typing import Any

import numpy as np

from graph.model import CATEGORIES, URGENCIES
from graph.snapshot import COUNTY, NONE, VILLAGE, Bits, Bools, Floats, Ints, Longs, Snapshot
from matching.problem import Problem

PLACES = 4
"""Decimals of a rate."""
NO_CATEGORY, SETTLEMENTS = "none", ("urban", "rural", "elsewhere")
HUKOU = ("inside", "outside", "unknown")
"""Whether a household is registered in the city where its need is."""


def rates_of(problem: Problem, given: Longs, usual: Longs) -> dict[str, Any]:
    """Rates of a plan that gives each need of the snapshot so many units; `usual` is the usual quantity of each kind.

    A rate is Σ met ÷ usual quantity over Σ asked ÷ usual quantity. Counties: the lowest, the mean and the highest of them.
    """
    table, counting = problem.snapshot.needs, problem.counting
    share = 1 / usual[table.kind[counting]]
    met = np.minimum(given[counting], table.quantity[counting]) * share
    asked = table.quantity[counting] * share
    urgency = table.urgency[counting].astype(np.int64)

    def rates(mine: Bools) -> dict[str, float]:
        had, wanted = (np.bincount(urgency[mine], each[mine], len(URGENCIES)) for each in (met, asked))
        return {
            code.code: round(float(had[at] / wanted[at]), PLACES) for at, code in enumerate(URGENCIES) if wanted[at]
        }

    categories = _categories(problem.snapshot, counting)
    settled = _settlements(problem.snapshot, table.place[counting])
    registered = _registered(problem.snapshot, counting)
    groups = {
        "categories": {NO_CATEGORY: categories == 0}
        | {code.code: (categories >> at) & 1 == 1 for at, code in enumerate(CATEGORIES)},
        "settlements": {name: settled == at for at, name in enumerate(SETTLEMENTS)},
        "hukou": {name: registered == at for at, name in enumerate(HUKOU)},
    }
    return {"counties": by_county(problem.snapshot, table.place[counting], urgency, met, asked)} | {
        by: {name: found for name, mine in members.items() if (found := rates(mine))} for by, members in groups.items()
    }


def by_county(snapshot: Snapshot, place: Ints, urgency: Longs, met: Floats, asked: Floats) -> dict[str, Any]:
    """The lowest, mean and highest rate of counties by urgency, with the first county of the lowest and of the highest.

    A city without counties counts as one; a place above them is in none.
    """
    regions = snapshot.regions
    slot, many = regions.county_slot[place], len(regions.level)
    some = regions.breadth[slot] == COUNTY
    cells, at = np.unique(urgency[some] * many + slot[some], return_inverse=True)
    rate = np.bincount(at, met[some], len(cells)) / np.bincount(at, asked[some], len(cells))
    found = {}
    for number, code in enumerate(URGENCIES):
        mine = np.flatnonzero(cells // many == number)
        if len(mine):
            least, most = mine[np.argmin(rate[mine])], mine[np.argmax(rate[mine])]
            found[code.code] = {
                "lowest": round(float(rate[least]), PLACES),
                "lowest_region": regions.key[int(cells[least] % many)].as_py(),
                "mean": round(float(rate[mine].mean()), PLACES),
                "highest": round(float(rate[most]), PLACES),
                "highest_region": regions.key[int(cells[most] % many)].as_py(),
            }
    return found


def _categories(snapshot: Snapshot, needs: Ints) -> Bits:
    """Categories of the person of each need, of all members of the household where it names none."""
    persons, table = snapshot.persons, snapshot.needs
    of_household = np.zeros(len(snapshot.households.key), persons.categories.dtype)
    np.bitwise_or.at(of_household, persons.household, persons.categories)
    person = table.person[needs]
    own = persons.categories[np.maximum(person, 0)] if len(persons.categories) else of_household[table.household[needs]]
    return np.asarray(np.where(person == NONE, of_household[table.household[needs]], own))


def _settlements(snapshot: Snapshot, place: Ints) -> Ints:
    """Whether each place is a village of a residents' committee, of a village committee, or neither, by its code."""
    codes = snapshot.regions.key.to_pylist()
    number = np.array([int(code[-3:]) if code[-3:].isdigit() else 0 for code in codes], np.int64)[place]
    village = snapshot.regions.level[place] == VILLAGE
    urban, rural = village & (number >= 1) & (number <= 199), village & (number >= 200) & (number <= 399)
    return np.where(urban, 0, np.where(rural, 1, 2)).astype(np.int32)


def _registered(snapshot: Snapshot, needs: Ints) -> Ints:
    """Whether the household of each need is registered in the city of the need's place, elsewhere, or nobody knows."""
    table, regions = snapshot.needs, snapshot.regions
    city = np.array([int(code[:4]) if code[:4].isdigit() else NONE for code in regions.key.to_pylist()], np.int64)
    hukou = snapshot.households.hukou_city[table.household[needs]]
    return np.where(hukou == NONE, 2, np.where(hukou == city[table.place[needs]], 0, 1)).astype(np.int32)
