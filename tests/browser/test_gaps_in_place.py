"""The page of gaps changes in place: its address says its state, the newest choice wins, and villages are on the map."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Route, expect

from tests.api.conftest import COUNTY
from tests.browser.conftest import Opened, Reader

VILLAGES = f"/gaps?region={COUNTY}&level=village"


@pytest.fixture
def planner(opened: Opened) -> Reader:
    """A planner at the villages of the county; the page is loaded this once."""
    reader = opened("en")
    reader.enter("lan")
    reader.open(VILLAGES)
    reader.page.evaluate("window.loadedOnce = true")
    return reader


def asked(reader: Reader) -> dict[str, str]:
    """What the address asks for."""
    return {name: values[0] for name, values in parse_qs(urlsplit(reader.page.url).query).items()}


def in_place(reader: Reader) -> bool:
    return bool(reader.page.evaluate("window.loadedOnce === true"))


def test_what_is_typed_is_searched_and_going_back_brings_back_what_was_there(planner: Reader) -> None:
    page = planner.page
    every = page.locator(".sorted tbody tr").count()
    page.fill("#find", "新")
    page.wait_for_url("**find=*")
    expect(page.locator("#find")).to_be_focused()
    assert 0 < page.locator(".sorted tbody tr").count() < every
    page.go_back()
    expect(page.locator("#find")).to_have_value("")
    expect(page.locator(".sorted tbody tr")).to_have_count(every)
    assert "find" not in asked(planner)
    assert in_place(planner)


def test_what_was_typed_a_moment_ago_goes_along_with_the_order_that_is_chosen(planner: Reader) -> None:
    page = planner.page
    page.fill("#find", "新")
    page.click("#sort-needs")
    page.wait_for_url("**sort=needs**")
    assert (asked(planner)["find"], asked(planner)["sort"]) == ("新", "needs")
    expect(page.locator("#sort-needs")).to_be_focused()
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("Needs met")
    assert in_place(planner)


def test_needs_of_one_kind_are_chosen_in_place_and_a_measure_takes_their_place(planner: Reader) -> None:
    page = planner.page
    page.click("#level-town")
    page.wait_for_url("**level=town**")
    page.select_option("#kind", "visiting")
    page.wait_for_url("**kind=visiting**")
    expect(page.locator("#kind")).to_be_focused()
    expect(page.locator("#kind")).to_have_value("visiting")
    expect(page.locator("#sort-kind")).to_contain_text("Needs met: ")
    page.click("#by-needs")
    page.wait_for_url("**measure=needs**")
    assert "kind" not in asked(planner)
    expect(page.locator("#kind")).to_have_value("")
    expect(page.locator("#sort-kind")).to_have_count(0)
    assert in_place(planner)


def test_a_late_answer_never_takes_the_place_of_a_newer_one(planner: Reader) -> None:
    page = planner.page
    held: list[Route] = []
    page.route("**/gaps?*sort=villages*", lambda route: held.append(route))
    with page.expect_request("**/gaps?*sort=villages*"):
        page.click("#sort-villages")
    page.click("#sort-households")
    page.wait_for_url("**sort=households**")
    assert len(held) == 1
    held[0].continue_()
    page.wait_for_timeout(500)
    assert asked(planner)["sort"] == "households"
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("Households with a worker")
    assert in_place(planner)


def test_villages_are_drawn_over_the_towns_and_the_one_pointed_at_is_named(planner: Reader) -> None:
    page = planner.page
    page.click("#level-town")
    canvas = page.locator(".ground canvas")
    expect(canvas).to_be_attached()
    found = page.evaluate(
        """() => {
          const canvas = document.querySelector(".ground canvas");
          const seen = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
          const box = canvas.getBoundingClientRect();
          for (let at = 3; at < seen.length; at += 4) {
            if (seen[at] < 255) continue;
            const pixel = (at - 3) / 4;
            const x = box.left + ((pixel % canvas.width) / canvas.width) * box.width;
            const y = box.top + (Math.floor(pixel / canvas.width) / canvas.height) * box.height;
            if (y > 0 && y < innerHeight) return [x + 1, y + 1];
          }
        }"""
    )
    assert found is not None
    with page.expect_response("**/gaps/map/names**"):
        page.mouse.move(*found)
    named = page.locator(".named")
    for step in range(1, 100):  # whatever time the names take to be read
        page.mouse.move(found[0] + step % 2, found[1])
        if any("镇 " in text for text in named.all_text_contents()):
            break
        page.wait_for_timeout(100)
    expect(named).to_contain_text("镇 ")
    assert in_place(planner)


def test_a_region_is_opened_from_the_map_by_the_keyboard(planner: Reader) -> None:
    page = planner.page
    page.click("#level-town")
    page.wait_for_selector(".ground canvas", state="attached")
    town = page.locator(".ground svg a").first
    town.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**region={COUNTY}1*")
    expect(page.locator("h1")).to_be_focused()
    assert in_place(planner)
