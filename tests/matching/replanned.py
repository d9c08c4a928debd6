"""Worlds that were planned and published, and changed since."""

import random
from typing import Any

from matching.match import match
from matching.plan import Assignments
from matching.problem import Problem
from tests.matching.test_serve_state import assigned
from tests.matching.worlds import AREAS, FOOD, GOODS, VILLAGES, VISIT, Rows, may_serve, problem_of, random_world


def published_rows(problem: Problem, assignments: Assignments) -> list[dict[str, Any]]:
    """Assignments as rows of the published state."""
    snapshot = problem.snapshot
    providers = snapshot.offers.key.to_pylist(), snapshot.volunteers.key.to_pylist()
    needs, a = snapshot.needs.key.to_pylist(), assignments
    rows = zip(a.need.tolist(), a.provider_type.tolist(), a.provider.tolist(), a.quantity.tolist(), strict=True)
    return [
        assigned(needs[need], providers[kind][by], units, provider_type=("offer", "volunteer")[kind])
        for need, kind, by, units in rows
    ]


def replanned(seed: int, needs: int = 60, offers: int = 20, most: int = 4) -> Rows:
    """A world whose plan is published but for some rows, with other offers, volunteers, needs and answers since."""
    draw = random.Random(seed)
    rows = random_world(seed, needs, offers, most=most, kinds=(FOOD, GOODS, VISIT))
    rows["locks"] = []
    rows["volunteers"] = [
        {
            "volunteer": f"V{number}",
            "village": draw.choice(VILLAGES),
            "skills": draw.choice([VISIT, f"{VISIT};{FOOD}"]),
            "hours": draw.randint(1, 9),
        }
        | draw.choice([{}, {"minutes_limit": 10}, {"minutes_limit": 40}])
        for number in range(4)
    ]
    if seed % 2:
        rows["organizations"][0]["budget"] = 30
    problem = problem_of(rows)
    rows["assigned"] = [row for row in published_rows(problem, match(problem).assignments) if draw.random() < 0.8]
    for row in rows["assigned"]:
        row["status"] = draw.choice(["proposed"] * 6 + ["accepted"])
    for row in rows["offers"]:
        row.update(draw.choice([{}, {}, {}, {}, {"capacity": 1}, {"paused": True}, {"serves": draw.choice(AREAS)}]))
    for row in rows["volunteers"]:
        row.update(draw.choice([{}, {}, {"hours": 1}]))
    for row in rows["needs"]:
        row.update(draw.choice([{}] * 20 + [{"quantity": draw.randint(1, most)}, {"status": "paused"}]))
    return rows


def tight(seed: int, needs: int = 5, offers: int = 3, most: int = 1) -> Rows:
    """A tiny world in which some are published with an offer that may have them, and others wait; needs ask up to `most`."""
    draw = random.Random(seed)
    rows = random_world(seed, needs, offers, most=most, kinds=(FOOD,) if most == 1 else (FOOD, GOODS, VISIT))
    rows["locks"] = []
    for row in rows["offers"]:
        row["capacity"] = draw.choice([1, 1, 2]) * most
    used: dict[str, int] = {}
    rows["assigned"] = []
    for one in rows["needs"]:
        asked = one["quantity"]
        may = [
            by
            for by in rows["offers"]
            if may_serve(rows, one, by) and used.get(by["offer"], 0) + asked <= by["capacity"]
        ]
        if may and draw.random() < 0.7:
            by = draw.choice(may)["offer"]
            used[by] = used.get(by, 0) + asked
            rows["assigned"].append(assigned(one["need"], by, asked))
    if rows["assigned"]:
        rows["assigned"][0]["status"] = draw.choice(["proposed", "proposed", "accepted"])
    return rows
