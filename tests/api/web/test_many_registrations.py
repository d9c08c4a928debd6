"""One network cannot fill the list of registrations, and a coordinator goes through a long one: by stretches, many at a stroke."""

import html
import re
from collections.abc import Iterator

import httpx
import pytest

from graph.registrations import MOST_OF_ONE_SOURCE
from tests.api.web.conftest import Service
from tests.api.web.test_offers import registration

FLOOD, MORE = range(500, 500 + MOST_OF_ONE_SOURCE), range(600, 620)
NETWORK = "2001:db8:0:7"
"""The first 64 bits of an address; one machine may take any address behind them."""
TICK = re.compile(r'name="chosen" value="(\w+)" form="several"( checked)?')
OLDER = re.compile(r'<a href="([^"]*)" rel="next">')


def sent(client: httpx.Client, number: int, source: str) -> httpx.Response:
    """A registration sent from an address, as a proxy on this machine tells it."""
    return client.post("/api/v1/registrations", json=registration(number), headers={"X-Forwarded-For": source})


@pytest.fixture(scope="module")
def numbers(service: Service) -> Iterator[dict[int, str]]:
    """What waits after a flood from one network, and as many as another sends, which is another matter."""
    with service.client() as stranger, service.client("mei") as mei:
        answers = {number: sent(stranger, number, f"{NETWORK}::{number}") for number in FLOOD}
        answers |= {number: sent(stranger, number, "203.0.113.7") for number in MORE}
        assert {each.status_code for each in answers.values()} == {201}
        yield {number: each.json()["registration"] for number, each in answers.items()}
        for each in answers.values():
            mei.post(f"/api/v1/registrations/{each.json()['registration']}/refuse", json={"reason": "over"})


@pytest.fixture
def mei(service: Service) -> Iterator[httpx.Client]:
    with service.client("mei") as client:
        client.cookies["lang"] = "en"
        yield client


def decided(client: httpx.Client, number: str) -> tuple[str, str | None]:
    found = client.get(f"/api/v1/registrations/{number}").json()
    return found["state"], found["reason"]


def test_one_network_may_not_fill_the_list(service: Service, numbers: dict[int, str]) -> None:
    assert len(numbers) == len(FLOOD) + len(MORE)
    with service.client() as stranger:
        told = sent(stranger, 700, f"{NETWORK}:1:2:3:4")
        assert (told.status_code, told.json()["code"]) == (429, "too_many_from_here")
        page = stranger.post("/register", data=registration(700), headers={"X-Forwarded-For": f"{NETWORK}::9"})
        assert (page.status_code, str(MOST_OF_ONE_SOURCE) in page.text) == (422, True)
        assert 'value="charity700"' in page.text
        assert stranger.post("/api/v1/session", json={"name": "charity700", "password": "x"}).status_code == 401


def test_the_page_of_registrations_goes_on_by_stretches_that_hold_each_once(
    mei: httpx.Client, numbers: dict[int, str]
) -> None:
    seen: list[str] = []
    address: str | None = "/registrations"
    while address:
        page = mei.get(address)
        assert page.status_code == 200
        ticks = [number for number, _ in TICK.findall(page.text)]
        assert len(ticks) <= 50
        seen += ticks
        older = OLDER.search(page.text)
        address = html.unescape(older[1]) if older else None
    assert len(seen) == len(set(seen))
    assert set(numbers.values()) <= set(seen)
    assert mei.get("/registrations?cursor=made-up").status_code == 422


def test_home_counts_those_that_wait(mei: httpx.Client, numbers: dict[int, str]) -> None:
    listed = mei.get("/api/v1/registrations?limit=200").json()
    assert listed["next"] is None
    waiting = [each for each in listed["items"] if each["state"] == "waiting"]
    assert len(waiting) >= len(numbers) - 1
    assert f"{len(waiting)} organisations wait for approval" in mei.get("/").text


def test_a_decision_leads_back_to_the_stretch_that_it_was_made_on(mei: httpx.Client, numbers: dict[int, str]) -> None:
    older = OLDER.search(mei.get("/registrations").text)
    assert older
    address = html.unescape(older[1])
    number = numbers[FLOOD[0]]  # the oldest of all stands there
    text = mei.get(address).text
    action = re.search(rf'action="(/registrations/{number}/refuse[^"]*)"', text)
    assert action
    mark = {"csrf": mei.headers["X-CSRF-Token"]}
    wrong = mei.post(html.unescape(action[1]), data=mark | {"reason": " "})
    assert (wrong.status_code, f'id="why-{number}"' in wrong.text) == (422, True)
    done = mei.post(html.unescape(action[1]), data=mark | {"reason": "no charity"})
    assert (done.status_code, done.headers["location"]) == (303, address)
    assert decided(mei, number) == ("refused", "no charity")


