"""A key may be any text: whatever stands in it, its address is given, leads to it, and to it alone."""

import csv
import html
import io
import re
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest
from starlette.convertors import CONVERTOR_TYPES

from api.addresses import part, quoted
from tests.api.conftest import COUNTY
from tests.api.web.conftest import Service
from tests.api.web.test_uploads import sent

PLACE = f"{COUNTY}000000"
KEYS = ("机构甲", "A/B&C/use", "50%2F?#x", "..", "~.")


def loaded(client: httpx.Client, sample: Path, table: str, **cells: str) -> None:
    """Send a table of one row: the first of the sample with some cells changed."""
    with (sample / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        row = next(csv.DictReader(file)) | cells
    out = io.StringIO()
    writer = csv.DictWriter(out, row)
    writer.writeheader()
    writer.writerow(row)
    path = sent(client, (f"{table}.csv", out.getvalue())).headers["location"]
    done = client.post(f"{path}/write")
    assert (done.status_code, done.json()["state"]) == (200, "written"), (done.text, client.get(path).text)


@pytest.fixture(scope="module", params=KEYS, ids=["Chinese", "slash", "marks", "dots", "tilde"])
def key(request: pytest.FixtureRequest, service: Service, sample: Path) -> str:
    """The key of an organisation, of an offer of it and of a household."""
    with service.client("mei") as client:
        named = {"organization": request.param, "name": request.param}
        loaded(client, sample, "organizations", **named, credit_code="", region=PLACE)
        given = {"kind": "bathing", "capacity": "5", "fund": "", "place": "", "serves": PLACE}
        loaded(client, sample, "offers", offer=request.param, organization=request.param, **given)
        loaded(client, sample, "households", household=request.param)
    return str(request.param)


def test_what_has_any_key_is_shown_at_its_address(service: Service, key: str) -> None:
    with service.client("mei") as client:
        for table in ("organization", "offer", "household"):
            answer = client.get(f"/api/v1/{table}s/{part(key)}")
            assert (answer.status_code, answer.json().get(table)) == (200, key), answer.text


def test_an_offer_of_any_key_is_changed_and_withdrawn_at_its_address(service: Service, key: str) -> None:
    with service.client("mei") as client:
        given = {"kind": "bathing", "serves": PLACE, "organization": key}
        made = client.post("/api/v1/offers", json=given)
        assert made.status_code == 201, made.text
        path = made.headers["location"]
        assert client.get(path).json()["offer"] == made.json()["offer"]
        changed = client.patch(path, json={"capacity": "3"}, headers={"If-Match": '"1"'})
        assert (changed.status_code, changed.json()["capacity"]) == (200, 3)
        paused = client.post(f"{path}/pause", json={"paused": True}, headers={"If-Match": '"2"'})
        assert paused.json()["paused"]
        assert client.get(f"{path}/use").json() == []
        assert client.get(f"{path}/reach").status_code == 200
        assert client.delete(path, headers={"If-Match": '"3"'}).status_code == 204
        assert client.get(path).json()["code"] == "offer_unknown"


def test_the_links_of_pages_lead_to_what_has_any_key(service: Service, key: str) -> None:
    with service.client("mei") as client:
        client.cookies["lang"] = "en"
        spelt = part(key)
        listed = client.get("/offers", params={"organization": key}).text
        links = {html.unescape(each) for each in re.findall(r'(?:href|action)="(/offers/[^"]*)"', listed)}
        assert links == {f"/offers/{spelt}", f"/offers/{spelt}/pause", f"/offers/{spelt}/withdraw"} | {
            f"/offers/new?organization={quoted(key)}"
        }
        for path in links - {f"/offers/{spelt}/pause"}:
            assert client.get(path).status_code == 200, path
        mark = {"csrf": client.headers["X-CSRF-Token"]}
        version = client.get(f"/api/v1/offers/{spelt}").json()["version"]
        paused = client.post(f"/offers/{spelt}/pause", data=mark | {"version": version, "paused": "false"})
        assert (paused.status_code, paused.headers["location"]) == (303, f"/offers?organization={quoted(key)}")
        assert client.get(paused.headers["location"]).text.count("/withdraw") == 1


def test_a_stranger_who_signs_in_comes_back_to_any_key(service: Service, key: str) -> None:
    path = f"/offers/{part(key)}"
    with service.client() as stranger, service.client("mei") as mei:
        asked = stranger.get(path)
        assert asked.status_code == 303
        way = httpx.URL(asked.headers["location"]).params["next"]
        assert mei.get(way).text.count(html.escape(key)) == mei.get(path).text.count(html.escape(key)) > 0


def test_a_way_to_an_offer_that_carries_more_shows_it_as_it_stands(service: Service, key: str) -> None:
    with service.client("mei") as client:
        page = client.get(f"/offers/{part(key)}", params={"from": "mail"})
        assert page.status_code == 200
        assert re.search(r'id="capacity"[^>]*value="5"', page.text)


@pytest.mark.parametrize("key", [".", "..", "~.", "~..", "~~.", "...", ".a", "~", "~a.", "%2E", "a b"])
def test_every_key_has_an_address_of_its_own_that_clients_leave_as_it_is(key: str) -> None:
    others = {".", "..", "~.", "~..", "~~.", "...", ".a", "~", "~a.", "%2E", "a b"} - {key}
    assert httpx.URL(f"https://here/offers/{part(key)}/use").raw_path.decode() == f"/offers/{part(key)}/use"
    assert urljoin("https://here/", f"/offers/{part(key)}/use") == f"https://here/offers/{part(key)}/use"
    assert part(key) not in {part(other) for other in others}
    assert CONVERTOR_TYPES["key"].convert(part(key)) == key
