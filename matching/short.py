"""Flows that a plan lacks: why, and how its stages say so."""

from __future__ import annotations

from dataclasses import dataclass, replace

from matching.certificate import Stage
from matching.flow import FlowError

FAULTS = (FlowError, MemoryError)
"""What a solver ends with that found no flow."""


@dataclass(frozen=True)
class Short:
    """Why flows are missing: the `status` of the stages, and what the solver said where it failed."""

    status: str
    why: str = ""


STOPPED = Short("not_replayable")
"""Somebody stopped the search; another run might get further."""


def failed(fault: Exception) -> Short:
    """The solver failed, in its own words."""
    return Short("failed", f"{type(fault).__name__}: {fault}")


def told_short(told: tuple[Stage, ...], short: Short | None) -> tuple[Stage, ...]:
    """The stages, those that are not exact with why flows are missing that should be there."""
    if short is None:
        return told
    said = f": {short.why}" if short.why else ""
    return tuple(
        stage if stage.exact else replace(stage, status=short.status, engine=stage.engine + said) for stage in told
    )
