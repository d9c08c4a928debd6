"""A form that was saved saves nothing else in silence: what differs, or is there already, is said before anything is written."""

import html
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.api.web.conftest import Service
from tests.api.web.test_offers import PLACE


@pytest.fixture
def kind(service: Service) -> Iterator[httpx.Client]:
    with service.client("kind") as client:
        client.cookies["lang"] = "en"
        before = offers(client)
        yield client
        for key in offers(client).keys() - before.keys():
            version = client.get(f"/api/v1/offers/{key}").headers["etag"]
            client.delete(f"/api/v1/offers/{key}", headers={"If-Match": version})


def form(client: httpx.Client, **given: str) -> dict[str, str]:
    cells = {"kind": "bathing", "serves": PLACE, "capacity": str(int(uuid4().hex[:6], 16))}
    return cells | {"csrf": client.headers["X-CSRF-Token"], "once": uuid4().hex} | given


def offers(client: httpx.Client) -> dict[str, Any]:
    return {each["offer"]: each for each in client.get("/api/v1/offers?limit=200").json()["items"]}


def test_the_form_of_an_offer_sent_again_with_something_else_says_so_and_saves_it_when_sent_once_more(
    kind: httpx.Client,
) -> None:
    sent, before = form(kind), offers(kind)
    assert kind.post("/offers/new", data=sent).status_code == 303
    [made] = offers(kind).keys() - before.keys()
    assert kind.post("/offers/new", data=sent).status_code == 303, "the very same is saved already"
    other = sent | {"capacity": "77777", "min_age": "61"}
    told = kind.post("/offers/new", data=other)
    assert told.status_code == 409
    assert f"This form was saved before, as {made}" in html.unescape(told.text)
    assert all(f'value="{typed}"' in told.text for typed in ("77777", "61"))
    assert offers(kind).keys() - before.keys() == {made}
    [once] = re.findall(r'name="once" value="(\w+)"', told.text)
    assert kind.post("/offers/new", data=other | {"once": once}).status_code == 303
    capacities = {offers(kind)[each]["capacity"] for each in offers(kind).keys() - before.keys()}
    assert capacities == {77777, int(sent["capacity"])}


def test_the_form_of_an_offer_that_was_withdrawn_since_brings_nothing_back_in_silence(kind: httpx.Client) -> None:
    sent, before = form(kind), offers(kind)
    kind.post("/offers/new", data=sent)
    [made] = offers(kind).keys() - before.keys()
    assert kind.delete(f"/api/v1/offers/{made}", headers={"If-Match": '"1"'}).status_code == 204
    assert kind.post("/offers/new", data=sent).status_code == 409
    assert offers(kind).keys() == before.keys()


def test_an_offer_that_stands_already_is_made_a_second_time_once_that_is_read(kind: httpx.Client) -> None:
    sent, before = form(kind), offers(kind)
    kind.post("/offers/new", data=sent)
    [made] = offers(kind).keys() - before.keys()
    again = sent | {"once": uuid4().hex}
    for language, said in (("en", "Such an offer stands already"), ("zh", "已有相同的供给")):
        kind.cookies["lang"] = language
        told = kind.post("/offers/new", data=again)
        assert (told.status_code, said in told.text) == (409, True)
        assert f'href="/offers/{made}"' in told.text
    assert len(offers(kind)) == len(before) + 1
    [seen] = re.findall(r'name="seen" value="(\w+)"', told.text)
    for _ in range(2):  # a double click
        assert kind.post("/offers/new", data=again | {"seen": seen}).status_code == 303
    assert len(offers(kind)) == len(before) + 2


def test_the_form_of_a_run_sent_again_with_something_else_says_so_and_puts_nothing_in_line(service: Service) -> None:
    with service.client("mei") as mei:
        mei.cookies["lang"] = "en"
        sent = {"csrf": mei.headers["X-CSRF-Token"], "once": uuid4().hex, "on": "2026-11-29"}
        run = mei.post("/runs", data=sent).headers["location"]
        many = len(mei.get("/api/v1/runs?limit=200").json()["items"])
        told = mei.post("/runs", data=sent | {"on": "2026-11-30"})
        assert told.status_code == 422
        assert f"This form was saved before, as {run.rsplit('/', 1)[1]}" in html.unescape(told.text)
        assert 'value="2026-11-30"' in told.text
        assert len(mei.get("/api/v1/runs?limit=200").json()["items"]) == many
        mei.post(f"/api/v1{run}/cancel")
