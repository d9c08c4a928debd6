"""The match policy: every setting of a run, read from TOML and frozen."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Any, Literal

import tomli_w
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from graph.errors import CallError
from graph.model import LARGEST, LEVELS, ORGANIZATION_TYPES
from matching.toml_text import TOO_DEEP, NotToml, read_toml
from matching.wrong_settings import wrong_settings

UNREACHABLE_MINUTES = 600
"""What an unreachable leg counts."""
COVER_LEVEL = {code.code: level for level, code in enumerate(LEVELS)} | {"any": -1}
"""Level of region that `cover_across` names; -1 for any."""

_RANKED = (*(code.code for code in ORGANIZATION_TYPES), "volunteer")
_STATE = ("government", "public_institution")
_DEFAULT_ORDER = {name: 0 if name in _STATE else 2 if name == "volunteer" else 1 for name in _RANKED}

Whole = Annotated[int, Field(ge=0, le=10**12, strict=True)]
Quantity = Annotated[int, Field(ge=1, le=LARGEST, strict=True)]
Price = Annotated[int, Field(ge=0, le=10**6, strict=True)]
Share = Annotated[float, Field(ge=0, le=1, strict=True)]
Capacities = Annotated[float, Field(ge=1, le=10, strict=True)]
Rank = Annotated[int, Field(ge=0, le=7, strict=True)]
Truth = Annotated[bool, Field(strict=True)]
Months = Annotated[int, Field(ge=1, le=1200, strict=True)]


class PolicyError(ValueError):
    """A policy with a setting that is unknown or out of range; the message names it and what it takes, `zh` in Chinese."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.zh = zh


class UnknownKinds(CallError):
    """A policy with the usual quantity of a service kind that the snapshot does not have."""

    code = "policy_unknown_kinds"
    en = "usual_quantity in the policy names {unknown}; the service kinds are {known}."
    zh = "匹配策略的 usual_quantity 写有 {unknown}；现有服务项目为 {known}。"
    repair_en = "Write one of these kinds in their place, or leave the line out: by default the quantity asked most usually holds."
    repair_zh = "请改为上述项目之一，或删去该行：不写则取该项目待办需求的常见数量。"


def _whole_number(version: object) -> object:
    """A version as it is written; true and 1.0, which equal 1, are none."""
    if type(version) is not int:
        raise ValueError("it must be a whole number", "须为整数")
    return version


def _longest_first(months: tuple[int, ...]) -> tuple[int, ...]:
    if list(months) != sorted(set(months), reverse=True):
        raise ValueError(
            "the longest first, each once, such as [12, 6, 3, 1]", "须由长到短、不重复，例如 [12, 6, 3, 1]"
        )
    return months


def _known_providers(order: dict[str, int]) -> dict[str, int]:
    unknown = set(order) - set(_RANKED)
    if unknown:
        named, known = (", ".join(names) for names in (sorted(unknown), _RANKED))
        raise ValueError(f"{named}: the providers are {known}", f"没有 {named}；提供方有 {known}")
    return _DEFAULT_ORDER | order


