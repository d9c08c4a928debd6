"""The page of one's own tokens: the secret is shown once, the token does what its form said, and a form sent twice makes one."""

import html
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import httpx
import pytest

from graph.connect import open_graph
from tests.api.web.conftest import PASSWORD, Service

SECRET = re.compile(r"zf_[\w-]{43}")


@pytest.fixture(scope="module")
def owner(service: Service) -> str:
    service.zhongfu("user", "add", "owner", "--role", "planner", ZHONGFU_USER_PASSWORD=PASSWORD)
    return "owner"


@pytest.fixture
def client(service: Service, owner: str) -> Iterator[httpx.Client]:
    with service.client(owner) as entered:
        entered.cookies["lang"] = "en"
        yield entered
        for each in entered.get("/api/v1/tokens?limit=200").json()["items"]:
            entered.delete(f"/api/v1/tokens/{each['token']}")


def form(client: httpx.Client, **given: str) -> dict[str, str]:
    return {"csrf": client.headers["X-CSRF-Token"], "label": "nightly <b>figures</b>", "days": "7"} | given


@pytest.mark.parametrize("writes", [False, True])
def test_a_token_is_made_with_a_secret_that_is_shown_once(service: Service, client: httpx.Client, writes: bool) -> None:
    made = client.post("/account/tokens", data=form(client, **({"writes": "true"} if writes else {})))
    assert (made.status_code, made.headers["cache-control"]) == (200, "no-store")
    [secret] = set(SECRET.findall(made.text))
    [token] = client.get("/api/v1/tokens").json()["items"]
    assert (token["label"], token["writes"]) == ("nightly <b>figures</b>", writes)
    lasts = datetime.fromisoformat(token["expires_at"]) - datetime.fromisoformat(token["began"])
    assert lasts == timedelta(days=7)
    later = client.get("/account").text
    assert SECRET.findall(later) == []
    assert "nightly &lt;b&gt;figures&lt;/b&gt;" in later
    with httpx.Client(base_url=service.address, headers={"Authorization": f"Bearer {secret}"}) as program:
        assert program.get("/api/v1/me").json()["name"] == "owner"
        told = program.post("/account/tokens", data={"label": "more"})
        assert (told.status_code, client.get("/api/v1/tokens").json()["items"]) == (403, [token])


def test_a_form_that_is_sent_twice_makes_one_token(client: httpx.Client) -> None:
    assert client.post("/account/tokens", data=form(client, once="ab12")).status_code == 200
    again = client.post("/account/tokens", data=form(client, once="ab12", label="another"))
    assert again.status_code == 422
    assert "shown then, and is kept nowhere" in again.text
    assert SECRET.findall(again.text) == []
    assert len(client.get("/api/v1/tokens").json()["items"]) == 1


def test_a_token_is_ended_on_the_page_and_that_of_another_is_not(service: Service, client: httpx.Client) -> None:
    secret = SECRET.findall(client.post("/account/tokens", data=form(client)).text)[0]
    [action] = re.findall(r'action="(/account/tokens/\w+/end)"', client.get("/account").text)
    with service.client("lan") as other:
        mark = {"csrf": other.headers["X-CSRF-Token"]}
        assert other.post(action, data=mark).status_code == 404
        assert action not in other.get("/account").text
    assert client.post(action).status_code == 403
    bearer = {"Authorization": f"Bearer {secret}"}
    assert httpx.get(f"{service.address}/api/v1/me", headers=bearer).status_code == 200
    done = client.post(action, data={"csrf": client.headers["X-CSRF-Token"]})
    assert (done.status_code, done.headers["location"]) == (303, "/account")
    assert httpx.get(f"{service.address}/api/v1/me", headers=bearer).status_code == 401


@pytest.mark.parametrize(
    ("wrong", "told"), [({"label": "  "}, 'id="label-wrong"'), ({"days": "367"}, "days"), ({"days": "0"}, "days")]
)
def test_a_token_that_cannot_be_is_refused_at_its_field(client: httpx.Client, wrong: dict[str, str], told: str) -> None:
    answer = client.post("/account/tokens", data=form(client) | wrong)
    assert (answer.status_code, told in answer.text) == (422, True)
    assert client.get("/api/v1/tokens").json()["items"] == []


