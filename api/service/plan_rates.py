"""The rates of a plan as far as who asks may see them: whoever sees no cases is named no county and no group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graph.model import CATEGORIES
from matching.rates import HUKOU, NO_CATEGORY, SETTLEMENTS

_OF_COUNTIES = ("counties", "counties_without_fairness")
_HUNDREDTHS = 2


def told_to_all(certificate: Mapping[str, Any]) -> dict[str, Any]:
    """A certificate whose rates tell of counties the lowest, mean and highest alone, in hundredths.

    A county that is named with its rate could show whether the one red need there is met.
    """
    rates = certificate.get("rates", {})
    counties = {
        name: {
            urgency: {which: round(rate, _HUNDREDTHS) for which, rate in each.items() if not which.endswith("_region")}
            for urgency, each in rates[name].items()
        }
        for name in _OF_COUNTIES
        if name in rates
    }
    return {**certificate, "rates": counties}


@dataclass(frozen=True)
class Rated:
    """Rates of counties at an urgency, those without fairness where there are any, and who has the lowest and the highest.

    No county is named where all have one rate.
    """

    urgency: str
    rates: Mapping[str, Any]
    without: Mapping[str, Any]

    @property
    def named(self) -> dict[str, str]:
        """Codes of the counties of the lowest and of the highest rate, as far as they are told."""
        if self.rates["lowest"] == self.rates["highest"]:
            return {}
        names = {which: self.rates.get(f"{which}_region") for which in ("lowest", "highest")}
        return {which: code for which, code in names.items() if code}


def rated_rows(certificate: Mapping[str, Any]) -> list[Rated]:
    """Rates of counties by urgency; none for a plan of the time before they were told."""
    rates = certificate.get("rates", {})
    without = rates.get("counties_without_fairness", {})
    return [Rated(urgency, each, without.get(urgency, {})) for urgency, each in rates.get("counties", {}).items()]


def grouped_rates(certificate: Mapping[str, Any]) -> list[tuple[tuple[str, str], Mapping[str, float]]]:
    """Names and rates of the groups that are told, those of the categories first."""
    rates = certificate.get("rates", {})
    told = [(_NAMES[name], each) for name, each in rates.get("categories", {}).items()]
    told += [(_SETTLEMENTS[name], each) for name, each in rates.get("settlements", {}).items()]
    return told + [(_HUKOU[name], each) for name, each in rates.get("hukou", {}).items()]


_NAMES = {code.code: (code.en, code.zh) for code in CATEGORIES} | {NO_CATEGORY: ("no category", "无类别")}
_SETTLEMENTS = dict(
    zip(
        SETTLEMENTS,
        (("residents' committees", "居委会"), ("village committees", "村委会"), ("other places", "其他地点")),
        strict=True,
    )
)
_HUKOU = dict(
    zip(
        HUKOU,
        (
            ("registered in the city", "本市户籍"),
            ("registered elsewhere", "外地户籍"),
            ("registration unknown", "户籍不详"),
        ),
        strict=True,
    )
)