class OperatingCost(BaseModel):
    """Prices of the workers' operating cost; loads in the unit of capacity."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)

    pair: Price = 60
    """Cost of each place that a worker covers."""
    pair_minute: Price = 4
    """Cost of each minute of the way to it; a unit of load costs its minutes beside."""
    busy_above: Share = 0.85
    """Share of capacity above which a unit of load costs `busy` more."""
    busy: Price = 5
    """Cost of each unit of load above `busy_above`."""
    overload: Price = 60
    """Cost of each unit of load above capacity."""
    dialect: Price = 30
    """Cost of each household whose responsible worker does not speak the dialect that it asks for."""


class MatchPolicy(BaseModel):
    """Settings of one run, with the documented defaults."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)

    version: Annotated[Literal[1], BeforeValidator(_whole_number)] = 1
    """Version of these settings: a file of another is refused, not misread."""
    seed: Whole = 0
    """Recorded with the plan; nothing is drawn by lot today."""
    waiting_months: Annotated[tuple[Months, ...], AfterValidator(_longest_first)] = (12, 6, 3, 1)
    """Ends of the waiting bands in months, longest first; a need waiting less than the last stands in the last band."""
    fairness: Truth = True
    """Whether counties get even shares of each urgency, where as many are served; by kind, before changes and ways."""
    provider_order: Annotated[dict[str, Rank], AfterValidator(_known_providers)] = _DEFAULT_ORDER
    """Rank of each provider; where as many are served, a lower rank comes first. A provider left out keeps its default."""
    usual_quantity: dict[str, Quantity] = {}
    """Usual quantity of a kind; by default the lower median of the counting needs in the scope, at least 1."""
    flow_arcs: Whole | None = None
    """Most arcs of the networks on which flows are sought, the smallest first; kinds beyond it keep greedy's plan. Without: all."""
    money_rounds: Annotated[int, Field(ge=0, le=100, strict=True)] = 0
    """Rounds of prices for money that several offers share, each as long as two matches. The better plan is kept, and so are bounds."""
    cover_across: Literal["town", "county", "city", "any"] = "county"
    """Widest region that a worker covers."""
    overload_max: Capacities = 1.6
    """Most load of a worker, in capacities."""
    stand_ins: Truth = False
    """Whether every village also gets a stand-in, another worker who may cover it."""
    stand_ins_limit: Whole | None = None
    """Most villages that a worker stands in for; left out, there is no limit."""
    operating: OperatingCost = OperatingCost()
    """Prices of the workers' operating cost, a table of its own."""
    max_changes: Whole | None = None
    """Most free changes of what is published, workers' and needs' together, a larger share too; without it no limit."""
    review: Literal["none", "required"] = "none"
    """Whether a person approves a plan before it is published."""

    @field_validator("stand_ins_limit")
    @classmethod
    def _of_stand_ins(cls, limit: int | None, beside: ValidationInfo) -> int | None:
        """A limit of stand-ins is none of a plan without any."""
        if limit is not None and not beside.data.get("stand_ins", True):
            raise ValueError("it limits nothing without stand_ins = true", "未设 stand_ins = true 时不起作用")
        return limit


DEFAULT_POLICY = MatchPolicy()


def read_policy(path: Path) -> MatchPolicy:
    """Policy of a TOML file; absent settings keep their default. Raises PolicyError naming the setting."""
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise PolicyError("it is not TOML in UTF-8", "不是 UTF-8 编码的 TOML") from error
    return policy_in(text)


def policy_in(text: str) -> MatchPolicy:
    """Policy written in TOML, likewise. Raises PolicyError naming the setting, or the place that is no TOML."""
    try:
        return policy_of(read_toml(text))
    except NotToml as error:
        raise PolicyError(str(error), error.zh) from error
    except RecursionError as error:  # of dotted keys when they are told
        raise PolicyError(TOO_DEEP[0], TOO_DEEP[1]) from error


def policy_of(settings: dict[str, Any]) -> MatchPolicy:
    """Policy of settings as TOML holds them. Raises PolicyError naming each wrong setting."""
    try:
        return MatchPolicy.model_validate(settings)
    except ValidationError as error:
        wrong = list(wrong_settings(error, MatchPolicy))
        raise PolicyError("; ".join(each.en for each in wrong), "；".join(each.zh for each in wrong)) from error


def policy_digest(policy: MatchPolicy) -> str:
    """SHA-256 (hex) of the policy as TOML."""
    return hashlib.sha256(policy_toml(policy).encode()).hexdigest()


def policy_toml(policy: MatchPolicy) -> str:
    """The policy as TOML that `read_policy` reads back unchanged; a limit that is not there is left out."""
    return tomli_w.dumps(policy.model_dump(mode="json", exclude_none=True))
