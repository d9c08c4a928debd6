"""The match policy: every setting of a run, read from TOML and frozen."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from graph.model import LEVELS, ORGANIZATION_TYPES


class PolicyError(ValueError):
    """A policy file with a setting that is unknown or out of range; the message names it and the repair."""


@dataclass(frozen=True)
class OperatingCost:
    """Prices of the workers' operating cost; loads in the unit of capacity.

    A worker-village pair costs `pair + pair_minute × minutes`, a unit of load its minutes, `busy` more above
    `busy_above` of capacity and `overload` more above capacity (MATCHING, operating cost).
    """

    pair: int = 60
    pair_minute: int = 4
    busy_above: float = 0.85
    busy: int = 5
    overload: int = 60


@dataclass(frozen=True)
class MatchPolicy:
    """Settings of one run, with the documented defaults."""

    seed: int = 0
    waiting_months: tuple[int, ...] = (12, 6, 3, 1)
    """Ends of the waiting bands, longest first; a need waiting less than the last stands in the last band."""
    provider_order: dict[str, int] = field(
        default_factory=lambda: {
            "government": 0,
            "public_institution": 0,
            "mass_organisation": 1,
            "charity": 1,
            "social_organisation": 1,
            "enterprise": 1,
            "utility": 1,
            "volunteer": 2,
        }
    )
    """Rank of each provider; a lower rank comes first where as many are served."""
    usual_quantity: dict[str, int] = field(default_factory=dict)
    """Usual quantity of a kind; by default the lower median of the counting needs in the scope, at least 1."""
    cover_across: str = "county"
    """Widest region a worker covers: town, county, city or any."""
    overload_max: float = 1.6
    """Most load of a worker, in capacities."""
    operating: OperatingCost = OperatingCost()
    review: str = "none"
    """Who approves a plan before it is published: none, or required."""


DEFAULT_POLICY = MatchPolicy()
UNREACHABLE_MINUTES = 600
"""What an unreachable leg counts."""


def read_policy(path: Path) -> MatchPolicy:
    """Policy of a TOML file; absent settings keep their default. Raises PolicyError naming the setting."""
    try:
        given = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"{path.name}: not TOML: {error}") from error
    return policy_of(given)


def policy_of(given: dict[str, Any]) -> MatchPolicy:
    """Policy of settings as a TOML file holds them. Raises PolicyError naming the setting and the repair."""
    settings = dict(given)
    known = {each.name for each in fields(MatchPolicy)}
    for name in settings:
        if name not in known:
            raise PolicyError(f"unknown setting {name}: the settings are {', '.join(sorted(known))}")
    if "operating" in settings:
        prices = settings["operating"]
        allowed = {each.name for each in fields(OperatingCost)}
        if not isinstance(prices, dict) or set(prices) - allowed:
            raise PolicyError(f"operating: a table of {', '.join(sorted(allowed))}")
        settings["operating"] = OperatingCost(**prices)
    if "waiting_months" in settings:
        settings["waiting_months"] = tuple(settings["waiting_months"])
    if "provider_order" in settings:
        settings["provider_order"] = DEFAULT_POLICY.provider_order | settings["provider_order"]
    policy = MatchPolicy(**settings)
    _check(policy)
    return policy


def policy_toml(policy: MatchPolicy) -> str:
    """The policy as a TOML file that `read_policy` reads back unchanged."""
    tables = {"provider_order": policy.provider_order, "usual_quantity": policy.usual_quantity}
    lines = [
        f"seed = {policy.seed}",
        f"waiting_months = {list(policy.waiting_months)}",
        f'cover_across = "{policy.cover_across}"',
        f"overload_max = {policy.overload_max}",
        f'review = "{policy.review}"',
    ]
    for name, table in (tables | {"operating": asdict(policy.operating)}).items():
        lines += ["", f"[{name}]", *(f'"{key}" = {value}' for key, value in table.items())]
    return "\n".join(lines) + "\n"


def _check(policy: MatchPolicy) -> None:
    months = policy.waiting_months
    whole = all(isinstance(month, int) and not isinstance(month, bool) and month > 0 for month in months)
    if not whole or list(months) != sorted(set(months), reverse=True):
        raise PolicyError("waiting_months: whole numbers above 0, the longest first, such as [12, 6, 3, 1]")
    if not isinstance(policy.seed, int) or isinstance(policy.seed, bool) or policy.seed < 0:
        raise PolicyError("seed: a whole number from 0")
    across = ("town", "county", "city", "any")
    if policy.cover_across not in across:
        raise PolicyError(f"cover_across: one of {', '.join(across)}")
    if not isinstance(policy.overload_max, int | float) or not 1 <= policy.overload_max <= 10:
        raise PolicyError("overload_max: a number from 1 to 10")
    types = {code.code for code in ORGANIZATION_TYPES} | {"volunteer"}
    for name, rank in policy.provider_order.items():
        if name not in types or not isinstance(rank, int) or not 0 <= rank <= 7:
            raise PolicyError(f"provider_order.{name}: a rank from 0 to 7 for one of {', '.join(sorted(types))}")
    for kind, usual in policy.usual_quantity.items():
        if not isinstance(usual, int) or isinstance(usual, bool) or usual < 1:
            raise PolicyError(f"usual_quantity.{kind}: a whole number from 1")
    for price in fields(OperatingCost):
        value = getattr(policy.operating, price.name)
        if not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
            raise PolicyError(f"operating.{price.name}: a number from 0")
    if policy.review not in ("none", "required"):
        raise PolicyError("review: none or required")


COVER_LEVEL = {code.code: level for level, code in enumerate(LEVELS)} | {"any": -1}
"""Level of region that `cover_across` names; -1 for any."""
