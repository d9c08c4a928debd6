"""Every page is clean by axe (WCAG 2.2 AA), fits a narrow screen, and can be used from the keyboard alone."""

import secrets

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.api.conftest import COUNTY
from tests.api.web.conftest import Service
from tests.api.web.test_offers import registration
from tests.browser.conftest import Opened

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PLACE = f"{COUNTY}000000"


def pages(service: Service) -> dict[str | None, list[str]]:
    with service.client("kind") as client:
        made = client.post("/api/v1/offers", json={"kind": "bathing", "serves": PLACE}).json()["offer"]
        text = f"kind,serves\nflying,{PLACE}\n"
        upload = client.post("/api/v1/uploads", files=[("files", ("offers.csv", text.encode()))]).json()["upload"]
        text += f"bathing,{PLACE}\n"
        written = client.post("/api/v1/uploads", files=[("files", ("offers.csv", text.encode()))]).json()["upload"]
        done = client.post(f"/api/v1/uploads/{written}/write", params={"skip_errors": True}).json()
        assert (done["state"], done["counts"][0]["new"]) == ("written", 1), done
    with service.client() as stranger:
        asked = registration(secrets.randbelow(10**6) + 10**6)
        number = stranger.post("/api/v1/registrations", json=asked).json()["registration"]
    with service.client("mei") as client:
        run = client.post("/api/v1/runs", json={"on": "2026-11-20"}).json()["run"]
    return {
        None: ["/sign-in", "/register", f"/register/{number}"],
        "mei": [
            "/",
            "/runs",
            f"/runs/{run}",
            "/plans",
            f"/plans/{service.plan}",
            f"/plans/{service.plan}/publish",
            f"/plans/{service.plan}/reject",
            "/gaps",
            "/registrations",
            "/offers",
            "/uploads",
            "/account",
            "/nothing",
        ],
        "lan": ["/gaps", f"/gaps?region={COUNTY}&level=village&measure=needs"],
        "kind": [
            "/",
            "/offers",
            "/offers/new",
            f"/offers/{made}",
            f"/offers/{made}/use",
            f"/offers/{made}/withdraw",
            "/uploads",
            f"/uploads/{upload}",
            f"/uploads/{written}",
        ],
        "root": ["/", "/users", "/users/mei"],
    }


@pytest.mark.parametrize("language", ["en", "zh"])
def test_axe_finds_nothing_and_no_page_is_wider_than_its_screen(
    opened: Opened, service: Service, language: str
) -> None:
    faults, wide = {}, []
    for name, paths in pages(service).items():
        reader, narrow = opened(language), opened(language, width=320, height=600)  # 1280 at 400%
        for each in (reader, narrow):
            if name:
                each.enter(name)
        for path in paths:
            reader.open(path)
            found = Axe().run(reader.page, options=RULES).response["violations"]
            if found:
                faults[name, path] = [
                    (rule["id"], [node["html"][:120] for node in rule["nodes"][:2]]) for rule in found
                ]
            narrow.open(path)
            width = narrow.page.evaluate("document.documentElement.scrollWidth")
            if width > 320:
                wide.append((name, path, width))
            if path == "/nothing":
                for each in (reader, narrow):
                    each.refused(404)
    assert faults == {}
    assert wide == []


def test_a_keyboard_is_enough_to_sign_in_and_reach_every_page(opened: Opened) -> None:
    reader = opened()
    reader.open("/sign-in")
    keys = reader.page.keyboard
    reader.page.locator("#name:focus").wait_for()  # a page takes its focus a moment after it is loaded
    keys.type("mei")
    keys.press("Tab")
    keys.type("several plain words")
    keys.press("Enter")
    reader.page.wait_for_url(lambda address: "/sign-in" not in address)
    keys.press("Tab")
    assert reader.page.evaluate("document.activeElement.className") == "skip"
    seen = set()
    for _ in range(12):
        keys.press("Tab")
        seen.add(reader.page.evaluate("document.activeElement.getAttribute('href')"))
    assert {"/", "/runs", "/plans", "/gaps", "/uploads"} <= seen
