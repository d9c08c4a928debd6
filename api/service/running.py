"""Runs as use cases: asked for by one process, made by another."""

from __future__ import annotations

from api.service.calls import day_of, limited, period_of, policy_of_text, region_of, require_near
from api.service.once import SentBefore, number_of
from api.service.opening import opened
from api.service.places import tree
from api.settings import Settings
from graph import runs
from graph.listed import BEGINNING, Position
from graph.runs import Run
from matching.policy import policy_toml


def ask_run(
    settings: Settings,
    *,
    region: str | None = None,
    period: str | None = None,
    on: str | None = None,
    policy: str | None = None,
    max_changes: int | str | None = None,
    once: str | None = None,
) -> Run:
    """Put a match in line, for a worker to make; the same `once` sent again finds the one that it asked for.

    Raises
    ------
    BadDate, BadPeriod, PeriodFar, BadPolicy, BadMostChanges, RegionUnknown
        The call cannot be followed; nothing was put in line.
    SentBefore
        Under this `once` something else was asked for; nothing was put in line.
    """
    day = day_of(on)
    month, settled = period_of(period, day), limited(policy_of_text(policy), max_changes)
    require_near(month, day)
    with opened(settings) as graph:
        scope = region_of(graph, region) or tree(settings).root
        number = number_of(settings.actor, once)
        asked = (scope, month, day.isoformat(), policy_toml(settled))
        run = runs.create_run(graph, *asked, settings.actor, number)
        if (run.scope, run.period, run.on, run.policy) != asked:
            raise SentBefore(made=number)
        return run


def run_named(settings: Settings, run: str) -> Run:
    """A run by its number. Raises RunUnknown."""
    with opened(settings) as graph:
        return runs.run_named(graph, run)


def runs_within(
    settings: Settings,
    region: str | None,
    start: Position = BEGINNING,
    limit: int = runs.LISTED,
    *,
    over: bool = True,
) -> list[Run]:
    """Runs whose scope is a region or lies inside it, the newest first, behind a position; None is everywhere.

    Those that are over only if `over`.
    """
    with opened(settings) as graph:
        return runs.list_runs(graph, region, start, limit, over=over)


def cancel_run(settings: Settings, run: str) -> Run:
    """Cancel a run. Raises RunUnknown and RunEnded."""
    with opened(settings) as graph:
        return runs.cancel_run(graph, run, settings.actor)
