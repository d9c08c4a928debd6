"""A form that is sent after its session ended comes back as it was filled in, is not sent by itself, and carries no password."""

import re
from html import escape
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.api.web.conftest import PASSWORD, Service


def sent(client: httpx.Client, path: str, form: dict[str, str], came: str | None = None) -> httpx.Response:
    """A form as a browser sends it from a page of the service, or from elsewhere."""
    return client.post(path, data=form, headers={"Referer": f"{client.base_url}{path}" if came is None else came})


def way(answer: httpx.Response) -> str:
    """Where an answer leads after signing in."""
    asked = urlsplit(answer.headers["location"])
    assert (answer.status_code, asked.path) == (303, "/sign-in")
    return parse_qs(asked.query)["next"][0]


FORMS = [
    ("mei", "/runs", {"region": "蕉城镇", "on": "2026-11-26", "period": "2026-12"}),
    ("root", "/users", {"name": "new.one", "role": "planner", "region": "441427", "password": "quite secret words"}),
    ("root", "/users/lan", {"role": "coordinator", "region": "", "version": "1", "password": "quite secret words"}),
    ("mei", "/plans/{plan}/reject", {"reason": "two <b>villages</b> & one town"}),
]


@pytest.mark.parametrize(("name", "path", "form"), FORMS)
def test_what_was_typed_is_there_again_after_signing_in(
    service: Service, name: str, path: str, form: dict[str, str]
) -> None:
    address = path.format(plan=service.plan)
    with service.client() as client:
        back = way(sent(client, address, form | {"csrf": "of a session that is over"}))
        assert "secret" not in back
        assert "csrf" not in back
        entered = client.post("/sign-in", data={"name": name, "password": PASSWORD, "back": back})
        assert entered.headers["location"] == back
        page = client.get(back)
        assert page.status_code == 200
        assert "Nothing was saved" in page.text
        assert "secret" not in page.text
        for field, value in form.items():
            if field not in {"password", "version", "role"}:
                assert re.search(f'name="{field}"[^>]* value="{re.escape(escape(value))}"', page.text), field
        if "role" in form:
            assert f'<option value="{form["role"]}" selected>' in page.text


def test_a_form_of_the_session_before_this_one_is_shown_again_and_changes_nothing(service: Service) -> None:
    with service.client("mei") as client:
        answer = sent(client, f"/plans/{service.plan}/reject", {"csrf": "of before", "reason": "too late"})
        assert answer.status_code == 303
        assert answer.headers["location"].startswith(f"/plans/{service.plan}/reject?reason=too+late&")
        assert client.get(f"/api/v1/plans/{service.plan}").json()["state"] != "rejected"


@pytest.mark.parametrize("came", ["", "https://elsewhere.example/users", "//elsewhere.example/users"])
def test_what_another_site_sends_is_neither_done_nor_shown_again(service: Service, came: str) -> None:
    form = {"name": "evil", "role": "admin", "csrf": "guessed"}
    with service.client() as client:
        assert way(sent(client, "/users", form, came)) == "/"
    with service.client("root") as client:
        assert sent(client, "/users", form, came).status_code == 403


def test_more_than_an_address_holds_is_let_go(service: Service) -> None:
    with service.client() as client:
        back = way(sent(client, "/runs", {"region": "蕉" * 4000}))
    assert back == "/runs?again=true"
