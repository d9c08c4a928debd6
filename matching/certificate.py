"""The certificate: what each stage reached, what is proven to be out of reach, and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from graph.model import URGENCIES

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


def gap_of(value: float, bound: float) -> float:
    """|bound − value| ÷ max(1, |bound|)."""
    return abs(bound - value) / max(1.0, abs(bound))


@dataclass(frozen=True)
class Band:
    """One waiting band of an urgency: 0 is the longest waiting."""

    band: int
    value: float
    bound: float


@dataclass(frozen=True)
class Stage:
    """One stage: the value reached, the proven bound, whether value and bound are equal by proof, and the work.

    `engine` names the solver or rule, `status` is `optimal`, `bounded` or `feasible`; `seconds` is the only figure
    that may differ between two runs of the same plan.
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
    """What `verify` says: the rows each check looked at, the first breaches of each, and how many there are in all."""

    checks: dict[str, int] = field(default_factory=dict)
    breaches: tuple[dict[str, Any], ...] = ()
    found: dict[str, int] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether no check found a breach."""
        return not self.breaches

    def as_json(self) -> dict[str, Any]:
        """The verdict as JSON values."""
        return {"passed": self.passed, "checks": self.checks, "found": self.found, "breaches": list(self.breaches)}


@dataclass(frozen=True)
class Certificate:
    """Everything a plan says of itself; `as_json` is the file of the contract.

    `snapshot` is the digest of the input tables, `published` that of what was published above them.
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
    baseline: dict[str, Any]
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
            "baseline": self.baseline,
            "verify": {"passed": self.verdict.passed, "checks": self.verdict.checks},
        }


class CertificateError(ValueError):
    """A certificate without a field of the contract, or with one that cannot be; the message names it."""


def certificate_of(given: Mapping[str, Any]) -> Certificate:
    """The certificate that JSON values of `as_json` say, with their own gaps left out. Raises CertificateError."""
    stages, at = [], "stages"
    try:
        for stage in given["stages"]:
            at = f"stages.{stage.get('stage')}"
            bands = tuple(
                Band(int(band["band"]), float(band["value"]), float(band["bound"])) for band in stage.get("bands", ())
            )
            figures = (float(stage["value"]), float(stage["bound"]), bool(stage["exact"]), float(stage["seconds"]))
            stages.append(Stage(str(stage["stage"]), *figures, str(stage["engine"]), str(stage["status"]), bands))
        whole: dict[str, Any] = {}
        for at in ("plan", "scope", "period", "on", "snapshot", "published", "policy"):
            whole[at] = str(given[at])
        for at in ("base_revision", "seed"):
            whole[at] = int(given[at])
        for at in ("open", "served"):
            whole[at] = {urgency: {unit: int(n) for unit, n in each.items()} for urgency, each in given[at].items()}
        whole["covered"] = {name: int(n) for name, n in given["covered"].items()}
        whole |= {name: dict(given[name]) for name in ("versions", "baseline")}
        at, said = "verify", given["verify"]
        verdict = Verdict(dict(said["checks"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CertificateError(f"{at}: {type(error).__name__} {error}") from error
    return Certificate(**whole, stages=tuple(stages), verdict=verdict)


def _number(value: float) -> float | int:
    """Whole values as whole numbers and others to nine places, so that the same plan prints the same text."""
    return int(value) if float(value).is_integer() else round(value, 9)
