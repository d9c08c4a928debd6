"""A coordinator sees what one more unit of each kind would be worth to a plan; nobody else does."""

import pytest

from tests.api.conftest import COUNTY
from tests.api.web.conftest import Service

URGENCIES = ["red", "orange", "yellow", "blue", "green"]


@pytest.fixture(scope="module")
def plan(service: Service) -> str:
    return service.draft(on="2026-11-24", period="2027-08")


def test_kinds_come_with_the_most_urgent_first_and_towns_of_the_region(service: Service, plan: str) -> None:
    with service.client("mei") as client:
        whole = client.get(f"/api/v1/plans/{plan}/prices").json()
        assert (whole["scope"], whole["known"]) == (f"{COUNTY}000000", True)
        found = whole["prices"]
        units = [each for each in found if each["what"] == "unit"]
        order = [(URGENCIES.index(each["urgency"]), -each["waiting_months"]) for each in units]
        assert units
        assert order == sorted(order)
        assert all((each["kind"] is None) == (each["what"] == "worker") == (each["urgency"] is None) for each in found)
        assert [each["what"] for each in found].count("worker") == 1
        assert len({(each["kind"], each["what"]) for each in found}) == len(found)
        assert all(each["amount"] == 1 for each in units)
        assert all(each["amount"] > 0 for each in found)
        town = found[0]["towns"][0]
        assert all(place.startswith(COUNTY) for each in found for place in each["towns"])
        inside = client.get(f"/api/v1/plans/{plan}/prices", params={"region": town}).json()["prices"]
    assert {place for each in inside for place in each["towns"]} == {town}
    [same] = [each for each in inside if (each["kind"], each["what"]) == (found[0]["kind"], found[0]["what"])]
    assert same == found[0] | {"towns": [town]}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_of_the_plan_tells_them_to_a_coordinator(service: Service, plan: str, language: str) -> None:
    heading = {"en": "What one more would be worth", "zh": "多提供一份有何作用"}[language]
    with service.client("mei") as client:
        client.get(f"/language/{language}")
        shown = client.get(f"/plans/{plan}").text
        kinds = {each["kind"]: each for each in client.get("/api/v1/service-kinds").json()}
        prices = client.get(f"/api/v1/plans/{plan}/prices").json()["prices"]
    assert heading in shown
    section = shown.partition('id="more"')[2].partition("</section>")[0]
    assert section.count('<th scope="row">') == len(prices)
    assert all(kinds[each["kind"]][f"name_{language}"] in section for each in prices if each["kind"])
    assert {"en": "households with a worker: ", "zh": "有责任社工的家庭至少"}[language] in section


def test_a_planner_sees_none_since_one_need_shows_through(service: Service, plan: str) -> None:
    with service.client("lan") as client:
        assert client.get(f"/api/v1/plans/{plan}/prices").status_code == 403
        shown = client.get(f"/plans/{plan}")
    assert shown.status_code == 200
    assert 'id="more"' not in shown.text


def test_a_plan_of_which_none_are_kept_says_so(service: Service) -> None:
    older = service.draft(on="2026-11-23", period="2027-09")
    [kept] = service.zhongfu.home.glob(f"plans/{older}.worth.parquet")
    kept.unlink()
    with service.client("mei") as client:
        assert client.get(f"/api/v1/plans/{older}/prices").json() == {
            "scope": f"{COUNTY}000000",
            "known": False,
            "prices": [],
        }
        assert 'id="more"' not in client.get(f"/plans/{older}").text


def test_a_region_elsewhere_is_refused(service: Service, plan: str) -> None:
    with service.client("mei") as client:
        assert client.get(f"/api/v1/plans/{plan}/prices", params={"region": "440000000000"}).status_code == 403
        assert client.get(f"/api/v1/plans/{plan}/prices", params={"region": "999999"}).status_code == 404


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_coordinator_sees_which_budgets_run_short_and_what_more_money_is_worth(
    service: Service, plan: str, language: str
) -> None:
    with service.client("mei") as client:
        client.get(f"/language/{language}")
        shown = client.get(f"/plans/{plan}").text
        budgets = client.get(f"/api/v1/plans/{plan}").json()["certificate"]["budgets"]
        kinds = {each["kind"]: each for each in client.get("/api/v1/service-kinds").json()}
    assert budgets
    section = shown.partition('id="money"')[2].partition("</section>")[0]
    assert section.count('<th scope="row">') == len(budgets)
    for each in budgets:
        assert each["price"]["yuan"] > 0
        assert each["had"] == each["spent"] + each["left"]
        assert kinds[each["price"]["kind"]][f"name_{language}"] in section
        assert each["price"]["offer"] in section


def test_a_planner_sees_no_price_of_money_either(service: Service, plan: str) -> None:
    with service.client("lan") as client:
        assert "budgets" not in client.get(f"/api/v1/plans/{plan}").json()["certificate"]
        assert 'id="money"' not in client.get(f"/plans/{plan}").text


def test_gaps_tell_what_one_more_is_worth_and_to_a_planner_where_five_such_needs_are_left(service: Service) -> None:
    path = f"/api/v1/gaps?region={COUNTY}&level=county"
    with service.client("all") as client:
        if client.get(f"/api/v1/plans/{service.plan}").json()["state"] == "draft":
            assert client.post(f"/api/v1/plans/{service.plan}/publish").status_code == 200
        whole = client.get(path).json()
        prices = client.get(f"/api/v1/plans/{service.plan}/prices").json()["prices"]
    with service.client("lan") as client:
        told = client.get(path).json()
    left = {(each["region"], each["kind"], each["urgency"]): each["needs_unmet"] for each in told["needs"]}
    named = [each for each in whole["worth"] if (left.get((each["region"], each["kind"], each["urgency"])) or 0) >= 5]
    [worker] = [each for each in whole["worth"] if each["what"] == "worker"]
    near = worker | {"households": 5 * ((worker["households"] + 2) // 5)}
    assert told["worth"] == [*named, near]
    assert 0 < len(named) < len(whole["worth"]) - 1
    kinds = {(each["kind"], each["what"], each["urgency"], len(each["towns"])) for each in prices}
    assert {(each["kind"], each["what"], each["urgency"]) for each in whole["worth"]} == {each[:3] for each in kinds}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_of_gaps_tells_it_for_the_region_as_a_whole(service: Service, language: str) -> None:
    heading = {"en": "What one more would be worth", "zh": "增加供给有何作用"}[language]
    for account in ("all", "lan"):
        with service.client(account) as client:
            client.get(f"/language/{language}")
            shown = client.get("/gaps", params={"region": COUNTY}).text
            rows = client.get(f"/api/v1/gaps?region={COUNTY}&level=county").json()["worth"]
        section = shown.partition('id="more"')[2].partition("</section>")[0]
        assert heading in section
        assert section.count('<th scope="row">') == len(rows) > 0
