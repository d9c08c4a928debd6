"""Lists of pages come by stretches: every row stands in one of them, and the address says which is shown."""

import html
import re
from collections.abc import Iterator

import httpx
import pytest

from graph.connect import open_graph
from tests.api.web.conftest import Service

MANY = 107
"""Rows beside those that are there already: two full stretches and one that is not."""
COPIES = {
    "plans": "MATCH (p:Plan {id: $id}) UNWIND range(1, $many) AS n CREATE (q:Plan) SET q = p {.*, id: 'copy' + n, state: 'rejected'}",
    "runs": "MATCH (p:Plan {id: $id}) UNWIND range(1, $many) AS n CREATE (q:Run {run: 'copy' + n, scope: p.scope, period: '2031-01',"
    " on: '2031-01-01', policy: '', state: 'cancelled', actor: 'mei', share: 0.0, attempts: 0, version: 1, created_at: p.created_at})",
    "users": "MATCH (p:Plan {id: $id}) UNWIND range(1, $many) AS n CREATE (q:User {name: 'copy' + n, role: 'planner', region: p.scope,"
    " password: 'none', state: 'active', version: 1, actor: 'root', created_at: p.created_at})",
}
GONE = "MATCH (n) WHERE coalesce(n.id, n.run, n.name) STARTS WITH 'copy' AND (n:Plan OR n:Run OR n:User) DELETE n"


@pytest.fixture(scope="module", autouse=True)
def many(service: Service) -> Iterator[None]:
    """More plans, runs and accounts than one stretch has."""
    with open_graph(home=service.zhongfu.home) as graph:
        for text in COPIES.values():
            graph.write(text, id=service.plan, many=MANY)
        yield
        graph.write(GONE)


def stretches(client: httpx.Client, path: str) -> Iterator[tuple[str, list[str]]]:
    """Address and rows of each stretch of a list, one after another by the links."""
    address: str | None = f"/{path}"
    while address:
        text = client.get(address).raise_for_status().text
        yield address, re.findall(rf'<tr><th scope="row"><a href="/{path}/(\w+)"', text)
        older = re.search(r'<a href="([^"]*)" rel="next">', text)
        address = html.unescape(older[1]) if older else None


@pytest.mark.parametrize(("path", "name"), [("plans", "mei"), ("runs", "lan"), ("users", "root")])
def test_every_row_stands_in_one_stretch_of_its_list(service: Service, path: str, name: str) -> None:
    with service.client(name) as client:
        found = [rows for _, rows in stretches(client, path)]
    assert [len(rows) for rows in found[:-1]] == [50] * (len(found) - 1)
    assert 0 < len(found[-1]) <= 50
    rows = [row for stretch in found for row in stretch]
    assert len(rows) == len(set(rows)) >= MANY
    assert {f"copy{number}" for number in range(1, MANY + 1)} <= set(rows)


def test_a_stretch_is_found_again_by_its_address_and_leads_to_the_first(service: Service) -> None:
    with service.client("mei") as client:
        client.cookies["lang"] = "en"
        _, (address, rows), *_ = stretches(client, "runs")
        again = client.get(address)
        assert all(f"/runs/{row}" in again.text for row in rows)
        assert '<a href="/runs">Newest</a>' in again.text
        assert (
            html.escape(address).replace("&amp;", "&").partition("=")[2][:20] in again.text.partition("/language/")[2]
        )


def test_a_cursor_of_one_list_is_none_of_another(service: Service) -> None:
    with service.client("mei") as client:
        _, (address, _), *_ = stretches(client, "plans")
        answer = client.get(address.replace("/plans", "/runs"))
    assert (answer.status_code, "BadCursor" in answer.text) == (422, False)


def test_an_account_switched_off_on_a_later_stretch_leads_back_to_it(service: Service) -> None:
    with service.client("root") as client:
        _, (address, rows), *_ = stretches(client, "users")
        name = next(row for row in rows if row.startswith("copy"))
        text = client.get(address).text
        action = re.search(rf'action="(/users/{name}/state[^"]*)"', text)
        assert action
        form = {"csrf": client.headers["X-CSRF-Token"], "version": "1", "state": "disabled"}
        done = client.post(html.unescape(action[1]), data=form)
        assert (done.status_code, done.headers["location"]) == (303, address)
        assert client.get(f"/api/v1/users/{name}").json()["state"] == "disabled"
