"""What the sample knows of each service kind: how often, how much, for whom, at what price, by which rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

from graph.model import CATEGORIES, SERVICE_KINDS, TRAITS

Audience = Literal["household", "anyone", "elderly", "frail", "pupil", "disabled", "ill", "worker", "lonely"]


@dataclass(frozen=True)
class Demand:
    """Demand for one kind: for whom, the quantities met with and what a unit costs a provider, in yuan."""

    kind: str
    audience: Audience
    quantities: tuple[int, ...]
    odds: tuple[float, ...]
    cost: int

    @property
    def mean(self) -> float:
        """Mean quantity of a need."""
        return float(np.dot(self.quantities, self.odds))


PACKAGES = ((1, 2, 3), (0.88, 0.09, 0.03))
PIECES = ((1, 2, 3, 4, 6), (0.3, 0.3, 0.2, 0.12, 0.08))
YUAN = ((300, 500, 800, 1000, 1500, 2000, 3000, 5000, 8000), (0.1, 0.2, 0.16, 0.2, 0.12, 0.1, 0.07, 0.04, 0.01))

DEMANDS = (
    Demand("food", "household", *PIECES, 60),
    Demand("visiting", "lonely", *PACKAGES, 80),
    Demand("temporary_relief", "household", *YUAN, 1),
    Demand("meal_delivery", "elderly", *PACKAGES, 360),
    Demand("medical_aid", "ill", *YUAN, 1),
    Demand("housekeeping", "elderly", *PACKAGES, 240),
    Demand("counselling", "anyone", *PACKAGES, 150),
    Demand("education_aid", "pupil", *YUAN, 1),
    Demand("tutoring", "pupil", *PACKAGES, 120),
    Demand("home_nursing", "frail", *PACKAGES, 900),
    Demand("clothing", "household", *PIECES, 90),
    Demand("errands", "elderly", *PACKAGES, 200),
    Demand("employment_service", "worker", *PACKAGES, 150),
    Demand("rehabilitation", "disabled", *PACKAGES, 600),
    Demand("bathing", "frail", *PACKAGES, 320),
    Demand("day_care", "elderly", *PACKAGES, 1200),
    Demand("home_repair", "household", *PACKAGES, 2600),
    Demand("social_inclusion", "anyone", *PACKAGES, 100),
    Demand("hospital_attendance", "ill", *PACKAGES, 500),
    Demand("industry_support", "household", *YUAN, 1),
    Demand("housing_aid", "household", *YUAN, 1),
    Demand("assistive_device", "disabled", *PACKAGES, 450),
    Demand("legal_aid", "anyone", *PACKAGES, 300),
    Demand("respite_care", "frail", *PACKAGES, 400),
    Demand("residential_care", "frail", *PACKAGES, 2800),
    Demand("disaster_relief", "household", *PIECES, 350),
    Demand("daily_goods", "household", *PIECES, 50),
    Demand("social_support", "lonely", *PACKAGES, 90),
    Demand("home_help", "elderly", *PACKAGES, 260),
    Demand("hardship_grant", "household", *YUAN, 1),
)
"""Every kind, the most frequent first: the frequency of the k-th is proportional to k to the power -ZIPF."""
ZIPF = 0.8

KIND_NUMBER = {kind.kind: number for number, kind in enumerate(SERVICE_KINDS)}
BROADER = tuple(sorted({broader for kind in SERVICE_KINDS for broader in kind.broader}))
"""Kinds that include others."""
EMERGENCIES = (
    "temporary_relief",
    "medical_aid",
    "disaster_relief",
    "hospital_attendance",
    "food",
    "clothing",
    "counselling",
    "legal_aid",
)
"""Kinds that an emergency away from home asks for."""
VOLUNTEERED = (
    "visiting",
    "counselling",
    "tutoring",
    "errands",
    "housekeeping",
    "social_inclusion",
    "meal_delivery",
    "social_support",
    "legal_aid",
    "employment_service",
    "home_help",
    "bathing",
)
"""Kinds that volunteers give, the commonest skill first."""


def frequencies() -> dict[str, float]:
    """Share of each kind among all needs (Zipf)."""
    weight = np.arange(1, len(DEMANDS) + 1) ** -ZIPF
    return dict(zip((demand.kind for demand in DEMANDS), (weight / weight.sum()).tolist(), strict=True))


def bits(names: Iterable[str], codes: tuple[str, ...]) -> int:
    """The bit set of some codes of a list."""
    return sum(1 << codes.index(name) for name in names)


CATEGORY_CODES = tuple(code.code for code in CATEGORIES)
TRAIT_CODES = tuple(code.code for code in TRAITS)


@dataclass(frozen=True)
class Rule:
    """Whom an offer accepts; blanks accept all, ages -1 are no limit."""

    categories: str = ""
    traits: str = ""
    min_age: int = -1
    max_age: int = -1


_ALLOWANCE = "subsistence_allowance;extreme_hardship"
_LOW_INCOME = "subsistence_allowance;extreme_hardship;subsistence_borderline"
_WIDE = "subsistence_allowance;extreme_hardship;subsistence_borderline;rigid_expenditure"
_FRAIL = "severely_disabled;care_dependent"
_BY_CATEGORY = (
    Rule(_ALLOWANCE),
    Rule(_LOW_INCOME),
    Rule(_WIDE),
    Rule("relapse_monitored"),
    Rule("relapse_monitored;other_hardship"),
)
_BY_AUDIENCE: dict[Audience, tuple[Rule, ...]] = {
    "household": (Rule("", "severely_ill;severely_disabled"), Rule(_ALLOWANCE, "minor")),
    "anyone": (Rule("", "left_behind;living_alone"), Rule("", "", 18), Rule("", "minor")),
    "elderly": (
        Rule("", "", 60),
        Rule("", "", 70),
        Rule("", "", 80),
        Rule(_ALLOWANCE, "", 60),
        Rule(_LOW_INCOME, "", 65),
        Rule("", "living_alone", 60),
        Rule("", _FRAIL),
        Rule("", "disabled;elderly"),
    ),
    "frail": (
        Rule("", _FRAIL),
        Rule("", "care_dependent", 60),
        Rule(_ALLOWANCE, _FRAIL),
        Rule(_LOW_INCOME, _FRAIL),
        Rule("", "", 75),
        Rule("extreme_hardship", "", 60),
    ),
    "pupil": (
        Rule("", "", 6, 17),
        Rule("", "", 6, 15),
        Rule("", "", -1, 22),
        Rule("", "orphan;unattended_child"),
        Rule("", "left_behind;orphan;unattended_child", -1, 17),
        Rule(_LOW_INCOME, "minor"),
    ),
    "disabled": (
        Rule("", "disabled;severely_disabled"),
        Rule("", "severely_disabled"),
        Rule(_LOW_INCOME, "disabled;severely_disabled"),
        Rule("", "disabled", -1, 17),
        Rule("", "disabled", 60),
    ),
    "ill": (
        Rule("", "severely_ill"),
        Rule(_WIDE, "severely_ill"),
        Rule("", "severely_ill;severely_disabled"),
        Rule("rigid_expenditure"),
    ),
    "worker": (Rule("", "", 16, 59), Rule(_WIDE, "", 16, 59), Rule("", "disabled", 16, 59)),
    "lonely": (
        Rule("", "living_alone"),
        Rule("", "living_alone;left_behind"),
        Rule("", "", 60),
        Rule("", "living_alone", 80),
        Rule("", "left_behind;orphan;unattended_child", -1, 17),
    ),
}


@cache
def rules(audience: Audience) -> tuple[Rule, ...]:
    """The acceptance rules that offers for an audience have, the commonest first."""
    return _BY_AUDIENCE[audience] + _BY_CATEGORY
