"""A plan held against the one that the same snapshot, policy and seed give again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from matching.plan import Plan
from matching.plan_id import table_digests, timeless
from matching.short import STOPPED


@dataclass(frozen=True)
class Replayed:
    """What came of making a plan once more.

    `again` is the id of the plan that was made. `versions` are those that differ, each with what it was then and what it
    is now, None where it is not told; `parts` are the tables of the plan and the keys of its certificate that differ,
    those of the versions themselves left out.
    """

    plan: str
    again: str
    versions: tuple[tuple[str, str | None, str | None], ...]
    parts: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether it is the same plan, bit for bit."""
        return self.plan == self.again

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        versions = [{"name": name, "then": then, "now": now} for name, then, now in self.versions]
        return {
            "plan": self.plan,
            "again": self.again,
            "same": self.same,
            "versions": versions,
            "parts": list(self.parts),
        }


def replayable(plan: Plan) -> bool:
    """Whether a plan depends on nothing but what it was made from: a run that was stopped depends on when (model (28))."""
    return all(stage.status != STOPPED.status for stage in plan.certificate.stages)


def held_against(plan: Plan, again: Plan) -> Replayed:
    """A kept plan held against the one that was made again."""
    tables, told = (_both(*each) for each in ((table_digests(plan), table_digests(again)), _certificates(plan, again)))
    versions = _both(plan.certificate.versions, again.certificate.versions)
    return Replayed(
        plan.id,
        again.id,
        tuple((name, *each) for name, each in versions.items()),
        (*tables, *(f"certificate.{name}" for name in told)),
    )


def _certificates(plan: Plan, again: Plan) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the certificates say of the plan, without their ids and versions and the seconds that it took."""
    then, now = (timeless(each.certificate) for each in (plan, again))
    return then | {"versions": {}}, now | {"versions": {}}


def _both(then: dict[str, Any], now: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What two of a kind say where they differ."""
    names = dict.fromkeys([*then, *now])
    return {name: (then.get(name), now.get(name)) for name in names if then.get(name) != now.get(name)}
