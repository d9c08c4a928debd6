"""What a plan does town by town adds up to its certificate."""

from hypothesis import given

from matching.by_town import by_town
from matching.match import match
from tests.matching.staffed import A1, A2, COUNTY, PROVINCE, A, staffed
from tests.matching.worlds import TOWN_A1, TOWN_A2, TOWN_B1, TOWN_D1, Rows, place_of, problem_of, worlds

PLACES = (PROVINCE, "441400000000", COUNTY, A, A1, A2)


@given(worlds(12, 4))
def test_needs_by_town_add_up_to_the_certificate(rows: Rows) -> None:
    asked = problem_of(rows)
    plan = match(asked)
    figures = by_town(asked, plan).to_pylist()

    def total(figure: str, code: str | None = None) -> int:
        return sum(row["count"] for row in figures if row["figure"] == figure and code in {None, row["code"]})

    for urgency, counts in plan.certificate.open.items():
        assert total("open", urgency) == counts["needs"]
        assert total("met", urgency) == plan.certificate.served[urgency]["needs"]
    assert total("unmet") == len(plan.unmet.need) == total("open") - total("met")
    assert all(row["count"] > 0 for row in figures)
    towns = {row["town"] for row in figures if row["figure"] == "open"}
    assert towns <= {TOWN_A1, TOWN_A2, TOWN_B1, TOWN_D1} | {place_of(rows, row) for row in rows["needs"]}


def test_places_and_households_by_town_add_up_to_the_certificate() -> None:
    workers = {"W": {"town": A, "capacity": 1, "villages_limit": 1}}
    world = staffed(workers, {"H1": {"village": A1}, "H2": {"village": A2}}, places=PLACES)
    plan = match(world.problem)
    counts = {(row["figure"], row["code"]): row["count"] for row in by_town(world.problem, plan).to_pylist()}
    assert counts[("places", "village")] == 2
    assert counts[("covered", "village")] == plan.certificate.covered["villages"] == 1
    assert counts[("covered", "town")] == plan.certificate.covered["towns"] == 1
    assert counts[("households", "cared_for")] == plan.certificate.covered["households"] == 1
    assert counts[("households", "without")] == 1
