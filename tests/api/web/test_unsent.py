"""A form that is sent after its session ended comes back as it was filled in, is not sent by itself, and carries no password."""

import re
from html import escape
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.api.web.conftest import PASSWORD, Service
from tests.api.web.test_offers import registration
from tests.api.web.test_rights import ROUTES


def sent(client: httpx.Client, path: str, form: dict[str, str], came: str | None = None) -> httpx.Response:
    """A form as a browser sends it from a page of the service, or from elsewhere."""
    return client.post(path, data=form, headers={"Referer": f"{client.base_url}{path}" if came is None else came})


def way(answer: httpx.Response) -> str:
    """Where an answer leads after signing in."""
    asked = urlsplit(answer.headers["location"])
    assert (answer.status_code, asked.path) == (303, "/sign-in")
    return parse_qs(asked.query)["next"][0]


@pytest.fixture(scope="module")
def waiting(service: Service) -> str:
    """A registration that waits."""
    with service.client() as stranger:
        made = stranger.post("/api/v1/registrations", json=registration(41))
    assert made.status_code == 201, made.text
    return str(made.json()["registration"])


@pytest.fixture(scope="module")
def draft(service: Service) -> str:
    """A plan that waits to be decided, whatever other tests published."""
    return service.draft(on="2026-11-19")


FORMS = [
    ("mei", "/runs", {"region": "蕉城镇", "on": "2026-11-26", "period": "2026-12"}),
    ("root", "/users", {"name": "new.one", "role": "planner", "region": "441427", "password": "quite secret words"}),
    ("root", "/users/lan", {"role": "coordinator", "region": "", "version": "1", "password": "quite secret words"}),
    ("mei", "/plans/{plan}/reject", {"reason": "two <b>villages</b> & one town"}),
    ("mei", "/registrations/{registration}/refuse", {"reason": "two <b>papers</b> & one seal"}),
]


@pytest.mark.parametrize(("name", "path", "form"), FORMS)
def test_what_was_typed_is_there_again_after_signing_in(
    service: Service, waiting: str, draft: str, name: str, path: str, form: dict[str, str]
) -> None:
    address = path.format(plan=draft, registration=waiting)
    with service.client() as client:
        back = way(sent(client, address, form | {"csrf": "of a session that is over"}))
        assert "secret" not in back
        assert "csrf" not in back
        entered = client.post("/sign-in", data={"name": name, "password": PASSWORD, "back": back})
        assert entered.headers["location"] == back
        page = client.get(back)
        assert page.status_code == 200
        assert "The form is filled in as you had it" in page.text
        assert "secret" not in page.text
        for field, value in form.items():
            if field not in {"password", "role"}:
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
        assert way(sent(client, "/users", form, came)) == "/?again=plain"
    with service.client("root") as client:
        assert sent(client, "/users", form, came).status_code == 403


def test_more_than_an_address_holds_is_let_go(service: Service) -> None:
    with service.client() as client:
        back = way(sent(client, "/runs", {"region": "蕉" * 4000}))
    assert back == "/runs?again=plain"


def test_what_was_typed_at_a_version_is_sent_again_as_of_that_version(service: Service) -> None:
    service.zhongfu("user", "add", "moved", "--role", "planner", ZHONGFU_USER_PASSWORD=PASSWORD)
    with service.client() as client:
        back = way(sent(client, "/users/moved", {"role": "coordinator", "region": "", "version": "1"}))
    with service.client("root") as root:
        new = root.patch("/api/v1/users/moved", json={"region": "441427"}, headers={"If-Match": '"1"'})
        assert new.status_code == 200, new.text
        page = root.get(back).text
        assert 'name="version" value="1"' in page
        form = {"csrf": root.headers["X-CSRF-Token"], "role": "coordinator", "region": "", "version": "1"}
        stale = sent(root, "/users/moved", form)
        assert stale.status_code == 412
        assert 'name="version" value="2"' in stale.text
        assert re.findall(r'class="newer">([^<]*)<', stale.text) == ["Now stored: planner", "Now stored: 蕉岭县"]
        assert 'value="coordinator" selected' in stale.text
        assert sent(root, "/users/moved", form | {"version": "2"}).status_code == 303


def test_a_refusal_that_was_wrong_leads_back_to_the_list_that_it_stands_in(service: Service, waiting: str) -> None:
    address = f"/registrations/{waiting}/refuse"
    with service.client("mei") as client:
        wrong = sent(client, address, {"csrf": client.headers["X-CSRF-Token"], "reason": " "})
        assert wrong.status_code == 422
        answer = sent(client, address, {"csrf": "of before", "reason": "no seal"}, came=f"{client.base_url}{address}")
        assert answer.headers["location"] == f"/registrations?registration={waiting}&reason=no+seal&again=filled"
        page = client.get(answer.headers["location"])
        assert page.status_code == 200
        assert 'value="no seal"' in page.text
        assert "aria-invalid" not in page.text


@pytest.mark.parametrize(
    ("path", "page"),
    [("/users/lan/state", "/users"), ("/plans/{plan}/approve", "/plans/{plan}"), ("/uploads", "/uploads")],
)
def test_what_fills_in_nothing_is_not_said_to_be_filled_in(service: Service, path: str, page: str) -> None:
    form = {"state": "disabled", "version": "1"}
    with service.client() as client:
        back = way(
            sent(client, path.format(plan=service.plan), form, f"{client.base_url}{page.format(plan=service.plan)}")
        )
        assert back == page.format(plan=service.plan) + "?again=plain"
        entry = client.get("/sign-in", params={"next": back}).text
    assert "was not saved" in entry
    assert "as you had filled it in" not in entry
    with service.client("root" if page == "/users" else "mei") as client:
        shown = client.get(back)
        assert shown.status_code == 200
        assert "Nothing was saved" in shown.text
        assert "filled in" not in shown.text


def test_signing_out_of_a_session_that_is_over_is_not_called_unsaved(service: Service) -> None:
    with service.client() as client:
        back = way(sent(client, "/sign-out", {"csrf": "of a session that is over"}, f"{client.base_url}/users"))
        assert back == "/"
        assert "not saved" not in client.get("/sign-in", params={"next": back}).text


POSTED = [path for method, path, _ in ROUTES if method == "POST" and not path.startswith("/api/")]


@pytest.mark.parametrize("path", POSTED)
def test_the_language_of_what_answers_a_form_is_changed_on_a_page_that_is_there(
    service: Service, waiting: str, path: str
) -> None:
    known = path.replace("{plan}", service.plan).replace("{registration}", waiting).replace("{name}", "lan")
    with service.client("root" if path.startswith("/users") else "mei") as client:
        answer = client.post(known, data={"csrf": "guessed"})
        assert answer.status_code in {401, 403, 422}
        [back] = re.findall(r'href="(/language/[^"]*)"', answer.text)
        assert client.get(client.get(back).headers["location"]).status_code != 405, back


def test_a_long_address_leads_home_after_signing_in(service: Service) -> None:
    long = "/gaps?find=" + "x" * 9000
    with service.client() as client:
        asked = client.get(long)
        assert way(asked) == "/"
        entered = client.post("/sign-in", data={"name": "mei", "password": PASSWORD, "back": long})
        assert (entered.status_code, entered.headers["location"]) == (303, "/")
