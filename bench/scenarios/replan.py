"""A region planned anew after one need in a hundred changed."""

from __future__ import annotations

from functools import partial

from bench.replanning import replanned
from bench.samples import CITY, COUNTY, PROVINCE, apart, snapshot_files
from bench.scenario import Figures, Scenario, at_most, exactly, moonshot


def replan(region: str) -> Figures:
    """The needs' half planned anew, in a process of its own."""
    return apart(replanned, region, *snapshot_files(region))


ABOUT = "needs of one unit planned anew after 0.5 % were closed and 0.5 % came, with and without a limit on changes"
HELD = (
    exactly("levels_unlike_from_nothing", 0),
    exactly("beyond_limit_half_of_them", 0),
    exactly("beyond_limit_none", 0),
)


def _scenario(group: str, region: str, most: float, best: float) -> Scenario:
    held = (*HELD, at_most("cpu_seconds", most), moonshot("cpu_seconds", "<=", best))
    return Scenario(f"replan_{group}", group, ABOUT, partial(replan, region), held)


SCENARIOS = (
    _scenario("county", COUNTY, 0.1, 0.01),
    _scenario("city", CITY, 0.5, 0.05),
    _scenario("province", PROVINCE, 10, 2),
)
