"""Who lets an offer give less than what is published takes from it is shown that first, in the form, in a file and by the API."""

import re
from collections.abc import Iterator

import httpx
import pytest

from graph.connect import open_graph
from tests.api.conftest import COUNTY
from tests.api.web.conftest import Service
from tests.api.web.test_offers import PLACE, made
from tests.api.web.test_uploads import sent

ASSIGNED = """
MATCH (o:Offer {offer: $offer}), (n:Need)<-[:HAS_NEED]-(:Household)-[:LIVES_IN]->(v:Region)
WHERE NOT v.code STARTS WITH $town AND NOT (n)-[:HAPPENED_IN]->()
WITH o, n ORDER BY n.need LIMIT 2 CREATE (n)-[:ASSIGNED {since: 0, quantity: 3}]->(o)"""
TOWN = f"{COUNTY}100"


@pytest.fixture
def given(service: Service) -> Iterator[str]:
    """An offer that begins in one town, and of which two needs elsewhere take six of its nine units."""
    with service.client("kind") as client, open_graph(home=service.zhongfu.home) as graph:
        offer = made(client, capacity="9", place=f"{TOWN}000")["offer"]
        graph.write(ASSIGNED, offer=offer, town=TOWN)
        assert client.get(f"/api/v1/offers/{offer}/use").json()
        yield offer
        graph.write("MATCH (:Need)-[a:ASSIGNED]->(:Offer {offer: $offer}) DELETE a", offer=offer)
        version = client.get(f"/api/v1/offers/{offer}").json()["version"]
        client.delete(f"/api/v1/offers/{offer}", headers={"If-Match": f'"{version}"'})


def form_of(client: httpx.Client, offer: str) -> dict[str, str]:
    """What the form of an offer sends when nothing is changed in it."""
    stands = client.get(f"/api/v1/offers/{offer}").json()
    cells = {name: stands[name] for name in ("kind", "capacity", "serves", "version")}
    return cells | {"csrf": client.headers["X-CSRF-Token"]}


def capacity_of(client: httpx.Client, offer: str) -> int:
    return int(client.get(f"/api/v1/offers/{offer}").json()["capacity"])


@pytest.mark.parametrize(
    ("language", "table", "said"),
    [("en", "Town", "6 &gt; 4"), ("zh", "镇街", "目前已分配的数量超过这一容量：6 &gt; 4")],
)
def test_the_form_shows_what_a_change_takes_and_writes_it_once_that_is_read(
    service: Service, given: str, language: str, table: str, said: str
) -> None:
    with service.client("kind") as client:
        client.cookies["lang"] = language
        sent_form = form_of(client, given) | {"capacity": "4"}
        shown = client.post(f"/offers/{given}", data=sent_form)
        assert shown.status_code == 409
        assert said in shown.text
        losses = shown.text.partition('id="losses"')[2].partition("</section>")[0]
        assert f'<th scope="col">{table}</th>' in losses
        assert capacity_of(client, given) == 9
        [mark] = re.findall(r'name="seen" value="(\w+)"', shown.text)
        further = client.post(f"/offers/{given}", data=sent_form | {"capacity": "3", "seen": mark})
        assert further.status_code == 409, "what is read is another change"
        assert client.post(f"/offers/{given}", data=sent_form | {"seen": mark}).status_code == 303
        assert capacity_of(client, given) == 4


def test_a_change_that_takes_nothing_is_written_at_once(service: Service, given: str) -> None:
    with service.client("kind") as client:
        sent_form = form_of(client, given)
        assert client.post(f"/offers/{given}", data=sent_form | {"capacity": "6"}).status_code == 303
        assert capacity_of(client, given) == 6


def test_a_stale_change_is_told_so_first(service: Service, given: str) -> None:
    with service.client("kind") as client:
        sent_form = form_of(client, given) | {"capacity": "1", "version": "7"}
        assert client.post(f"/offers/{given}", data=sent_form).status_code == 412


