"""The certificate: what each stage reached, what is proven to be out of reach, and how."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any

from graph.model import URGENCIES
from matching.budget import Budget

STAGES = (
    "cover",
    "responsible",
    "worker_changes",
    "operating",
    *(f"needs_{urgency.code}" for urgency in URGENCIES),
    "fairness",
    "changes",
    "provider_order",
    "travel",
    "cost",
)
"""Names of the stages in the order in which they are decided."""
MONTH = re.compile(r"[1-9][0-9]{3}-(0[1-9]|1[0-2])")
"""How a period is written."""


def gap_of(value: float, bound: float) -> float:
    """|bound − value| ÷ max(1, |bound|)."""
    return abs(bound - value) / max(1.0, abs(bound))


@dataclass(frozen=True)
class Band:
    """One band of a stage: waiting bands of an urgency, 0 the longest waiting; alerts; real places and others."""

    band: int
    value: float
    bound: float


@dataclass(frozen=True)
class Stage:
    """One stage: the value reached, the proven bound, whether value and bound are equal by proof, and the work.

    `engine` names the solver or rule, `status` is `optimal`, `bounded` or `feasible`, or says why flows are missing:
    `not_replayable` or `failed`. `seconds` is the only figure that may differ between two runs of the same plan.
    """

    stage: str
    value: float
    bound: float
    exact: bool
    seconds: float
    engine: str
    status: str
    bands: tuple[Band, ...] = ()

    @property
    def gap(self) -> float:
        """Relative distance of value and bound."""
        return gap_of(self.value, self.bound)

    def as_json(self) -> dict[str, Any]:
        """The stage as the certificate prints it."""
        row: dict[str, Any] = {
            "stage": self.stage,
            "value": _number(self.value),
            "bound": _number(self.bound),
            "gap": gap_of(_number(self.value), _number(self.bound)),
            "exact": self.exact,
            "seconds": round(self.seconds, 3),
            "engine": self.engine,
            "status": self.status,
        }
        if self.bands:
            row["bands"] = [
                {
                    "band": band.band,
                    "value": _number(band.value),
                    "bound": _number(band.bound),
                    "gap": gap_of(_number(band.value), _number(band.bound)),
                }
                for band in self.bands
            ]
        return row


@dataclass(frozen=True)
class Verdict:
    """What `verify` says: rows looked at by check, the first breaches of each, and how many each found in all.

    Without anything nobody has looked yet, and nothing has passed.
    """

    passed: bool = False
    checks: dict[str, int] = field(default_factory=dict)
    breaches: tuple[dict[str, Any], ...] = ()
    found: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The verdict as JSON values."""
        return {"passed": self.passed, "checks": self.checks, "found": self.found, "breaches": list(self.breaches)}


@dataclass(frozen=True)
class Certificate:
    """Everything a plan says of itself; `as_json` is the file of the contract.

    `snapshot` is the digest of the input tables, `published` that of what was published above them. `changes` are those
    of needs, places and households against what is published, `free` and `forced` ones apart; `rates` are shares met by
    county, category and settlement.
    """

    plan: str
    scope: str
    period: str
    on: str
    base_revision: int
    snapshot: str
    published: str
    policy: str
    seed: int
    versions: dict[str, str]
    stages: tuple[Stage, ...]
    open: dict[str, dict[str, int]]
    served: dict[str, dict[str, int]]
    covered: dict[str, int]
    changes: dict[str, dict[str, int]]
    baseline: dict[str, Any]
    rates: dict[str, Any]
    budgets: tuple[Budget, ...]
    verdict: Verdict

    def named(self, plan: str) -> Certificate:
        """The same certificate under the plan's id."""
        return replace(self, plan=plan)

    def as_json(self) -> dict[str, Any]:
        """The certificate as JSON values, keys as in the contract."""
        return {
            "plan": self.plan,
            "scope": self.scope,
            "period": self.period,
            "on": self.on,
            "base_revision": self.base_revision,
            "snapshot": self.snapshot,
            "published": self.published,
            "policy": self.policy,
            "seed": self.seed,
            "versions": self.versions,
            "stages": [stage.as_json() for stage in self.stages],
            "open": self.open,
            "served": self.served,
            "covered": self.covered,
            "changes": self.changes,
            "baseline": self.baseline,
            "verify": {"passed": self.verdict.passed, "checks": self.verdict.checks},
            "rates": self.rates,
            "budgets": [budget.as_json() for budget in self.budgets],
        }


