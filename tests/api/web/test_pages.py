"""Pages stand without JavaScript, ask nothing of other sites, and speak both languages."""

import re
from html.parser import HTMLParser

import pytest

from graph.connect import open_graph
from tests.api.conftest import COUNTY
from tests.api.web.conftest import PASSWORD, Service

COVERED = {
    "villages_covered": "Real villages covered",
    "towns_covered": "Real towns covered",
    "households_cared_for": "Households with a responsible worker",
}
ADDRESS = re.compile(r'(?:href|src|action)="([^"]*)"')


class Outline(HTMLParser):
    """Tags that are open, every id, what labels name, and the headings."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.named: list[str] = []
        self.headings: list[int] = []
        self.fields: list[dict[str, str | None]] = []
        self.inline = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self.ids += [held["id"]] if held.get("id") else []
        self.named += [value for name in ("for", "aria-labelledby") if (value := held.get(name))]
        self.headings += [int(tag[1])] if re.fullmatch("h[1-6]", tag) else []
        self.fields += [held] if tag in {"input", "select"} and held.get("type") != "hidden" else []
        self.inline |= tag == "style" or "style" in held or any(name.startswith("on") for name in held)


def pages(service: Service) -> dict[str, list[str]]:
    return {
        "mei": ["/", "/runs", "/plans", f"/plans/{service.plan}", "/gaps", f"/gaps?region={COUNTY}&level=village"],
        "lan": [
            "/",
            "/runs",
            "/plans",
            "/gaps",
            "/gaps?level=county&measure=needs",
            "/gaps?region=441427100000&measure=households",
            "/gaps?region=441427&level=village&sort=needs&order=down&measure=red",
            "/gaps?find=nowhere",
            "/gaps?page=99",
        ],
        "root": ["/", "/users"],
        "kind": ["/"],
    }


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ["mei", "lan", "root", "kind"])
def test_every_page_is_whole_in_both_languages(service: Service, name: str, language: str) -> None:
    with service.client(name) as client:
        client.cookies["lang"] = language
        for path in pages(service)[name]:
            answer = client.get(path)
            assert answer.status_code == 200, (path, answer.text)
            outline = Outline(answer.text)
            assert f'<html lang="{"zh-Hans" if language == "zh" else "en"}">' in answer.text
            assert len(outline.ids) == len(set(outline.ids)), path
            assert set(outline.named) <= set(outline.ids), path
            assert outline.headings[0] == 1, path
            assert all(
                after <= before + 1 for before, after in zip(outline.headings, outline.headings[1:], strict=False)
            )
            assert all(field.get("id") in outline.named for field in outline.fields), path
            assert not outline.inline, path
            assert all(address.startswith(("/", "#")) for address in ADDRESS.findall(answer.text)), path
            chinese = re.search("[一-鿿]", re.sub(r"<[^>]*>", "", answer.text.split("<main")[1]))
            assert (language == "zh") <= bool(chinese)


def test_a_page_says_what_it_may_load(service: Service) -> None:
    with service.client() as client:
        policy = client.get("/sign-in").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_static_files_are_there(service: Service) -> None:
    with service.client() as client:
        for name in ("style.css", "alerts.svg", "icon.svg"):
            assert client.get(f"/static/{name}").status_code == 200


def test_a_form_that_is_refused_comes_back_as_it_was_filled(service: Service) -> None:
    with service.client() as client:
        answer = client.post("/sign-in", data={"name": "mei", "password": "wrong words", "back": "/gaps"})
        assert answer.status_code == 401
        assert 'value="mei"' in answer.text
        assert 'value="/gaps"' in answer.text
        assert "wrong words" not in answer.text
    with service.client("root") as client:
        csrf = client.headers["X-CSRF-Token"]
        given = {"csrf": csrf, "name": "<b>Bad</b>", "role": "planner", "password": PASSWORD, "region": "4414"}
        answer = client.post("/users", data=given)
        assert answer.status_code == 422
        assert 'value="&lt;b&gt;Bad&lt;/b&gt;"' in answer.text
        assert 'value="4414"' in answer.text
        assert PASSWORD not in answer.text


def test_a_fault_is_a_page_with_a_way_on(service: Service) -> None:
    with service.client("mei") as client:
        answer = client.get("/plans/nothing")
        assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
        assert "There is no plan nothing." in answer.text
        assert client.get("/nothing").status_code == 404


def test_a_coordinator_publishes_a_plan_from_its_page_and_it_covers_what_was_said_before(service: Service) -> None:
    """The last of the module, since every other reads the draft."""
    with service.client("mei") as client:
        form = {"csrf": client.headers["X-CSRF-Token"]}
        promised = {
            name: int(re.findall(rf"{text}</th><td[^>]*>[\d,]+</td><td[^>]*>([\d,]+)<", before)[0].replace(",", ""))
            for before in [client.get(f"/plans/{service.plan}/publish").text]
            for name, text in COVERED.items()
        }
        answer = client.post(f"/plans/{service.plan}/publish", data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/plans/{service.plan}")
        shown = client.get(f"/api/v1/plans/{service.plan}").json()
        assert (shown["state"], shown["revision"]) == ("published", 1)
        gaps = client.get("/api/v1/gaps").json()
        assert gaps["revision"] == 1
        assert promised == {name: sum(row[name] for row in gaps["summary"]) for name in COVERED}
        again = client.post(f"/api/v1/plans/{service.plan}/reject", json={"reason": "late"})
        assert (again.status_code, again.json()["code"]) == (409, "plan_decided")


def test_home_counts_every_plan_that_waits_and_shows_the_latest(service: Service) -> None:
    copies = "MATCH (p:Plan {id: $id}) UNWIND range(1, 7) AS n CREATE (q:Plan) SET q = p {.*, id: 'copy' + n, state: 'draft'}"
    with service.client("mei") as client, open_graph(home=service.zhongfu.home) as graph:
        graph.write(copies, id=service.plan)
        try:
            plans = client.get("/api/v1/plans?limit=200").json()["items"]
            page = client.get("/").text
        finally:
            graph.write("MATCH (p:Plan) WHERE p.id STARTS WITH 'copy' DELETE p")
    waiting = [each for each in plans if each["state"] in {"draft", "approved"}]
    assert len(waiting) >= 7
    assert f"{len(waiting)} plans wait for a decision" in page
    assert page.count('<th scope="row"><a href="/plans/') == 5
    assert '<a href="/plans">All plans</a>' in page
    assert "/gaps?measure=needs" not in page
