"""Runs are asked for by the names of places; a plan is decided on a page that says first what the decision changes."""

import re
from collections.abc import Iterator

import httpx
import pytest

from tests.api.web.conftest import Service


def text(answer: httpx.Response) -> str:
    """What a page says, its tags left out."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.text.split("<main")[1]))


@pytest.fixture(scope="module")
def mei(service: Service) -> Iterator[httpx.Client]:
    """The coordinator of the county."""
    with service.client("mei") as client:
        yield client


@pytest.fixture(scope="module")
def draft(service: Service) -> str:
    """A draft of its own, so that what is decided of it touches no other test."""
    return service.draft(on="2026-11-25")


def sent(client: httpx.Client, path: str, **given: str) -> httpx.Response:
    return client.post(path, data={"csrf": client.headers["X-CSRF-Token"]} | given)


def test_a_run_is_asked_for_by_the_name_of_its_region(mei: httpx.Client) -> None:
    answer = sent(mei, "/runs", region="蕉城镇", on="2026-11-26")
    assert answer.status_code == 303, text(answer)
    run = mei.get(f"/api/v1{answer.headers['location']}").json()
    assert (run["scope"], run["scope_name"]) == ("441427100000", "蕉城镇")
    sent(mei, f"{answer.headers['location']}/cancel")


@pytest.mark.parametrize(
    ("given", "status", "says"),
    [
        ({"region": "nowhere at all"}, 422, "no region that was loaded"),
        ({"region": "441400"}, 422, "lies outside"),
        ({"period": "2028-01", "on": "2026-11-26"}, 422, "more than twelve months"),
        ({"period": "2025-10", "on": "2026-11-26"}, 422, "more than twelve months"),
    ],
)
def test_a_run_for_a_place_or_a_period_that_is_hardly_meant_is_refused(
    mei: httpx.Client, given: dict[str, str], status: int, says: str
) -> None:
    before = len(mei.get("/api/v1/runs?limit=200").json()["items"])
    answer = sent(mei, "/runs", **given)
    assert (answer.status_code, says in text(answer)) == (status, True), text(answer)
    for name, value in given.items():
        assert f'name="{name}"' in answer.text
        assert f'value="{value}"' in answer.text
    assert len(mei.get("/api/v1/runs?limit=200").json()["items"]) == before


@pytest.mark.parametrize(("period", "status"), [("2025-11", 202), ("2027-11", 202), ("2025-10", 422), ("2027-12", 422)])
def test_a_period_is_at_most_twelve_months_from_the_day(mei: httpx.Client, period: str, status: int) -> None:
    answer = mei.post("/api/v1/runs", json={"on": "2026-11-26", "period": period})
    assert answer.status_code == status, answer.text
    if status == 202:
        mei.post(f"/api/v1/runs/{answer.json()['run']}/cancel")
    else:
        assert answer.json()["code"] == "period_far"


def test_what_publishing_changes_is_said_before_and_looking_changes_nothing(mei: httpx.Client, draft: str) -> None:
    plan = mei.get(f"/api/v1/plans/{draft}").json()
    shown = mei.get(f"/plans/{draft}")
    assert f'href="/plans/{draft}/publish"' in shown.text
    page = mei.get(f"/plans/{draft}/publish")
    assert page.status_code == 200
    met = plan["certificate"]["served"]["red"]["needs"]
    holds = {each["id"] for each in mei.get("/api/v1/plans?limit=200").json()["items"] if each["state"] == "published"}
    if not holds:
        assert "this is the first plan there" in text(page)
        assert re.search(rf"red needs met 0 {met} \+{met} ", text(page))
        assert "Real towns covered 0 8 +8" in text(page)
    assert all(f'href="/plans/{each}"' in page.text for each in holds)
    assert mei.get(f"/api/v1/plans/{draft}").json() == plan


def test_a_plan_of_one_village_tells_what_its_certificate_does(service: Service) -> None:
    with service.client("all") as client:
        village = client.get("/api/v1/households").json()["items"][0]["village"]
        plan = service.draft(region=village, on="2026-11-27")
        covered = client.get(f"/api/v1/plans/{plan}").json()["certificate"]["covered"]
        assert (covered["villages"], covered["households"] > 0) == (1, True)
        publish = text(client.get(f"/plans/{plan}/publish"))
        assert re.search(r"Real villages covered \d+ 1 ", publish)
        assert re.search(rf"Households with a responsible worker \d+ {covered['households']} ", publish)
        where = client.get(f"/plans/{plan}").text.split('id="where"')[1].split("</section>")[0]
        assert re.search(r'data-label="Villages covered">1 / 1<', where)
        wider = client.get(f"/plans/{service.plan}", params={"region": village})
        assert re.search(r'data-label="Villages covered">\d+ / \d+<', wider.text)


def test_publishing_warns_of_a_day_that_is_far_from_today(mei: httpx.Client, service: Service) -> None:
    plan = service.draft(on="2199-12-30")
    page = text(mei.get(f"/plans/{plan}/publish"))
    assert re.search(r"Made for the day 2199-12-30\. That is far from today", page)


def test_a_plan_is_rejected_for_a_reason_which_its_page_shows_with_what_to_do_next(
    mei: httpx.Client, draft: str
) -> None:
    assert "What is published now stays" in text(mei.get(f"/plans/{draft}/reject"))
    for reason in ("", "   "):
        blank = sent(mei, f"/plans/{draft}/reject", reason=reason)
        assert (blank.status_code, "Say what is wrong with it" in text(blank)) == (422, True)
        assert mei.get(f"/api/v1/plans/{draft}").json()["state"] == "draft"
    done = sent(mei, f"/plans/{draft}/reject", reason="  蕉城镇的志愿者本月请假 ")
    assert (done.status_code, done.headers["location"]) == (303, f"/plans/{draft}")
    assert mei.get(f"/api/v1/plans/{draft}").json()["decision"] == "蕉城镇的志愿者本月请假"
    shown = mei.get(f"/plans/{draft}")
    assert "“蕉城镇的志愿者本月请假”" in text(shown)
    assert "match another day or period" in text(shown)
    assert f'href="/plans/{draft}/publish"' not in shown.text
    for path in (f"/plans/{draft}/publish", f"/plans/{draft}/reject"):
        again = mei.get(path)
        assert (again.status_code, again.headers["location"]) == (303, f"/plans/{draft}")


def test_who_decides_nothing_is_asked_nothing(service: Service) -> None:
    with service.client("lan") as client:
        for path in (f"/plans/{service.plan}/publish", f"/plans/{service.plan}/reject"):
            assert client.get(path).status_code == 403
    with service.client("far") as client:
        for path in (f"/plans/{service.plan}/publish", f"/plans/{service.plan}/reject"):
            assert client.get(path).status_code == 403
