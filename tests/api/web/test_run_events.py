"""Events of a run end in order, with why, once whoever hears them may no longer, or there is nothing left to hear of."""

import json
from collections.abc import Callable, Iterator

import httpx
import pytest

from graph.connect import open_graph
from tests.api.conftest import COUNTY, DAY
from tests.api.web.conftest import PASSWORD, Service

End = Callable[[Service, httpx.Client, httpx.Client], object]


@pytest.fixture
def held(service: Service) -> Iterator[str]:
    """A run under way of which nothing new is heard: no worker makes it, and none may yet take it."""
    with open_graph(home=service.zhongfu.home) as graph:
        graph.write(
            "CREATE (:Run {run: 'held', scope: $scope, period: '2027-04', on: $day, policy: '', actor: 'mei', version: 1,"
            " state: 'running', share: 0.5, attempts: 1, created_at: datetime(), lease_until: datetime() + duration('P1D')})",
            scope=f"{COUNTY}000000",
            day=DAY,
        )
        yield "held"
        graph.write("MATCH (r:Run {run: 'held'}) DELETE r")


@pytest.fixture
def hearer(service: Service) -> Iterator[str]:
    """An account that lasts as long as its test."""
    service.zhongfu("user", "add", "hearer", "--role", "planner", ZHONGFU_USER_PASSWORD=PASSWORD)
    yield "hearer"
    with open_graph(home=service.zhongfu.home) as graph:
        graph.write("MATCH (u:User {name: 'hearer'}) OPTIONAL MATCH (u)<-[:OF_USER]-(door) DETACH DELETE u, door")


def events(stream: httpx.Response) -> Iterator[tuple[str, dict[str, object]]]:
    """Name and facts of each event as it comes, until the stream ends."""
    lines = stream.iter_lines()
    for line in lines:
        if line.startswith("event: "):
            yield line.removeprefix("event: "), json.loads(next(lines).removeprefix("data: "))


def sign_out(_: Service, own: httpx.Client, __: httpx.Client) -> object:
    return own.delete("/api/v1/session").raise_for_status()


def end_tokens(_: Service, own: httpx.Client, __: httpx.Client) -> object:
    tokens = own.get("/api/v1/tokens").json()["items"]
    return [own.delete(f"/api/v1/tokens/{each['token']}").raise_for_status() for each in tokens]


def disable_account(_: Service, __: httpx.Client, root: httpx.Client) -> object:
    return root.patch(
        "/api/v1/users/hearer", json={"state": "disabled"}, headers={"If-Match": '"1"'}
    ).raise_for_status()


@pytest.mark.parametrize(
    ("by_token", "end"), [(False, sign_out), (True, end_tokens), (False, disable_account), (True, disable_account)]
)
def test_who_may_no_longer_hears_no_more(service: Service, held: str, hearer: str, by_token: bool, end: End) -> None:
    path = f"/api/v1/runs/{held}/events"
    with service.client(hearer) as own, service.client("root") as root, service.client() as listening:
        listening.timeout = httpx.Timeout(60)
        if by_token:
            secret = own.post("/api/v1/tokens", json={"label": "events"}).json()["secret"]
            listening.headers["Authorization"] = f"Bearer {secret}"
        else:
            listening.cookies = own.cookies
        with listening.stream("GET", path) as stream:
            heard = events(stream)
            assert next(heard)[0] == "run"
            end(service, own, root)
            name, fault = next(heard)
            assert (name, fault["code"], fault["status"]) == ("fault", "not_signed_in", 401)
            assert list(heard) == []


def test_a_run_that_is_gone_ends_its_events_in_order(service: Service, held: str) -> None:
    path = f"/api/v1/runs/{held}/events"
    with service.client("mei") as client, client.stream("GET", path) as stream:
        heard = events(stream)
        assert next(heard)[0] == "run"
        with open_graph(home=service.zhongfu.home) as graph:
            graph.write("MATCH (r:Run {run: $run}) DELETE r", run=held)
        assert [(name, fault["code"]) for name, fault in heard] == [("fault", "run_unknown")]
