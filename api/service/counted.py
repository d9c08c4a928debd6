"""Figures of gaps, counted once for each state of the graph and kept for every reader.

Counting a province takes a minute, so one count serves all: whoever asks meanwhile waits for it, and reports of any region
and level are added up from it. A changed revision is always counted before it is shown. Where a count took longer than a
second and only data changed since, readers see the former figures with their moment, while the next are counted behind
them; between two such counts is a pause of several times their length, or a graph that somebody always edits would always
be counted.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from threading import BoundedSemaphore, Lock, Thread

import structlog

from api.clock import today
from api.service.explained import UNTOLD, explained
from api.service.opening import opened
from api.service.shared_count import OTHER_DAYS, keep_count, kept_count, name_of, turn
from api.service.telling import Telling, telling
from api.settings import Settings
from graph.connect import Graph
from graph.errors import GraphError, ZhongfuError
from graph.gap_causes import Told, told_of
from graph.gap_figures import Figures
from graph.gap_shares import Shares
from graph.gaps import Gaps, every_figure, gaps_from
from graph.published import current
from graph.state import State, read_state

_SLOW_SECONDS = 1.0
"""A count that took longer may be shown for a while after data changed."""
_PAUSE = 4
"""Length of the pause after a count behind the readers, in counts."""
_MOST_WAITING = 20
"""Readers who wait at once, so that threads are left for everything else."""
_KEPT_REPORTS, _KEPT_ROWS = 64, 20_000
"""Reports that are kept of one count, and the most rows about needs that one of them has."""

_log = structlog.get_logger()


class StillCounting(GraphError):
    """Too many wait for the same count."""

    code = "still_counting"
    en = "The gaps are being counted, and many wait for them."
    zh = "正在统计缺口，等待的人较多。"
    repair_en = "Try again in half a minute."
    repair_zh = "请半分钟后重试。"


@dataclass(frozen=True)
class Counted:
    """The finest figures of the whole graph on a day, what its published plans tell of causes, and when they were read."""

    figures: Figures
    state: State
    on: date
    told: dict[str, Told]
    """By the plan's id, the plan published last first."""
    untold: tuple[tuple[str, ZhongfuError], ...]
    """Scopes of the published plans that tell nothing, and why."""
    at: datetime
    seconds: float
    telling: Telling
    """What of it points at no household."""
    reports: dict[tuple[str | None, str | None], Gaps] = field(default_factory=dict)

    @cached_property
    def shares(self) -> Shares:
        """What maps and tables of regions show, added up from the figures."""
        return Shares(self.figures)

    def report(self, region: str | None, level: str | None) -> Gaps:
        """What is lacking in a region by a level; the latest reports are kept. Raises RegionUnknown and LevelNotInside."""
        held = self.reports.pop((region, level), None)
        made = held or gaps_from(self.figures, self.state.revision, region, level, self.told.values())
        if len(made.needs) <= _KEPT_ROWS:
            self.reports[region, level] = made
            for oldest in list(self.reports)[:-_KEPT_REPORTS]:
                self.reports.pop(oldest, None)
        return made


def counted(settings: Settings, on: date) -> tuple[Counted, datetime | None]:
    """What is counted for a day, and the moment that it is of where it is not of now.

    Raises
    ------
    NotPrepared, LoadUnderWay, AlwaysChanging
        The graph holds nothing, or not one whole.
    StillCounting
        Too many wait already.
    """
    with opened(settings) as graph:
        state = read_state(graph)
        shelf = _SHELVES.setdefault(str(graph.home or graph.address), _Shelf())
        found = shelf.found(on)
        if found is not None and found.state == state and found.on == on:
            return found, None
        if found is not None and found.seconds > _SLOW_SECONDS and found.state.revision == state.revision:
            shelf.count_behind(settings, on)
            return found, found.at
        return shelf.count(settings, graph, on), None


