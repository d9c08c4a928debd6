"""Two policies held against each other: a plan by each, and what the second changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from api.service.making import Made, make_plans
from api.service.opening import Progress, silent
from api.settings import Settings
from matching.compare import Comparison, compare
from matching.policy import MatchPolicy


@dataclass(frozen=True)
class SettingsDiffer:
    """A setting that two policies give other values, an inner one with the outer before it: `operating.pair`."""

    setting: str
    first: Any
    second: Any


@dataclass(frozen=True)
class Compared:
    """A plan by either policy, both kept as drafts, and what differs: settings, and whom either serves."""

    first: Made
    second: Made
    settings: tuple[SettingsDiffer, ...]
    changes: Comparison

    def as_json(self) -> dict[str, Any]:
        """The first plan as `match` prints it, and beside it the second and what that changes."""
        second = {"plan": self.second.plan.id, "certificate": self.second.plan.certificate.as_json()}
        return {
            "plan": self.first.plan.id,
            "certificate": self.first.plan.certificate.as_json(),
            "compared": second | {"settings": [asdict(each) for each in self.settings]} | asdict(self.changes),
        }

    def names(self) -> dict[str, dict[str, tuple[str, str]]]:
        """What kinds and regions are called, in English and in Chinese, by the grouping that names them."""
        kinds, regions = self.first.problem.snapshot.kinds, self.first.problem.snapshot.regions
        asked = {row.code for row in self.changes.needs if row.by == "region"}
        called = zip(regions.key.to_pylist(), regions.name.to_pylist(), strict=True)
        of_kinds = zip(kinds.key.to_pylist(), kinds.name_en.to_pylist(), kinds.name_zh.to_pylist(), strict=True)
        return {
            "kind": {key: (en or zh, zh) for key, en, zh in of_kinds},
            "region": {code: (name, name) for code, name in called if code in asked},
        }


def compare_policies(
    settings: Settings,
    first: MatchPolicy,
    second: MatchPolicy,
    *,
    region: str | None = None,
    period: str | None = None,
    on: str | None = None,
    progress: Progress = silent,
) -> Compared:
    """Make a plan by each of two policies on one reading of the graph, and say what the second changes.

    Raises
    ------
    BadDate, BadPeriod, RegionUnknown, PlanBroken
        As a single match; neither plan is kept.
    """
    made = make_plans(settings, (first, second), region=region, period=period, on=on, progress=progress)
    changes = compare(made[0].problem, made[0].plan, made[1].plan)
    return Compared(
        made[0], made[1], tuple(_differing(first.model_dump(mode="json"), second.model_dump(mode="json"))), changes
    )


def _differing(first: dict[str, Any], second: dict[str, Any], above: str = "") -> Iterator[SettingsDiffer]:
    """Settings of other values; what only one of the two has is None in the other."""
    for name in [*first, *(name for name in second if name not in first)]:
        one, other = first.get(name), second.get(name)
        if isinstance(one, dict) and isinstance(other, dict):
            yield from _differing(one, other, f"{above}{name}.")
        elif one != other:
            yield SettingsDiffer(above + name, one, other)
