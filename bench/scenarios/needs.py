"""Needs to offers from a snapshot on disk, every need handed its provider: the exact class, and the sample with its budgets."""

from __future__ import annotations

from functools import partial

from bench.samples import CITY, PROVINCE, apart, snapshot_files
from bench.scenario import Figures, Scenario, at_most, exactly, moonshot
from bench.serving import as_it_is, exact_class, without_budgets
from matching.policy import DEFAULT_POLICY

LEVELS = {"five_levels": (), "bands": DEFAULT_POLICY.waiting_months}
"""Urgencies alone, and each with its waiting bands."""


def needs(region: str) -> Figures:
    """The exact class, each in a process of its own."""
    kept, figures = snapshot_files(region), dict[str, float]()
    for name, months in LEVELS.items():
        figures |= apart(exact_class, region, *kept, months, name)
    return figures


def budgets(region: str) -> Figures:
    """The sample as it is, then without budgets; each in a process of its own."""
    kept = snapshot_files(region)
    return {**apart(as_it_is, region, *kept), **apart(without_budgets, region, *kept)}


EXACT = "needs → offers, unit needs without money, two processes: five levels, and with waiting bands"
PROVEN = tuple(exactly(f"{name}_{figure}", 0) for name in LEVELS for figure in ("worst_level_gap", "behind_greedy"))
MONEY = "needs → offers, two processes, budgets and indivisible needs included; the same without budgets beside it"
PLACED = (
    at_most("worst_level_gap_without_budgets", 0.01),
    exactly("behind_greedy", 0),
    exactly("behind_greedy_without_budgets", 0),
)

SCENARIOS = (
    Scenario("needs_city", "city", EXACT, partial(needs, CITY), PROVEN),
    Scenario(
        "needs_province",
        "province",
        EXACT,
        partial(needs, PROVINCE),
        (
            *PROVEN,
            at_most("five_levels_seconds", 15),
            at_most("bands_seconds", 30),
            *(at_most(f"{name}_gib", 1) for name in LEVELS),
            moonshot("five_levels_seconds", "<=", 6),
            moonshot("bands_seconds", "<=", 12),
        ),
    ),
    Scenario("budgets_city", "city", MONEY, partial(budgets, CITY), PLACED),
    Scenario(
        "budgets_province",
        "province",
        MONEY,
        partial(budgets, PROVINCE),
        (
            *PLACED,
            at_most("cpu_seconds", 240),
            at_most("gib", 1),
            at_most("gap_with_budgets", 0.01),
            moonshot("gap_with_budgets", "<=", 0.001),
        ),
    ),
)