def count_ahead(settings: Settings) -> None:
    """Count for today before anybody asks, without waiting for it."""
    Thread(target=_tried, args=(settings, today()), daemon=True).start()


def _tried(settings: Settings, on: date) -> None:
    with suppress(Exception):  # whoever asks next counts again, and is told
        counted(settings, on)


@dataclass
class _Shelf:
    """What is kept of one graph: the latest count for today, and those for a few other days."""

    today: Counted | None = None
    others: dict[date, Counted] = field(default_factory=dict)
    counting: Lock = field(default_factory=Lock)
    counting_others: Lock = field(default_factory=Lock)
    """Held while another day than today is counted, for which nobody waits who asks for today."""
    waiting: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(_MOST_WAITING))
    of_others: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(1))
    """Of those who ask for another day than today one waits at a time."""
    rests_until: float = 0.0

    def found(self, on: date) -> Counted | None:
        """What is kept for a day; for today also yesterday's, which only its day makes old."""
        return self.today if _is_today(on) else self.others.get(on)

    def _lock(self, on: date) -> Lock:
        return self.counting if _is_today(on) else self.counting_others

    def count(self, settings: Settings, graph: Graph, on: date) -> Counted:
        """Count now, or wait for who does."""
        gate = self.waiting if _is_today(on) else self.of_others
        if not gate.acquire(blocking=False):
            raise StillCounting
        try:
            with self._lock(on):
                found = self.found(on)
                if found is None or found.state != read_state(graph) or found.on != on:
                    found = self._put(_count(settings, graph, on, found))
                return found
        finally:
            gate.release()

    def count_behind(self, settings: Settings, on: date) -> None:
        """Count behind the readers, unless somebody does or did so just now."""
        lock = self._lock(on)
        if time.monotonic() < self.rests_until or not lock.acquire(blocking=False):
            return
        Thread(target=self._behind, args=(settings, on, lock), daemon=True).start()

    def _behind(self, settings: Settings, on: date, lock: Lock) -> None:
        begun = time.monotonic()
        try:
            with opened(settings) as graph:
                self._put(_count(settings, graph, on, self.found(on)))
        except Exception as fault:  # noqa: BLE001 the former figures are shown on, and the next reader tries again
            _log.warning("gaps not counted", detail=str(fault))
        finally:
            self.rests_until = time.monotonic() + _PAUSE * (time.monotonic() - begun)
            lock.release()

    def _put(self, made: Counted) -> Counted:
        if _is_today(made.on):
            self.today = made
        else:
            self.others.pop(made.on, None)
            self.others = dict([*self.others.items(), (made.on, made)][-OTHER_DAYS:])
        return made


def _is_today(on: date) -> bool:
    return on == today()


_SHELVES: dict[str, _Shelf] = {}


def _count(settings: Settings, graph: Graph, on: date, former: Counted | None) -> Counted:
    """Count, or take what another process of this home counted."""
    with turn(settings.home, on):
        found = kept_count(settings.home, name_of(graph, read_state(graph), on))
        if isinstance(found, Counted):
            return found
        made = _count_now(settings, graph, on, former)
        if made.seconds > _SLOW_SECONDS:
            with suppress(GraphError):  # a full disk takes nothing from who asked
                keep_count(settings.home, name_of(graph, made.state, on), made)
        return made


def _count_now(settings: Settings, graph: Graph, on: date, former: Counted | None) -> Counted:
    """Count everything; what a plan tells never changes and is taken from the former count."""
    at, begun = datetime.now(UTC), time.monotonic()
    figures, state = every_figure(graph, on)
    tells = telling(figures)
    told, untold = dict[str, Told](), list[tuple[str, ZhongfuError]]()
    known = former.told if former is not None else {}
    for plan in current(graph).plans:
        try:
            told[plan.id] = known.get(plan.id) or told_of(explained(settings, plan))
        except UNTOLD as fault:
            untold.append((plan.scope, fault))
    return Counted(figures, state, on, told, tuple(untold), at, time.monotonic() - begun, tells)
