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
    "plans": "MATCH (p:Plan {id: $id}) UNWIND range(1, $many) AS n CREATE (q:Plan) SET q = p {.*, id: $prefix + n, state: 'rejected'}",
    "runs": "MATCH (p:Plan {id: $id}) UNWIND range(1, $many) AS n CREATE (q:Run {run: $prefix + n, scope: p.scope, period: '2031-01',"
    " on: '2031-01-01', policy: '', state: 'cancelled', actor: 'mei', share: 0.0, attempts: 0, version: 1, created_at: p.created_at})",
    "users": "MATCH (p:Plan {id: $id}) UNWIND range(1, $many) AS n CREATE (q:User {name: $prefix + n, role: 'planner', region: p.scope,"
    " password: 'none', state: 'active', version: 1, actor: 'root', created_at: p.created_at})",
}
GONE = "MATCH (n) WHERE coalesce(n.id, n.run, n.name) STARTS WITH $prefix AND (n:Plan OR n:Run OR n:User) DELETE n"


@pytest.fixture(scope="module", autouse=True)
def many(service: Service) -> Iterator[None]:
    """More plans, runs and accounts than one stretch has."""
    with open_graph(home=service.zhongfu.home) as graph:
        for text in COPIES.values():
            graph.write(text, id=service.plan, many=MANY, prefix="copy")
        yield
        graph.write(GONE, prefix="copy")


def stretches(client: httpx.Client, path: str) -> Iterator[tuple[str, list[str]]]:
    """Address and rows of each stretch of a list, one after another by the links."""
    address: str | None = f"/{path}"
    while address:
        text = client.get(address).raise_for_status().text
        yield address, re.findall(rf'<tr><th scope="row"><a href="/{path}/(\w+)"', text)
        older = re.search(r'<a href="([^"]*)" rel="next">', text)
        address = html.unescape(older[1]) if older else None


LISTS = [("plans", "mei"), ("runs", "lan"), ("users", "root")]


@pytest.mark.parametrize(("path", "name"), LISTS)
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


@pytest.mark.parametrize(("path", "name"), LISTS)
def test_the_address_of_a_stretch_of_which_nothing_is_left_shows_the_last_one_there_is(
    service: Service, path: str, name: str
) -> None:
    with service.client(name) as client, open_graph(home=service.zhongfu.home) as graph:
        graph.write(COPIES[path], id=service.plan, many=60, prefix="zz")
        try:
            *_, (gone, rows) = stretches(client, path)
            assert all(row.startswith("zz") for row in rows)
        finally:
            graph.write(GONE, prefix="zz")
        *_, (address, last) = stretches(client, path)
        assert address != gone
        shown = client.get(gone).text
        assert re.findall(rf'<tr><th scope="row"><a href="/{path}/(\w+)"', shown) == last
        assert 'rel="next"' not in shown
        assert f'<a href="/{path}">' in shown.partition("</table>")[2]


@pytest.mark.parametrize(("path", "name"), LISTS)
@pytest.mark.parametrize(
    ("language", "said", "first"),
    [
        ("en", "The address of this part of the list was cut off or changed.", "First part of the list"),
        ("zh", "列表分页的地址不完整或有改动。", "列表的第一部分"),
    ],
)
def test_a_damaged_address_of_a_stretch_is_told_to_people_with_the_way_to_the_first(
    service: Service, path: str, name: str, language: str, said: str, first: str
) -> None:
    with service.client(name) as client:
        client.cookies["lang"] = language
        _, (address, _), *_ = stretches(client, path)
        of_another = address.replace(f"/{path}", "/runs" if path != "runs" else "/plans")
        for damaged in (address[:-5], f"/{path}?cursor=made-up", of_another):
            answer = client.get(damaged)
            assert (answer.status_code, said in answer.text) == (422, True)
            assert f'<a href="{damaged.partition("?")[0]}">{first}</a>' in answer.text
            assert "cursor" not in answer.text.partition("<main")[2]


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
