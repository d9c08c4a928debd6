"""Worlds with volunteers: random ones, and which volunteers may serve a need told from the rows alone."""

import itertools
import random
from collections.abc import Iterator
from typing import Any

import numpy as np
from hypothesis import strategies as st

from matching.verify.roads import Roads
from tests.matching.test_serve_exact import order_of_levels
from tests.matching.test_serve_rounded import allowed, choices
from tests.matching.worlds import (
    A1A,
    A1B,
    A2A,
    B1A,
    FOOD,
    GOODS,
    GREET,
    KINDS,
    REGIONS,
    VISIT,
    Rows,
    place_of,
    problem_of,
    random_world,
)

TUTOR = "tutor"
MINUTES = {FOOD: 0, GOODS: 0, VISIT: 60, GREET: 60, TUTOR: 90}
BROADER_OF = {FOOD: (FOOD, GOODS), GREET: (GREET, VISIT)}
TAUGHT = {"kind": TUTOR, "name_zh": "辅导", "class": "support", "unit": "月", "minutes_per_unit": 90}
LEVEL = {row["code"]: row["level"] for row in REGIONS}


def volunteer(key: str, village: str = A1A, skills: str = VISIT, hours: int = 1, **cells: Any) -> dict[str, Any]:
    """A volunteer with time for one visit."""
    return {"volunteer": key, "village": village, "skills": skills, "hours": hours} | cells


def helped(rows: Rows, seed: int, volunteers: int, skills: tuple[str, ...] = (VISIT, GREET, TUTOR)) -> Rows:
    """The same world with volunteers, a further kind, and locks that keep some of them from needs."""
    draw = random.Random(seed)
    people = [
        volunteer(
            f"V{number}",
            draw.choice([A1A, A1A, A1B, A2A, B1A]),
            ";".join(draw.sample(skills, draw.randint(1, min(2, len(skills))))),
            draw.choice([0, 1, 1, 2, 3, 4]),
            **draw.choice([{}, {"minutes_limit": 0}, {"minutes_limit": 15}, {"minutes_limit": 40}]),
        )
        for number in range(volunteers)
    ]
    keys = [row["need"] for row in rows["needs"]]
    locks = [
        {
            "lock": f"M{number}",
            "subject_type": kind,
            "subject": {"need": draw.choice(keys), "village": A1A}[kind],
            "provider_type": "volunteer",
            "provider": draw.choice(people)["volunteer"],
            "mode": "forbid",
        }
        for number, kind in enumerate(draw.sample(["need", "village"], draw.randint(0, 2)))
        if people
    ]
    return rows | {"volunteers": people, "locks": [*rows.get("locks", []), *locks], "service_kinds": [*KINDS, TAUGHT]}


def helped_worlds(most_needs: int, most_offers: int, most_volunteers: int, **options: Any) -> st.SearchStrategy[Rows]:
    """Random worlds of at most so many needs, offers and volunteers."""
    skills = options.pop("skills", (VISIT, GREET, TUTOR))
    return st.builds(
        lambda seed, needs, offers, volunteers: helped(
            random_world(seed, needs, offers, **options), seed, volunteers, skills
        ),
        st.integers(0, 10**9),
        st.integers(1, most_needs),
        st.integers(0, most_offers),
        st.integers(0, most_volunteers),
    )


def may_help(rows: Rows, one: dict[str, Any], by: dict[str, Any]) -> bool:
    """Whether a volunteer may serve a need as far as skills, the way and locks go."""
    place = place_of(rows, one)
    if LEVEL[place] not in {"town", "village"} or not set(by["skills"].split(";")) & set(
        BROADER_OF.get(one["kind"], (one["kind"],))
    ):
        return False
    for lock in rows.get("locks", []):
        subject = {"need": one["need"], "household": one["household"], "village": place}[lock["subject_type"]]
        if lock["mode"] == "forbid" and lock["provider"] == by["volunteer"] and lock["subject"] == subject:
            return False
    limit = by.get("minutes_limit")
    if limit is None:
        return True
    way = way_between(rows, by["village"], place)
    return way is not None and way <= limit


_WAYS: dict[tuple[str, str], int | None] = {}


def way_between(rows: Rows, home: str, place: str) -> int | None:
    """Minutes from one place to another, None where there is no way."""
    if (home, place) not in _WAYS:
        snapshot = problem_of(rows).snapshot
        codes = snapshot.regions.key.to_pylist()
        ends = (np.array([codes.index(end)], np.int32) for end in (home, place))
        found = int(Roads(snapshot).minutes(*ends)[0])
        _WAYS[home, place] = None if found < 0 else found
    return _WAYS[home, place]


def reachable_plans(rows: Rows) -> Iterator[list[int]]:
    """Units that each counting need gets in each plan that keeps the rules; a volunteer serves whole needs alone."""
    problem = problem_of(rows)
    keys = problem.snapshot.needs.key.to_pylist()
    by_key = {row["need"]: row for row in rows["needs"]}
    needs = [by_key[keys[at]] for at in problem.counting.tolist()]
    people = {row["volunteer"]: row for row in rows["volunteers"]}
    options: list[list[dict[str, int]]] = []
    for one in needs:
        mine = choices(rows, one, one["kind"] in {FOOD, GOODS})
        mine += [{key: one["quantity"]} for key, row in people.items() if may_help(rows, one, row)]
        options.append(mine)
    for choice in itertools.product(*options):
        units: dict[str, int] = {}
        work: dict[str, int] = {}
        for one, given in zip(needs, choice, strict=True):
            for key, number in given.items():
                if key in people:
                    work[key] = work.get(key, 0) + number * MINUTES[one["kind"]]
                else:
                    units[key] = units.get(key, 0) + number
        if allowed(rows, units) and all(took <= people[key]["hours"] * 60 for key, took in work.items()):
            yield [sum(given.values()) for given in choice]


def reachable_with_volunteers(rows: Rows) -> Iterator[tuple[float, ...]]:
    """Values by level of the run that some plan reaches."""
    orders, found = order_of_levels(problem_of(rows)), set()
    for units in reachable_plans(rows):
        values = [0.0] * 25
        for number, (level, usual) in zip(units, orders, strict=True):
            values[level] += number / usual
        found.add(tuple(round(value, 9) for value in values))
    yield from sorted(found)
