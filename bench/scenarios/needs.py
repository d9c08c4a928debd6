"""Needs to offers from a snapshot on disk, every need handed its provider."""

from __future__ import annotations

from functools import partial

from bench.samples import CITY, PROVINCE, apart, snapshot_files
from bench.scenario import Figures, Scenario, at_most, exactly, moonshot
from bench.serving import as_it_is, exact_class, without_budgets


def needs(region: str) -> Figures:
    """The sample as it is, then without budgets, then on the exact class; each in a process of its own."""
    kept = snapshot_files(region)
    return {
        **apart(as_it_is, region, *kept),
        **apart(without_budgets, region, *kept),
        **apart(exact_class, region, *kept),
    }


PROVEN = (
    exactly("worst_level_gap_exact_class", 0),
    at_most("worst_level_gap_without_budgets", 0.01),
    exactly("behind_greedy", 0),
    exactly("behind_greedy_without_budgets", 0),
    exactly("behind_greedy_exact_class", 0),
    exactly("fewer_units_than_greedy_exact_class", 0),
)
ABOUT = "needs → offers from a snapshot on disk, two processes, budgets and indivisible needs included"

SCENARIOS = (
    Scenario("needs_city", "city", ABOUT, partial(needs, CITY), PROVEN),
    Scenario(
        "needs_province",
        "province",
        ABOUT,
        partial(needs, PROVINCE),
        (at_most("seconds", 45), at_most("gib", 1.5), *PROVEN, moonshot("seconds", "<=", 12)),
    ),
)
