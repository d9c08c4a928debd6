"""The page of a run says at any moment how the run stands, also what changes while it is looked at."""

from collections.abc import Iterator

import pytest

from graph.connect import Graph, open_graph
from tests.api.conftest import COUNTY, DAY
from tests.api.web.conftest import Service
from tests.browser.conftest import Opened

_LEASE = "datetime() + duration('P1D')"


@pytest.fixture
def graph(service: Service) -> Iterator[Graph]:
    """The graph with two runs of one scope: `held` is under way, so that nobody takes up `waits`."""
    with open_graph(home=service.zhongfu.home) as graph:
        for run, state in (("held", "running"), ("waits", "queued")):
            graph.write(
                "CREATE (:Run {run: $run, scope: $scope, period: '2027-04', on: $day, policy: '', actor: 'mei', version: 1,"
                f" state: $state, share: 0.0, attempts: 1, created_at: datetime(), lease_until: {_LEASE}}})",
                run=run,
                state=state,
                scope=f"{COUNTY}000000",
                day=DAY,
            )
        yield graph
        graph.write("MATCH (r:Run) WHERE r.run IN ['held', 'waits'] DELETE r")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("Queued", "Running", "Running, being cancelled")),
        ("zh", ("排队", "运行中", "运行中，正在取消")),
    ],
)
def test_a_run_that_is_begun_and_cancelled_elsewhere_is_told_so_in_place(
    opened: Opened, service: Service, graph: Graph, language: str, said: tuple[str, str, str]
) -> None:
    reader = opened(language)
    reader.enter("mei")
    reader.open("/runs/waits")
    reader.page.wait_for_selector(f"#state:text-is('{said[0]}')")
    assert reader.button("Cancel", "取消任务").count() == 1
    graph.write("MATCH (r:Run {run: 'waits'}) SET r.state = 'running', r.version = 2, r.share = 0.2")
    reader.page.wait_for_selector(f"#state:text-is('{said[1]}')")
    graph.write("MATCH (r:Run {run: 'waits'}) SET r.cancelling = true, r.version = 3")
    reader.page.wait_for_selector(f"#state:text-is('{said[2]}')")
    assert reader.button("Cancel", "取消任务").count() == 0