class CertificateError(ValueError):
    """A certificate without a field of the contract, or with one that cannot be; the message names it, `zh` in Chinese."""

    def __init__(self, field: str, en: str, zh: str) -> None:
        super().__init__(f"{field} {en}")
        self.zh = f"{field} {zh}"


def certificate_of(given: Mapping[str, Any]) -> Certificate:
    """The certificate that JSON values of `as_json` say, with their own gaps left out. Raises CertificateError."""
    whole = _Part(given, "")
    verdict = whole.part("verify")
    return Certificate(
        plan=whole.text("plan"),
        scope=whole.text("scope"),
        period=whole.month("period"),
        on=whole.text("on"),
        base_revision=whole.number("base_revision"),
        snapshot=whole.text("snapshot"),
        published=whole.text("published"),
        policy=whole.text("policy"),
        seed=whole.number("seed"),
        versions={name: whole.part("versions").text(name) for name in whole.part("versions").values},
        stages=tuple(_stage(each) for each in whole.parts("stages", "stage")),
        open=_counts(whole.part("open")),
        served=_counts(whole.part("served")),
        covered=whole.part("covered").numbers(),
        changes=_counts(whole.part("changes")),
        baseline={"served": _counts(whole.part("baseline").part("served"))},
        rates=dict(whole.part("rates").values),
        budgets=tuple(_budget(each, each.part("price")) for each in whole.parts("budgets", "key")),
        verdict=Verdict(passed=verdict.truth("passed"), checks=verdict.part("checks").numbers()),
    )


def _stage(given: _Part) -> Stage:
    return Stage(
        stage=given.text("stage"),
        value=given.figure("value"),
        bound=given.figure("bound"),
        exact=given.truth("exact"),
        seconds=given.figure("seconds"),
        engine=given.text("engine"),
        status=given.text("status"),
        bands=tuple(
            Band(each.number("band"), each.figure("value"), each.figure("bound"))
            for each in (given.parts("bands", "band") if "bands" in given.values else ())
        ),
    )


def _budget(given: _Part, price: _Part) -> Budget:
    return Budget(
        type=given.text("type"),
        key=given.text("key"),
        had=given.number("had"),
        spent=given.number("spent"),
        left=given.number("left"),
        yuan=price.number("yuan"),
        offer=price.text("offer"),
        kind=price.text("kind"),
        urgency=price.text("urgency"),
        waiting_months=price.number("waiting_months"),
        exact=price.truth("exact"),
    )


def _counts(given: _Part) -> dict[str, dict[str, int]]:
    return {name: given.part(name).numbers() for name in given.values}


@dataclass(frozen=True)
class _Part:
    """An object of JSON at a place in a certificate; each field is asked for by its type. Raises CertificateError."""

    values: Mapping[str, Any]
    at: str

    def text(self, name: str) -> str:
        return str(self._of(name, str))

    def month(self, name: str) -> str:
        text = self.text(name)
        if not MONTH.fullmatch(text):
            raise CertificateError(self._place(name), f"is no month: {text!r}", f"不是月份：{text!r}")
        return text

    def number(self, name: str) -> int:
        return int(self._of(name, int))

    def figure(self, name: str) -> float:
        return float(self._of(name, int, float))

    def truth(self, name: str) -> bool:
        return bool(self._of(name, bool))

    def numbers(self) -> dict[str, int]:
        return {name: self.number(name) for name in self.values}

    def part(self, name: str) -> _Part:
        return _Part(self._of(name, dict), self._place(name))

    def parts(self, name: str, key: str) -> list[_Part]:
        """The objects of a list, each at the place that its `key` names."""
        listed = self._of(name, list)
        if not all(isinstance(each, dict) for each in listed):
            raise self._wrong(name, listed)
        return [_Part(each, f"{self._place(name)}.{each.get(key)}") for each in listed]

    def _of(self, name: str, *kinds: type) -> Any:
        if name not in self.values:
            raise CertificateError(self._place(name), "is missing", "缺失")
        value = self.values[name]
        # a truth is no number, and what is infinite or undefined is no figure
        if type(value) not in kinds or (isinstance(value, float) and not isfinite(value)):
            raise self._wrong(name, value)
        return value

    def _wrong(self, name: str, value: Any) -> CertificateError:
        return CertificateError(self._place(name), f"cannot be {value!r}", f"不能为 {value!r}")

    def _place(self, name: str) -> str:
        return f"{self.at}.{name}" if self.at else name


def _number(value: float) -> float | int:
    """Whole values as whole numbers and others to nine places, so that the same plan prints the same text."""
    return int(value) if float(value).is_integer() else round(value, 9)
