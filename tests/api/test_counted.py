"""Figures of gaps are counted once for all readers, and nobody is shown what no longer holds as if it did."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest

from api.service import counted as kept
from api.service import shared_count
from api.service.gaps import Found, find_gaps, kept_gaps
from api.service.opening import kept_open, opened
from api.settings import Settings, read_settings
from graph.gap_tree import LevelNotInside, RegionUnknown
from graph.gaps import every_figure
from graph.queries import query
from graph.state import RAISE_DATA_VERSION, read_state
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
        for _ in range(6000):
            if not shelf.waiting.acquire(blocking=False):
                break
            shelf.waiting.release()
            time.sleep(0.01)
        with pytest.raises(kept.StillCounting):
            kept_gaps(settings)
        shelf.counting.release()
        assert needs(waits.result()) > 0
        shelf.counting.acquire()


@pytest.fixture
def counts(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The counts that are made from here on; every one is taken for a long one and kept in the home."""
    made: list[Any] = []

    def noted(*given: Any) -> Any:
        made.append(given)
        return every_figure(*given)

    monkeypatch.setattr(kept, "_SLOW_SECONDS", -1.0)
    monkeypatch.setattr(kept, "every_figure", noted)
    one_need_closed(settings)
    return made


def as_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_SHELVES", {})


def test_what_one_process_counted_no_other_counts_again(
    settings: Settings, counts: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    as_another_process(monkeypatch)
    first = kept_gaps(settings)
    as_another_process(monkeypatch)
    second = kept_gaps(settings)
    assert len(counts) == 1
    for name in TABLES:
        assert getattr(second.gaps, name).equals(getattr(first.gaps, name)), name
    assert any(second.gaps.needs["causes"].to_pylist())


def test_a_count_of_another_state_or_a_damaged_one_is_not_taken(
    settings: Settings, counts: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    as_another_process(monkeypatch)
    first = kept_gaps(settings)
    one_need_closed(settings)
    as_another_process(monkeypatch)
    assert needs(first) - needs(kept_gaps(settings)) == 1
    files = [each for each in (settings.home / "counts").iterdir() if each.suffix != ".lock"]
    assert 0 < len(files) <= 3
    assert {each.stat().st_mode & 0o077 for each in files} == {0}
    for each in files:
        each.write_bytes(each.read_bytes()[:-100])
    as_another_process(monkeypatch)
    assert needs(first) - needs(kept_gaps(settings)) == 1
    assert len(counts) == 3


def test_who_asks_for_today_does_not_wait_for_a_count_of_another_day(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow_for_others(graph: Any, on: date) -> Any:
        if on == date(2025, 1, 1):
            begun.set()
            assert go_on.wait(60)
        return every_figure(graph, on)

    as_another_process(monkeypatch)
    monkeypatch.setattr(kept, "every_figure", slow_for_others)
    one_need_closed(settings)
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(kept_gaps, settings, on="2025-01-01")
        assert begun.wait(60)
        assert needs(kept_gaps(settings)) > 0
        assert not other.done()
        go_on.set()
        assert needs(other.result()) >= 0


def test_counts_of_other_days_take_nothing_from_todays(
    settings: Settings, counts: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    as_another_process(monkeypatch)
    kept_gaps(settings)
    for day in range(1, 5):
        kept_gaps(settings, on=f"2026-10-0{day}")
    made = len(counts)
    as_another_process(monkeypatch)
    kept_gaps(settings)
    assert len(counts) == made


def test_a_count_that_another_user_could_have_written_is_not_taken(
    settings: Settings, counts: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    as_another_process(monkeypatch)
    kept_gaps(settings)
    made = len(counts)
    folder = settings.home / "counts"
    folder.chmod(0o777)
    as_another_process(monkeypatch)
    kept_gaps(settings)
    assert len(counts) == made + 1
    folder.chmod(0o700)


def test_a_database_made_anew_has_another_name_in_the_same_state(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(settings) as graph:
        state, on = read_state(graph), date(2026, 11, 2)
        name = shared_count.name_of(graph, state, on)
        assert shared_count.name_of(graph, state, on) == name
        assert shared_count.name_of(graph, state, date(2026, 11, 3)) != name
        monkeypatch.setattr(shared_count, "database_id", lambda _graph: "another")
        assert shared_count.name_of(graph, state, on) != name
