"""What browsers and people do beside the straight way: twice, backwards, too late, and two at once."""

from typing import Any

import pytest
from playwright.sync_api import Route

from tests.api.conftest import COUNTY
from tests.api.web.conftest import PASSWORD, Service
from tests.browser.conftest import Opened

PLACE = f"{COUNTY}000000"
OFFER = {"kind": "meal_delivery", "capacity": "5", "serves": PLACE}


def offer(service: Service) -> str:
    with service.client("kind") as client:
        return str(client.post("/api/v1/offers", json=OFFER).json()["offer"])


@pytest.mark.parametrize("script", [True, False])
def test_of_two_who_edit_at_once_the_second_sees_both_versions(opened: Opened, service: Service, script: bool) -> None:
    key = offer(service)
    one, other = opened(script=script), opened(script=script)
    for reader in (one, other):
        reader.enter("kind")
        reader.open(f"/offers/{key}")
    one.page.locator("#capacity").fill("6")
    one.press("Save", "保存")
    one.page.wait_for_url("**/offers")
    other.page.locator("#capacity").fill("7")
    other.press("Save", "保存")
    other.page.wait_for_selector(".newer")
    other.refused(412)
    assert other.page.locator("#capacity").input_value() == "7"
    assert "6" in other.page.locator(".newer").inner_text()
    other.press("Save", "保存")
    other.page.wait_for_url("**/offers")
    with service.client("kind") as client:
        assert client.get(f"/api/v1/offers/{key}").json()["capacity"] == 7


@pytest.mark.parametrize("script", [True, False])
def test_a_session_that_ends_while_a_form_is_filled_in_changes_nothing_and_loses_nothing(
    opened: Opened, service: Service, script: bool
) -> None:
    key = offer(service)
    reader = opened(script=script)
    reader.enter("kind")
    reader.open(f"/offers/{key}")
    reader.page.context.clear_cookies(name="zhongfu_session")
    reader.page.locator("#capacity").fill("8")
    reader.press("Save", "保存")
    reader.page.wait_for_url("**/sign-in*")
    with service.client("kind") as client:
        assert client.get(f"/api/v1/offers/{key}").json()["capacity"] == 5
    reader.page.locator("#name").fill("kind")
    reader.page.locator("#password").fill(PASSWORD)
    reader.page.locator("main form button").click()
    reader.page.wait_for_url(lambda address: "/sign-in" not in address)
    assert "Nothing was saved" in reader.text
    assert reader.page.locator("#capacity").input_value() == "8"
    reader.press("Save", "保存")
    reader.page.wait_for_url("**/offers")
    with service.client("kind") as client:
        assert client.get(f"/api/v1/offers/{key}").json()["capacity"] == 8


@pytest.mark.parametrize(("script", "period"), [(True, "2027-04"), (False, "2027-05")])
def test_a_double_click_publishes_once(opened: Opened, service: Service, script: bool, period: str) -> None:
    plan = service.draft(on="2026-11-20", period=period)
    reader = opened(script=script)
    reader.enter("mei")
    with service.client("mei") as client:

        def publications() -> list[str]:
            return [each["plan"] for each in client.get("/api/v1/publications?limit=200").json()["items"]]

        reader.open(f"/plans/{plan}/publish")
        reader.page.get_by_role("button", name="Publish it", exact=True).dblclick()
        for _ in range(60):
            if plan in publications():
                break
            reader.page.wait_for_timeout(500)
        reader.page.wait_for_timeout(1000)
        reader.open(f"/plans/{plan}")
        assert "published" in reader.text.lower()
        assert publications().count(plan) == 1


@pytest.mark.parametrize("script", [True, False])
def test_a_double_click_writes_once(opened: Opened, service: Service, script: bool) -> None:
    with service.client("kind") as client:
        before = len(client.get("/api/v1/offers?limit=200").json()["items"])
        text = f"kind,capacity,serves\nbathing,{40 + script},{PLACE}\n"
        sent = client.post("/api/v1/uploads", files=[("files", ("offers.csv", text.encode()))]).json()["upload"]
        reader = opened(script=script)
        reader.enter("kind")
        reader.open(f"/uploads/{sent}")
        reader.page.get_by_role("button", name="Write it", exact=True).dblclick()
        for _ in range(60):
            if client.get(f"/api/v1/uploads/{sent}").json()["state"] == "written":
                break
            reader.page.wait_for_timeout(500)
        reader.page.wait_for_timeout(1000)
        reader.open(f"/uploads/{sent}")
        assert client.get(f"/api/v1/uploads/{sent}").json()["counts"][0]["new"] == 1
        assert len(client.get("/api/v1/offers?limit=200").json()["items"]) == before + 1


def test_back_and_reload_after_saving_do_not_save_again(opened: Opened, service: Service) -> None:
    reader = opened()
    reader.enter("kind")
    with service.client("kind") as client:
        reader.open("/offers/new")
        reader.page.locator("#kind").select_option("bathing")
        reader.page.locator("#more").fill("蕉岭县")
        reader.press("Add", "添加")
        reader.page.wait_for_selector(f"input[name=serves][value='{PLACE}']")
        reader.page.locator("#capacity").fill("61")  # as no other offer has, so that none stands already
        reader.press("Save", "保存")
        reader.page.wait_for_url("**/offers")
        many = reader.page.locator("main tbody tr").count()
        reader.page.reload()
        reader.page.go_back()
        reader.page.go_forward()
        reader.page.reload()
        assert reader.page.locator("main tbody tr").count() == many
        assert client.get("/api/v1/offers", params={"limit": 200}).status_code == 200


@pytest.mark.parametrize(
    "how", [{"status": 503}, {"body": "event: fault\ndata: {}\n\n", "content_type": "text/event-stream"}]
)
def test_a_run_whose_events_are_refused_or_broken_off_once_is_followed_to_its_end(
    opened: Opened, service: Service, how: dict[str, Any]
) -> None:
    reader, refused = opened(), []

    def refuse_once(route: Route) -> None:
        if refused:
            route.continue_()
        else:
            refused.append(route.request.url)
            route.fulfill(**how)

    reader.page.route("**/events", refuse_once)
    reader.enter("mei")
    with service.client("mei") as client:
        # behind another one, so that it still waits when its page is opened
        client.post("/api/v1/runs", json={"on": "2026-11-15"})
        run = client.post("/api/v1/runs", json={"on": "2026-11-17" if "status" in how else "2026-11-16"}).json()["run"]
    reader.open(f"/runs/{run}")
    reader.page.wait_for_selector("main a[href^='/plans/']", timeout=120_000)
    assert len(refused) == 1
    if "status" in how:
        reader.refused(503)


def test_names_of_a_place_are_asked_for_by_each_field_and_again_where_the_line_broke(
    opened: Opened, service: Service
) -> None:
    reader, broken = opened(), []

    def break_once(route: Route) -> None:
        if broken:
            route.continue_()
        else:
            broken.append(route.request.url)
            route.abort()

    reader.page.route("**/places?*", break_once)
    reader.enter("kind")
    reader.open("/offers/new")
    with reader.page.expect_event("requestfailed"):
        reader.page.locator("#place").press_sequentially("蕉岭")
    assert len(broken) == 1
    reader.page.locator("#place").press_sequentially(" ")
    reader.page.wait_for_selector("#place-places option", state="attached")
    reader.page.locator("#more").press_sequentially("蕉岭")
    reader.page.wait_for_selector("#more-places option", state="attached")
    reader.wrong[:] = [each for each in reader.wrong if "ERR_FAILED" not in each]
