"""An offer that nobody receives now is said to be so, and why: paused, over, not begun, with nothing to give or all given."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import httpx
import pytest

from api.sentences import Standing, receivers, why_nobody
from graph.connect import open_graph
from tests.api.web.conftest import Service
from tests.api.web.test_offers import made

DAY = date(2026, 11, 26)
BEFORE, AFTER = DAY - timedelta(1), DAY + timedelta(1)
MAY = ("Whoever needs bathing in A may receive it.", "甲范围内凡需要助浴的困难群众均可获得。")


@pytest.mark.parametrize(
    ("offer", "en", "zh"),
    [
        (
            Standing(5, None, None, paused=True),
            "Nobody receives it now: it is paused.",
            "目前无人可以获得：该供给已暂停。",
        ),
        (Standing(5, None, BEFORE), "Nobody receives it now: its last day was 2026-11-25.", "已于 2026-11-25 结束。"),
        (Standing(5, AFTER, None), "Nobody receives it now: its first day is 2026-11-27.", "自 2026-11-27 起才开始。"),
        (Standing(0, None, None), "Nobody receives it now: it has no units to give.", "可提供的数量为零。"),
        (
            Standing(5, None, None, used=5),
            "Nobody else receives it now: all its units (5 a period) are given.",
            "目前无人可以再获得：每期 5 个单位已全部分配。",
        ),
        (
            Standing(5000, None, None, used=5000, recurring=False),
            "Nobody else receives it now: all its units (5,000 in all) are given.",
            "目前无人可以再获得：共 5,000 个单位已全部分配。",
        ),
        (
            Standing(5, None, BEFORE, paused=True, used=5),
            "Nobody receives it now: it is paused, its last day was 2026-11-25 and all its units (5 a period) are given.",
            "目前无人可以获得：该供给已暂停；已于 2026-11-25 结束；每期 5 个单位已全部分配。",
        ),
    ],
)
def test_why_nobody_receives_an_offer_stands_before_who_might(offer: Standing, en: str, zh: str) -> None:
    said, said_zh = receivers(offer, DAY, MAY)
    assert said == f"{en} But for that, whoever needs bathing in A may receive it."
    assert said_zh.endswith(f"{zh}若无上述情况，{MAY[1]}")


@pytest.mark.parametrize(
    "offer", [Standing(None, None, None, used=9), Standing(5, DAY, DAY, used=4), Standing(1, BEFORE, AFTER)]
)
def test_an_offer_of_which_something_is_left_on_a_day_of_its_own_is_received(offer: Standing) -> None:
    assert why_nobody(offer, DAY) == []
    assert receivers(offer, DAY, MAY) == MAY


def state_in_list(client: httpx.Client, offer: str, listed: str = "/offers") -> str:
    """What the list of offers says of the state of one."""
    row = client.get(listed).text.partition(f'href="/offers/{offer}"')[2].partition("</tr>")[0]
    [state] = re.findall(r'data-label="(?:State|状态)">([^<]*)<', row)
    return str(state)


@pytest.fixture
def given_whole(service: Service) -> Iterator[str]:
    """An offer all of whose units are given."""
    with service.client("kind") as client, open_graph(home=service.zhongfu.home) as graph:
        offer = made(client, capacity="3", valid_to="")["offer"]
        graph.write(
            "MATCH (o:Offer {offer: $offer}), (n:Need) WITH o, n LIMIT 1 CREATE (n)-[:ASSIGNED {since: 0, quantity: 3}]->(o)",
            offer=offer,
        )
        yield offer
        graph.write("MATCH (:Need)-[a:ASSIGNED]->(:Offer {offer: $offer}) DELETE a", offer=offer)


def test_an_offer_all_of_which_is_given_tells_so_to_those_who_may_know(service: Service, given_whole: str) -> None:
    path = f"/api/v1/offers/{given_whole}/reach"
    with service.client("kind") as own, service.client("all") as everywhere:
        told = own.get(path).json()
        assert told["received"] is False
        assert told["sentence"].startswith("Nobody else receives it now: all its units (3 a period) are given.")
        assert everywhere.get(path).json()["sentence"] == told["sentence"]
        page = own.get(f"/offers/{given_whole}", headers={"Accept-Language": "en"}).text
        assert told["sentence"] in page
        own.cookies["lang"] = everywhere.cookies["lang"] = "en"
        assert state_in_list(own, given_whole) == "all its units (3 a period) are given"
        organization = own.get(f"/api/v1/offers/{given_whole}").json()["organization"]
        listed = f"/offers?organization={organization}"
        assert state_in_list(everywhere, given_whole, listed) == "all its units (3 a period) are given"
        own.cookies["lang"] = "zh"
        assert state_in_list(own, given_whole) == "每期 3 个单位已全部分配"
        wider = own.get(f"/offers/{given_whole}", params={"kind": "bathing", "serves": "441427000000", "capacity": "4"})
        assert "Nobody" not in wider.text


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"valid_to": "2020-01-31"}, "its last day was 2020-01-31"),
        ({"valid_from": "2190-01-01", "valid_to": ""}, "its first day is 2190-01-01"),
        ({"capacity": "0"}, "it has no units to give"),
        ({"capacity": "0", "valid_to": "2020-01-31"}, "its last day was 2020-01-31 and it has no units to give"),
    ],
)
def test_an_offer_at_rest_is_told_in_the_form_the_list_and_the_answer(
    service: Service, cells: dict[str, str], why: str
) -> None:
    with service.client("kind") as client:
        client.cookies["lang"] = "en"
        offer = made(client, **cells)["offer"]
        told = client.get(f"/api/v1/offers/{offer}/reach").json()
        assert (told["received"], f"Nobody receives it now: {why}." in told["sentence"]) == (False, True)
        assert told["sentence_zh"].startswith("目前无人可以获得：")
        page = client.get(f"/offers/{offer}").text
        assert told["sentence"] in page
        assert "Open needs that it reaches" not in page
        assert state_in_list(client, offer) == why


def test_a_paused_offer_is_told_so_until_it_goes_on(service: Service) -> None:
    with service.client("kind") as client:
        path = f"/api/v1/offers/{made(client)['offer']}"
        open_now = client.get(f"{path}/reach").json()
        assert open_now["received"] is True
        client.post(f"{path}/pause", json={"paused": True}, headers={"If-Match": '"1"'})
        told = client.get(f"{path}/reach").json()
        assert told == open_now | {name: told[name] for name in ("sentence", "sentence_zh", "received")}
        assert (told["received"], told["sentence"][:38]) == (False, "Nobody receives it now: it is paused. ")
        client.post(f"{path}/pause", json={"paused": False}, headers={"If-Match": '"2"'})
        assert client.get(f"{path}/reach").json() == open_now


def test_units_are_said_to_return_each_period_of_a_kind_alone_that_recurs(service: Service) -> None:
    with service.client("kind") as client:
        offers = {kind: made(client, kind=kind, capacity="1200")["offer"] for kind in ("bathing", "temporary_relief")}
        said = {"en": ("1,200 a period", "1,200 in all"), "zh": ("每期 1,200", "共 1,200")}
        for language, (monthly, once) in said.items():
            client.cookies["lang"] = language
            listed = client.get("/offers").text
            for kind, told, other in (("bathing", monthly, once), ("temporary_relief", once, monthly)):
                row = listed.partition(f'href="/offers/{offers[kind]}"')[2].partition("</tr>")[0]
                assert told in row
                assert other not in row
        form = client.get("/offers/new").text
        assert "助浴（月，每期）" in form
        assert "临时救助金（元，一次性）" in form
        for offer in offers.values():
            client.delete(f"/api/v1/offers/{offer}", headers={"If-Match": '"1"'})


def test_what_an_offer_would_reach_is_not_said_to_come_by_going_on_where_all_is_given(
    service: Service, given_whole: str
) -> None:
    with service.client("kind") as client:
        client.cookies["lang"] = "zh"
        form = client.get(f"/offers/{given_whole}").text
        assert "若能提供，可覆盖的待办需求：未满足 / 全部" in form
        assert "恢复提供" not in form


def test_an_offer_of_a_kind_that_does_not_hold_any_more_is_listed_by_the_code_of_its_kind(service: Service) -> None:
    with service.client("kind") as client, open_graph(home=service.zhongfu.home) as graph:
        offer = made(client, kind="bathing")
        graph.write("MATCH (k:ServiceKind {kind: 'bathing'}) SET k:Closed, k.closed_on = date()")
        try:
            listed, reached = client.get("/offers"), client.get(f"/api/v1/offers/{offer['offer']}/reach")
            form = client.get(f"/offers/{offer['offer']}")
        finally:
            graph.write("MATCH (k:ServiceKind {kind: 'bathing'}) REMOVE k:Closed, k.closed_on")
        client.delete(f"/api/v1/offers/{offer['offer']}", headers={"If-Match": '"1"'})
    assert (listed.status_code, reached.status_code, form.status_code) == (200, 200, 200)
    [row] = [each for each in listed.text.split("<tr>") if f'"/offers/{offer["offer"]}"' in each]
    assert ">bathing<" in row
    assert "needs bathing" in reached.json()["sentence"]
