"""On a phone the rows of tables are cards with every button in sight, and a screen reader still finds a table."""

import pytest
from stdnum.cn import uscc

from tests.api.conftest import COUNTY
from tests.api.web.conftest import PASSWORD, Service
from tests.browser.conftest import Opened

PLACE = f"{COUNTY}000000"
WIDTH = 390
BODY = "53441427000000951"
CARDS = {"mei": ["/registrations", "/plans", "/runs", "/plans/{plan}"], "kind": ["/offers"], "root": ["/users"]}
OUT_OF_SIGHT = """width => [...document.querySelectorAll("main table :is(a, button, input:not([type=hidden]))")]
  .filter(each => each.getClientRects().length && (each.getBoundingClientRect().right > width || each.getBoundingClientRect().left < 0))
  .map(each => each.outerHTML)"""
LABELS = """() => [...document.querySelectorAll("table.cards")].flatMap(table => {
  const heads = [...table.tHead.rows[0].cells].map(each => each.textContent.trim());
  return [...table.tBodies[0].rows].flatMap(row => [...row.cells].filter(cell => cell.dataset.label !== undefined)
    .map(cell => [cell.dataset.label, heads[cell.cellIndex]]));
})"""


@pytest.fixture(scope="module")
def filled(service: Service) -> Service:
    """The service with a registration that waits, an offer and a run in its tables."""
    with service.client() as stranger:
        new = {"name": "蕉岭县阳光慈善会", "type": "charity", "region": PLACE, "user": "sunny", "password": PASSWORD}
        code = BODY + uscc.calc_check_digit(BODY)
        assert stranger.post("/api/v1/registrations", json=new | {"credit_code": code}).status_code == 201
    with service.client("kind") as client:
        assert client.post("/api/v1/offers", json={"kind": "bathing", "serves": PLACE}).status_code == 201
    with service.client("mei") as client:
        assert client.post("/api/v1/runs", json={"on": "2026-11-21"}).status_code == 202
    return service


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", CARDS)
def test_every_link_and_button_of_a_row_is_in_sight_and_every_cell_says_its_column(
    opened: Opened, filled: Service, name: str, language: str
) -> None:
    reader = opened(language, width=WIDTH, height=844)
    reader.enter(name)
    for path in CARDS[name]:
        reader.open(path.format(plan=filled.plan))
        assert reader.page.locator("main table.cards tbody tr").count(), path
        assert reader.page.evaluate(OUT_OF_SIGHT, WIDTH) == [], path
        labels = reader.page.evaluate(LABELS)
        assert labels, path
        assert [said for said in labels if said[0] != said[1]] == [], path


def test_cards_are_still_a_table_to_a_screen_reader(opened: Opened, filled: Service) -> None:
    reader = opened(width=WIDTH, height=844)
    reader.enter("mei")
    reader.open("/registrations")
    tree = reader.page.context.new_cdp_session(reader.page).send("Accessibility.getFullAXTree")["nodes"]
    roles = [node["role"]["value"] for node in tree if not node["ignored"]]
    rows = reader.page.locator("main tbody tr").count()
    assert roles.count("table") == 1
    assert roles.count("row") == rows + 1
    assert roles.count("columnheader") == 8
    # the cell of buttons is empty, and left out, where a registration is decided
    said = reader.page.evaluate(
        "[...document.querySelectorAll('main tbody td')].filter(each => each.innerText.trim()).length"
    )
    assert 6 * rows <= said == roles.count("cell") + roles.count("gridcell")
    assert roles.count("rowheader") == rows


def test_a_plan_on_a_phone_folds_its_reasons_away_and_on_a_desk_shows_them(opened: Opened, service: Service) -> None:
    wide, narrow = opened(), opened(width=WIDTH, height=844)
    for reader in (wide, narrow):
        reader.enter("mei")
        reader.open(f"/plans/{service.plan}")
    where = "section[aria-labelledby=where] .fold"
    reason = "all units go to those who come first"
    assert reason in wide.page.locator(where).first.inner_text()
    assert reason not in narrow.page.locator(where).first.inner_text()
    narrow.page.locator(f"{where} summary").first.click()
    assert reason in narrow.page.locator(where).first.inner_text()


def test_a_tap_on_the_map_names_what_is_there_and_a_second_one_opens_it(opened: Opened, service: Service) -> None:
    reader = opened(touch=True, width=WIDTH, height=844)
    reader.enter("lan")
    reader.open("/gaps")
    page = reader.page
    page.wait_for_selector(".ground canvas", state="attached")
    before = page.url
    region = page.locator(".ground svg a").first
    box = region.bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.touchscreen.tap(*middle)
    link = page.locator(".named a")
    link.wait_for()
    assert str(region.get_attribute("aria-label")) in link.inner_text()
    assert page.url == before
    page.touchscreen.tap(*middle)
    page.wait_for_url(f"**{region.get_attribute('href')}")


def test_what_a_tap_named_is_opened_by_its_link(opened: Opened, service: Service) -> None:
    reader = opened(touch=True, width=WIDTH, height=844)
    reader.enter("lan")
    reader.open(f"/gaps?region={COUNTY}&level=village")
    page = reader.page
    village = page.locator(".ground svg a").first
    village.scroll_into_view_if_needed()
    address = str(village.get_attribute("href"))
    village.tap()
    page.locator(".named a").tap()
    page.wait_for_url(f"**{address}")
