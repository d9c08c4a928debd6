"""Offers in greedy's order, told from the rows: narrowest area, then fewest minutes, then key."""

from typing import Any

import numpy as np

from matching.problem import Problem
from matching.verify.roads import assignment_minutes
from tests.matching.worlds import REGIONS, Rows, chain, may_serve, place_of

_LEVELS = ("province", "city", "county", "town", "village")
_LEVEL = {row["code"]: _LEVELS.index(row["level"]) for row in REGIONS}


def nearest_first(problem: Problem, rows: Rows, need: dict[str, Any]) -> list[str]:
    """Keys of the offers that may serve a need."""
    keys = problem.snapshot.offers.key.to_pylist()
    codes = problem.snapshot.regions.key.to_pylist()
    place = np.array([codes.index(place_of(rows, need))], np.int32)

    def turn(row: dict[str, Any]) -> tuple[int, int, str]:
        # of areas that lie one in another the widest serves
        area = min(_LEVEL[code] for code in set(row["serves"].split(";")) & set(chain(place_of(rows, need))))
        offer = np.array([keys.index(row["offer"])], np.int32)
        return -area, int(assignment_minutes(problem.snapshot, offer, place)[0]), row["offer"]

    return [row["offer"] for row in sorted((row for row in rows["offers"] if may_serve(rows, need, row)), key=turn)]
