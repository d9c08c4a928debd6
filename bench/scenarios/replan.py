"""A region planned anew after one need in a hundred changed."""

from __future__ import annotations

from functools import partial

from bench.replanning import replanned
from bench.samples import CITY, COUNTY, apart, snapshot_files
from bench.scenario import Figures, Scenario, exactly, moonshot


def replan(region: str) -> Figures:
    """The needs' half planned anew, in a process of its own."""
    return apart(replanned, region, *snapshot_files(region))


ABOUT = "needs of one unit planned anew after 0.5 % were closed and 0.5 % came, with and without a limit on changes"
HELD = (
    exactly("levels_unlike_from_nothing", 0),
    exactly("beyond_limit_half_of_them", 0),
    exactly("beyond_limit_none", 0),
)

SCENARIOS = (
    Scenario("replan_county", "county", ABOUT, partial(replan, COUNTY), (*HELD, moonshot("cpu_seconds", "<=", 0.1))),
    Scenario("replan_city", "city", ABOUT, partial(replan, CITY), (*HELD, moonshot("cpu_seconds", "<=", 0.5))),
)
