"""The rates of a plan are shown by county, category and settlement; to a planner without any name."""

import pytest

from tests.api.conftest import COUNTY
from tests.api.web.conftest import Service


@pytest.fixture(scope="module")
def plan(service: Service) -> str:
    return service.draft(on="2026-11-24", period="2027-10")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_coordinator_sees_rates_of_counties_and_groups(service: Service, plan: str, language: str) -> None:
    with service.client("mei") as client:
        client.get(f"/language/{language}")
        shown = client.get(f"/plans/{plan}")
        rates = client.get(f"/api/v1/plans/{plan}").json()["certificate"]["rates"]
    assert shown.status_code == 200
    section = shown.text.partition('id="rates"')[2].partition("</section>")[0]
    assert section.count('<th scope="row">') == sum(
        len(rates[by]) for by in ("counties", "categories", "settlements", "hukou")
    )
    assert {each["lowest_region"] for each in rates["counties"].values()} == {f"{COUNTY}000000"}
    for each in rates["counties"].values():
        assert f"{each['mean']:.0%}" in section


def test_a_planner_sees_the_lowest_the_mean_and_the_highest_rate_and_no_name(service: Service, plan: str) -> None:
    with service.client("mei") as client:
        whole = client.get(f"/api/v1/plans/{plan}").json()["certificate"]["rates"]
    with service.client("lan") as client:
        shown = client.get(f"/plans/{plan}")
        told = client.get(f"/api/v1/plans/{plan}").json()["certificate"]["rates"]
    assert shown.status_code == 200
    section = shown.text.partition('id="rates"')[2].partition("</section>")[0]
    assert section.count('<th scope="row">') == len(whole["counties"])
    assert set(told) == {"counties", "counties_without_fairness"}
    for urgency, each in told["counties"].items():
        assert each == {which: round(whole["counties"][urgency][which], 2) for which in ("lowest", "mean", "highest")}
