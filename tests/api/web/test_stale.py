"""Whoever asks something of what another changed meanwhile sees how that stands now, and may ask it still."""

import html
import re
from uuid import uuid4

import httpx
import pytest

from tests.api.web.conftest import PASSWORD, Service
from tests.api.web.test_offers import made


def sent(client: httpx.Client, path: str, **given: str) -> httpx.Response:
    return client.post(path, data={"csrf": client.headers["X-CSRF-Token"]} | given)


def form_in(page: httpx.Response, path: str) -> dict[str, str]:
    """The fields of the form that a page sends to an address."""
    [found] = re.findall(rf'<form method="post" action="{path}">(.*?)</form>', page.text, re.DOTALL)
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', found))


@pytest.mark.parametrize(
    ("path", "given", "en", "zh"),
    [
        ("pause", {"paused": "true"}, "Pause it still", "仍要暂停"),
        ("pause", {"paused": "false"}, "Let it go on still", "仍要恢复"),
        ("withdraw", {}, "Withdraw it still", "仍要撤回"),
    ],
)
def test_an_offer_changed_meanwhile_is_shown_as_it_stands_with_what_was_asked(
    service: Service, path: str, given: dict[str, str], en: str, zh: str
) -> None:
    with service.client("kind") as client:
        offer = made(client, capacity="31")["offer"]
        client.patch(f"/api/v1/offers/{offer}", json={"capacity": "4321"}, headers={"If-Match": '"1"'})
        for language, still, units in (("en", en, "4,321 a period"), ("zh", zh, "每期 4,321")):
            client.cookies["lang"] = language
            told = sent(client, f"/offers/{offer}/{path}", version="1", **given)
            assert (told.status_code, still in told.text, units in told.text) == (412, True, True)
            assert f'href="/offers/{offer}"' in told.text
            assert client.get(f"/api/v1/offers/{offer}").json()["version"] == 2
        again = client.post(f"/offers/{offer}/{path}", data=form_in(told, f"/offers/{offer}/{path}"))
        assert again.status_code == 303, html.unescape(again.text)
        now = client.get(f"/api/v1/offers/{offer}")
        if path == "withdraw":
            assert now.status_code == 404
        else:
            assert (now.json()["version"], now.json()["paused"]) == (3, given["paused"] == "true")
            client.delete(f"/api/v1/offers/{offer}", headers={"If-Match": now.headers["etag"]})


@pytest.mark.parametrize(
    ("language", "stands", "still"),
    [("en", "active, planner, 蕉城镇", "Disable it still"), ("zh", "在用，规划员，蕉城镇", "仍要停用")],
)
def test_an_account_changed_meanwhile_is_shown_as_it_stands_and_may_be_disabled_still(
    service: Service, language: str, stands: str, still: str
) -> None:
    name = f"stale.{uuid4().hex[:8]}"
    with service.client("root") as client:
        client.cookies["lang"] = language
        new = {"name": name, "role": "coordinator", "password": PASSWORD}
        assert client.post("/api/v1/users", json=new).status_code == 201
        change = {"role": "planner", "region": "441427100000"}
        client.patch(f"/api/v1/users/{name}", json=change, headers={"If-Match": '"1"'})
        told = sent(client, f"/users/{name}/state", state="disabled", version="1")
        assert (told.status_code, stands in told.text, still in told.text) == (412, True, True), told.text
        assert client.get(f"/api/v1/users/{name}").json()["state"] == "active"
        given = form_in(told, f"/users/{name}/state")
        assert client.post(f"/users/{name}/state", data=given).status_code == 303
        assert client.get(f"/api/v1/users/{name}").json()["state"] == "disabled"
        late = sent(client, f"/users/{name}/state", state="disabled", version="2")
        assert (late.status_code, still in late.text) == (412, False), "it is so already"