def test_pausing_shows_first_whom_it_is_given_to(service: Service, given: str) -> None:
    with service.client("kind") as client:
        client.cookies["lang"] = "en"
        press = {"csrf": client.headers["X-CSRF-Token"], "version": "1", "paused": "true"}
        asked = client.post(f"/offers/{given}/pause", data=press)
        assert (asked.status_code, asked.headers["location"]) == (303, f"/offers/{given}/pause")
        assert "Needs given to it now: 2, units: 6." in client.get(f"/offers/{given}/pause").text
        client.cookies["lang"] = "zh"
        assert "目前有 2 项需求（6 单位）由它提供。" in client.get(f"/offers/{given}/pause").text
        assert client.get(f"/api/v1/offers/{given}").json()["paused"] is False
        assert client.post(f"/offers/{given}/pause", data=press | {"seen": "true"}).headers["location"] == "/offers"
        assert client.get(f"/api/v1/offers/{given}").json()["paused"] is True


def test_an_offer_that_is_given_to_nobody_is_paused_at_once(service: Service) -> None:
    with service.client("kind") as client:
        offer = made(client)["offer"]
        press = {"csrf": client.headers["X-CSRF-Token"], "version": "1", "paused": "true"}
        assert client.post(f"/offers/{offer}/pause", data=press).headers["location"] == "/offers"
        assert client.get(f"/api/v1/offers/{offer}").json()["paused"] is True
        client.delete(f"/api/v1/offers/{offer}", headers={"If-Match": '"2"'})


def test_a_program_asks_what_a_change_takes_before_it_makes_it(service: Service, given: str) -> None:
    path = f"/api/v1/offers/{given}"
    with service.client("kind") as client:
        told = client.post(f"{path}/losses", json={"capacity": "4", "serves": TOWN}).json()
        assert [(each["code"], each["field"]) for each in told] == [("offer_narrowed", "serves")]
        assert told[0]["message"].endswith(": at most 2")
        assert told[0]["message_zh"].endswith("：至多 2 项")
        [less] = client.post(f"{path}/losses", json={"capacity": "4"}).json()
        assert (less["code"], less["field"], less["message"][-7:]) == ("offer_below_given", "capacity", ": 6 > 4")
        assert client.post(f"{path}/losses", json={"capacity": "6", "serves": f"{PLACE}"}).json() == []
        assert client.post(f"{path}/losses", json={"capacity": "many"}).json()["code"] == "cells_refused"
        assert capacity_of(client, given) == 9
        written = client.patch(path, json={"capacity": "4"}, headers={"If-Match": '"1"'})
        assert (written.status_code, written.json()["capacity"]) == (200, 4)


def test_a_file_is_told_what_its_rows_take_before_it_is_written(service: Service, given: str) -> None:
    with service.client("kind") as client:
        checked = sent(client, ("offers.csv", f"offer,capacity\n{given},5\n"))
        [issue] = checked.json()["issues"]
        assert (issue["severity"], issue["code"], issue["row"]) == ("warning", "offer_below_given", 2)
        assert issue["message_en"].endswith("6 > 5")
        page = checked.headers["location"].removeprefix("/api/v1")
        mark = {"csrf": client.headers["X-CSRF-Token"], "skip_errors": "false"}
        assert client.post(f"{page}/write", data=mark).status_code == 409
        assert capacity_of(client, given) == 9
        assert client.post(f"{page}/write", data=mark | {"seen": "true"}).status_code == 303
        assert capacity_of(client, given) == 5


def test_a_coordinator_of_another_town_is_told_what_is_taken_but_not_how_much(service: Service, given: str) -> None:
    path, cells = f"/api/v1/offers/{given}/losses", {"capacity": "1", "serves": f"{TOWN};{PLACE}"}
    with service.client("mei") as mei, service.client("far") as far:
        [whole] = mei.post(path, json=cells).json()
        assert whole["message"].endswith("more is given now than the capacity: 6 > 1")
        [told] = far.post(path, json=cells).json()
        assert told["message"].endswith("more is given now than the capacity")
        [narrowed] = far.post(path, json={"serves": TOWN}).json()
        assert (narrowed["code"], re.findall(r"\d", narrowed["message"].replace(given, ""))) == ("offer_narrowed", [])
