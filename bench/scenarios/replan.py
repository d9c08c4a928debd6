"""A region planned anew after one need in a hundred changed."""

from __future__ import annotations

from functools import partial

from bench.replanning import LIMITS, replanned
from bench.samples import CITY, COUNTY, PROVINCE, apart, snapshot_files
from bench.scenario import Figures, Scenario, at_most, exactly, moonshot


def replan(region: str, limits: tuple[str, ...]) -> Figures:
    """The needs' half planned anew, in a process of its own."""
    return apart(replanned, region, *snapshot_files(region), limits)


ABOUT = "needs of one unit planned anew after 0.5 % were closed and 0.5 % came"


def _scenario(group: str, region: str, most: float, best: float, limits: tuple[str, ...] = tuple(LIMITS)) -> Scenario:
    held = (
        exactly("levels_unlike_from_nothing", 0),
        *(exactly(f"beyond_limit_{name}", 0) for name in limits),
        at_most("cpu_seconds", most),
        moonshot("cpu_seconds", "<=", best),
    )
    about = f"{ABOUT}, with and without a limit on changes" if limits else ABOUT
    return Scenario(f"replan_{group}", group, about, partial(replan, region, limits), held)


SCENARIOS = (
    _scenario("county", COUNTY, 0.1, 0.01),
    _scenario("city", CITY, 0.5, 0.05),
    _scenario("province", PROVINCE, 10, 2, ()),
)
