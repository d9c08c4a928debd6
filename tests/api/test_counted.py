"""Figures of gaps are counted once for all readers, and nobody is shown what no longer holds as if it did."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from api.service import counted as kept
from api.service.gaps import Found, find_gaps, kept_gaps
from api.service.opening import kept_open, opened
from api.settings import Settings, read_settings
from graph.gap_tree import LevelNotInside, RegionUnknown
from graph.gaps import every_figure
from graph.queries import query
from graph.state import RAISE_DATA_VERSION
from tests.api.conftest import COUNTY, DAY, Command

TABLES = ("summary", "places", "households", "needs", "capacity")
TOWN, VILLAGE = f"{COUNTY}100000", f"{COUNTY}100001"


@pytest.fixture(scope="module")
def settings(loaded: Command) -> Iterator[Settings]:
    """A service's settings over the county with one plan published."""
    plan = loaded("match", "--region", COUNTY, "--on", DAY, "--format", "json").json["plan"]
    loaded("publish", plan)
    found = read_settings(home=loaded.home)
    with kept_open(found):
        yield found


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every count is taken for one that took long."""
    monkeypatch.setattr(kept, "_SLOW_SECONDS", -1.0)


def one_need_closed(settings: Settings) -> None:
    """An edit that takes one need out of the figures."""
    close = "MATCH (n:Need) WHERE coalesce(n.status, 'open') = 'open' WITH n LIMIT 1 SET n.status = 'closed'"
    with opened(settings) as graph:
        graph.write_all([(query(RAISE_DATA_VERSION), {}), (close, {})])


def needs(found: Found) -> int:
    return sum(found.gaps.summary["needs"].to_pylist())


@pytest.mark.parametrize(
    ("region", "level"),
    [(None, None), (None, "village"), (COUNTY, None), (COUNTY, "village"), (TOWN, None), (VILLAGE, None)],
)
def test_kept_figures_give_what_the_graph_answers(settings: Settings, region: str | None, level: str | None) -> None:
    plainly = find_gaps(settings, region=region, level=level, on=DAY)
    found = kept_gaps(settings, region=region, level=level, on=DAY)
    assert (found.gaps.scope, found.gaps.level, found.gaps.revision) == (plainly.gaps.scope, plainly.gaps.level, 1)
    for name in TABLES:
        assert getattr(found.gaps, name).equals(getattr(plainly.gaps, name)), name
    assert any(plainly.gaps.needs["causes"].to_pylist())
    assert found.untold == plainly.untold == ()


def test_what_cannot_be_followed_is_refused_the_same(settings: Settings) -> None:
    with pytest.raises(RegionUnknown, match="990000"):
        kept_gaps(settings, region="990000")
    with pytest.raises(LevelNotInside):
        kept_gaps(settings, region=COUNTY, level="city")


def test_a_change_in_a_graph_that_is_counted_fast_is_seen_at_once(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "_SLOW_SECONDS", 1e9)
    before = kept_gaps(settings)
    one_need_closed(settings)
    after = kept_gaps(settings)
    assert needs(before) - needs(after) == 1
    assert before.as_of is after.as_of is None


@pytest.mark.usefixtures("slow")
def test_former_figures_are_shown_with_their_moment_until_the_next_are_counted(settings: Settings) -> None:
    before = kept_gaps(settings)
    one_need_closed(settings)
    former = kept_gaps(settings)
    assert needs(former) == needs(before)
    assert former.as_of is not None
    assert former.as_of < datetime.now(UTC)
    until = time.monotonic() + 60
    while (now := kept_gaps(settings)).as_of is not None and time.monotonic() < until:
        time.sleep(0.1)
    assert needs(before) - needs(now) == 1


@pytest.mark.usefixtures("slow")
def test_a_revision_that_changed_is_never_shown_as_it_was(settings: Settings, loaded: Command) -> None:
    before = kept_gaps(settings)
    again = loaded("match", "--region", COUNTY, "--on", "2026-11-03", "--format", "json").json["plan"]
    loaded("publish", again)
    after = kept_gaps(settings)
    assert (after.gaps.revision, after.as_of) == (before.gaps.revision + 1, None)


def test_who_asks_at_once_waits_for_one_count(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    counts, everybody = [], threading.Barrier(8)

    def noted(*given: Any) -> Any:
        counts.append(given)
        return every_figure(*given)

    def ask(_: int) -> int:
        everybody.wait()
        return needs(kept_gaps(settings))

    one_need_closed(settings)
    monkeypatch.setattr(kept, "_SLOW_SECONDS", 1e9)
    monkeypatch.setattr(kept, "every_figure", noted)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))
    assert len(set(answers)) == len(counts) == 1


def test_who_would_be_one_too_many_waiting_is_told_to_come_back(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "_SLOW_SECONDS", 1e9)
    monkeypatch.setattr(kept, "_SHELVES", {})
    with opened(settings) as graph:
        shelf = kept._SHELVES.setdefault(str(graph.home), kept._Shelf(waiting=threading.BoundedSemaphore(1)))
    with shelf.counting, ThreadPoolExecutor(1) as pool:
        waits = pool.submit(kept_gaps, settings)
        for _ in range(600):
            if not shelf.waiting.acquire(blocking=False):
                break
            shelf.waiting.release()
            time.sleep(0.01)
        with pytest.raises(kept.StillCounting):
            kept_gaps(settings)
        shelf.counting.release()
        assert needs(waits.result()) > 0
        shelf.counting.acquire()