def test_all_that_wait_on_a_page_are_ticked_at_once_and_the_reason_typed_before_stays(
    mei: httpx.Client, numbers: dict[int, str]
) -> None:
    assert numbers
    older = OLDER.search(mei.get("/registrations").text)
    assert older
    for address in ("/registrations", html.unescape(older[1])):
        text = mei.get(address).text
        assert not any(checked for _, checked in TICK.findall(text))
        form = text.partition('<form id="several"')[2].partition("</form>")[0]
        assert 'name="every" value="true" formmethod="get" formaction="/registrations" formnovalidate' in form
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
        assert "csrf" not in hidden, "what stands in an address is no secret"
        pressed = mei.get("/registrations", params=hidden | {"why": "sent by a program & more", "every": "true"}).text
        ticks = TICK.findall(pressed)
        assert [number for number, _ in ticks] == [number for number, _ in TICK.findall(text)]
        assert len(ticks) > 1
        assert all(checked for _, checked in ticks)
        assert 'value="sent by a program &amp; more"' in pressed


def test_several_are_refused_for_a_reason_or_not_at_all(mei: httpx.Client, numbers: dict[int, str]) -> None:
    given = {"csrf": mei.headers["X-CSRF-Token"], "chosen": [numbers[each] for each in FLOOD[1:3]]}
    blank = mei.post("/registrations/refuse", data=given | {"why": "  "})
    assert (blank.status_code, 'id="why-wrong"' in blank.text) == (422, True)
    none = mei.post("/registrations/refuse", data=given | {"chosen": [], "why": "spam"})
    assert (none.status_code, 'value="spam"' in none.text) == (422, True)
    unknown = mei.post("/registrations/refuse", data=given | {"chosen": [numbers[FLOOD[1]], "nothing"], "why": "spam"})
    assert unknown.status_code == 404
    assert decided(mei, numbers[FLOOD[1]]) == decided(mei, numbers[FLOOD[2]]) == ("waiting", None)


def test_of_several_of_which_another_decided_one_meanwhile_none_is_refused_and_it_says_who_decided_what(
    service: Service, mei: httpx.Client, numbers: dict[int, str]
) -> None:
    first, kept = numbers[MORE[-1]], numbers[MORE[-2]]
    with service.client("all") as other:
        assert other.post(f"/api/v1/registrations/{first}/refuse", json={"reason": "known"}).status_code == 200
    given = {"csrf": mei.headers["X-CSRF-Token"], "chosen": [kept, first], "why": "spam"}
    answer = mei.post("/registrations/refuse", data=given)
    assert answer.status_code == 422
    assert f"Registration {first} was decided before: refused, by all." in answer.text
    assert [number for number, checked in TICK.findall(answer.text) if checked] == [kept]
    assert 'value="spam"' in answer.text
    assert decided(mei, kept) == ("waiting", None)


def test_several_beyond_ones_region_are_refused_by_nobody(service: Service, numbers: dict[int, str]) -> None:
    with service.client("far") as far:
        given = {"csrf": far.headers["X-CSRF-Token"], "chosen": [numbers[MORE[0]]], "why": "spam"}
        assert far.post("/registrations/refuse", data=given).status_code == 403


def test_those_refused_at_a_stroke_make_room_for_their_network(
    service: Service, mei: httpx.Client, numbers: dict[int, str]
) -> None:
    chosen = [numbers[each] for each in FLOOD[1:]]
    given = {"csrf": mei.headers["X-CSRF-Token"], "chosen": chosen, "why": "sent by a program"}
    assert mei.post("/registrations/refuse", data=given).status_code == 303
    assert {decided(mei, each) for each in chosen} == {("refused", "sent by a program")}
    with service.client() as stranger:
        again = sent(stranger, FLOOD[0], f"{NETWORK}::1")
    assert again.status_code == 201
    assert mei.post(f"/api/v1/registrations/{again.json()['registration']}/refuse", json={"reason": "over"}).is_success