@pytest.mark.parametrize("blank", ["   ", "\u3000", "\t\n"])
def test_a_token_for_nothing_is_made_neither_by_a_form_nor_by_a_program(client: httpx.Client, blank: str) -> None:
    told = client.post("/api/v1/tokens", json={"label": blank})
    assert (told.status_code, told.json().get("code")) == (422, "label_missing")
    assert [each["field"] for each in told.json()["errors"]] == ["label"]
    assert client.post("/account/tokens", data=form(client, label=blank)).status_code == 422
    assert client.get("/api/v1/tokens").json()["items"] == []
    assert client.post("/api/v1/tokens", json={"label": " nightly "}).json()["label"] == "nightly"


@pytest.mark.parametrize("label", ["a\x00b", "a\u202eb", "a\u200bb"])
def test_a_token_is_for_nothing_that_no_reader_sees(client: httpx.Client, label: str) -> None:
    told = client.post("/api/v1/tokens", json={"label": label})
    assert (told.status_code, told.json()["code"]) == (422, "control_character")
    assert [each["field"] for each in told.json()["errors"]] == ["label"]
    shown = client.post("/account/tokens", data=form(client, label=label))
    assert (shown.status_code, 'id="label-wrong"' in shown.text) == (422, True)
    assert client.get("/api/v1/tokens").json()["items"] == []


def test_tokens_go_on_by_stretches_and_one_that_is_over_is_said_to_be(service: Service, client: httpx.Client) -> None:
    made = client.post("/api/v1/tokens", json={"label": "old"}).json()["token"]
    with open_graph(home=service.zhongfu.home) as graph:
        graph.write("MATCH (t:Token {token: $token}) SET t.expires_at = t.began", token=made)
        graph.write(
            "MATCH (u:User {name: 'owner'}) UNWIND range(1, 60) AS n CREATE (:Token {digest: 'none' + n, token: 'many' + n,"
            " label: 'many', writes: false, began: datetime(), expires_at: datetime() + duration('P1D')})-[:OF_USER]->(u)"
        )
    first = client.get("/account").text
    older = re.search(r'<a href="([^"]*)" rel="next">Older', first)
    assert older
    address = html.unescape(older[1])
    second = client.get(address).text
    tokens = [re.findall(r"<code>(\w+)</code>", text) for text in (first, second)]
    assert (len(tokens[0]), set(tokens[0]) & set(tokens[1])) == (50, set())
    assert {*tokens[0], *tokens[1]} >= {made, *(f"many{number}" for number in range(1, 61))}
    assert "over" in second.split(made)[2 if second.count(made) > 2 else 1].split("</tr>")[0]
    action = re.search(r'action="(/account/tokens/many\d+/end[^"]*)"', second)
    assert action
    done = client.post(html.unescape(action[1]), data={"csrf": client.headers["X-CSRF-Token"]})
    assert done.headers["location"] == address


def test_the_last_token_of_a_second_stretch_that_is_ended_leads_to_the_first(
    service: Service, client: httpx.Client
) -> None:
    with open_graph(home=service.zhongfu.home) as graph:
        graph.write(
            "MATCH (u:User {name: 'owner'}) UNWIND range(1, 51) AS n CREATE (:Token {digest: 'few' + n, token: 'few' + n,"
            " label: 'few', writes: false, began: datetime(), expires_at: datetime() + duration('P1D')})-[:OF_USER]->(u)"
        )
    older = re.search(r'<a href="([^"]*)" rel="next">', client.get("/account").text)
    assert older
    second = client.get(html.unescape(older[1])).text
    [token] = re.findall(r"<code>(few\d+)</code>", second)
    action = re.search(rf'action="(/account/tokens/{token}/end[^"]*)"', second)
    assert action
    done = client.post(html.unescape(action[1]), data={"csrf": client.headers["X-CSRF-Token"]})
    shown = client.get(done.headers["location"]).text
    assert len(re.findall(r"<code>few\d+</code>", shown)) == 50
    assert 'rel="next"' not in shown
