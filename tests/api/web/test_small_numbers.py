"""Small numbers are for those who may see the cases: not of offers in other towns, not of red needs in single villages."""

import csv
import re
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.addresses import quoted
from graph.model import TRAITS
from tests.api.conftest import COUNTY
from tests.api.web.conftest import Service
from tests.api.web.test_gaps_page import table
from tests.api.web.test_offers import rows
from tests.api.web.test_resources import walked


def test_a_coordinator_is_told_no_small_number_of_what_an_offer_gives_beyond_its_region(service: Service) -> None:
    town = f"{COUNTY}100000"
    with service.client("all") as every:
        if every.get(f"/api/v1/plans/{service.plan}").json()["state"] == "draft":
            assert every.post(f"/api/v1/plans/{service.plan}/publish").status_code == 200
        offers = [each["offer"] for each in walked(every, "offers", 200)]
        uses = {key: every.get(f"/api/v1/offers/{quoted(key)}/use").json() for key in offers}
        key, seen = next(
            (key, use) for key, use in uses.items() if any(each["town"] != town and each["needs"] < 5 for each in use)
        )
        path = f"/api/v1/offers/{quoted(key)}"
        row = every.get(path)
        moved = every.patch(path, json={"place": town}, headers={"If-Match": row.headers["etag"]})
        assert moved.status_code == 200, moved.text
    with service.client("far") as far:
        told = far.get(f"{path}/use").json()
        assert [(each["town"], each["urgency"]) for each in told] == [(each["town"], each["urgency"]) for each in seen]
        for each, whole in zip(told, seen, strict=True):
            if each["town"] != town and whole["needs"] < 5:
                assert each == whole | {"few": True, "needs": None, "unmet": None, "units": None}
            else:
                assert each == whole
        needs, units = (sum(each[name] for each in seen) for name in ("needs", "units"))
        far.cookies["lang"] = "en"
        for page in ("use", "withdraw"):
            text = far.get(f"/offers/{quoted(key)}/{page}").text
            assert "outside your region" in text
            assert not re.search(rf"needs: {needs},|units: {units}\b|to it now: {needs},", text)
    with service.client("all") as every:
        back = {"place": row.json()["place"] or ""}
        assert every.patch(path, json=back, headers={"If-Match": moved.headers["etag"]}).status_code == 200


@pytest.mark.parametrize("trait", ["", *(code.code for code in TRAITS)])
def test_whom_an_offer_reaches_is_told_in_steps_to_those_who_choose_what_is_counted(
    service: Service, trait: str
) -> None:
    cells = {"kind": "social_support", "serves": f"{COUNTY}000000", "traits": trait}
    with service.client("kind") as provider, service.client("mei") as coordinator:
        told, seen = (
            client.post("/api/v1/offers/reach", json=cells).json()["counts"] for client in (provider, coordinator)
        )
    assert [each["town"] for each in told] == [each["town"] for each in seen]
    for each, whole in zip(told, seen, strict=True):
        assert (each["about"], whole["about"]) == (True, False)
        assert each["units"] is None
        assert each["needs"] == (None if whole["needs"] < 5 else 5 * round(whole["needs"] / 5))
        if each["unmet"] is not None:
            assert each["unmet"] == 5 * round(whole["unmet"] / 5)
            assert not 0 < whole["unmet"] < 5


def test_the_page_of_an_offer_says_that_its_numbers_are_rounded(service: Service, sample: Path) -> None:
    asked = {"kind": "social_support", "serves": f"{COUNTY}000000"}
    with service.client("kind") as provider, service.client("mei") as coordinator:
        organization = next(
            row["organization"] for row in rows(sample, "organizations") if row["region"].startswith(COUNTY)
        )
        for language, about in (("en", "about "), ("zh", "约 ")):
            provider.cookies["lang"] = coordinator.cookies["lang"] = language
            page = provider.get("/offers/new", params=asked).text
            numbers = re.findall(r'<td class="number">([^<–…]*?)([\d,]+|…) / ([\d,]+)</td>', page)
            assert numbers
            assert all((before, int(of) % 5) == (about, 0) for before, _, of in numbers)
            page = coordinator.get("/offers/new", params=asked | {"organization": organization}).text
            numbers = re.findall(r'<td class="number">([^<–…]*?)([\d,]+|…) / ([\d,]+)</td>', page)
            assert numbers
            assert not any(before for before, *_ in numbers)
            assert about.strip() not in page.split('id="reach"')[1].split("</table>")[1].split("</section>")[0]


def test_red_needs_of_a_village_are_told_to_those_alone_who_may_see_the_cases(service: Service) -> None:
    asked = {"region": COUNTY, "level": "village", "measure": "red"}
    with service.client("lan") as planner, service.client("mei") as coordinator:
        planner.cookies["lang"] = coordinator.cookies["lang"] = "en"
        for client, told in ((planner, False), (coordinator, True)):
            page = client.get("/gaps", params=asked).text
            assert ("Red needs met" in table(page)) == told
            assert ("Red needs are told by town" in page) == (not told)
            assert (
                "red needs" in client.get("/gaps.csv", params=asked).content.decode("utf-8-sig").splitlines()[0]
            ) == told
            shades = client.get("/api/v1/gaps/map", params={"region": COUNTY, "measure": "red"}).json()["shades"]
            assert (set(shades) > {"-"}) == told
            town = client.get("/gaps", params=asked | {"level": "town"}).text
            assert "Red needs met" in table(town)
            assert ("data-villages" in town) == told
        sorted_by_red = planner.get("/gaps.csv", params=asked | {"sort": "red", "order": "down"}).content
        assert (
            sorted_by_red.splitlines()[1:]
            == planner.get("/gaps.csv", params=asked | {"order": "down"}).content.splitlines()[1:]
        )


def test_few_needs_of_one_kind_are_told_to_those_alone_who_may_see_the_cases(service: Service) -> None:
    asked = {"region": COUNTY, "level": "town", "kind": "respite_care"}
    with service.client("lan") as planner, service.client("mei") as coordinator:
        planner.cookies["lang"] = coordinator.cookies["lang"] = "en"
        told, known = (
            list(csv.reader(StringIO(client.get("/gaps.csv", params=asked).content.decode("utf-8-sig"))))
            for client in (planner, coordinator)
        )
        assert told[0] == known[0]
        assert told[0][-2].startswith("needs: ")
        few = 0
        for seen, whole in zip(told[1:], known[1:], strict=True):
            needs, met = int(whole[-2]), int(whole[-1])
            hides = seen[-1] == ""
            assert hides or not any(0 < count < 5 for count in (needs, met, needs - met))
            assert seen == ([*whole[:-2], "", ""] if hides else whole)
            few += hides
        assert few
        page = planner.get("/gaps", params=asked).text
        assert table(page).count(">…</td>") == few
        assert "…" not in table(coordinator.get("/gaps", params=asked).text)
        assert "data-villages" not in page
        assert set(planner.get("/api/v1/gaps/map", params={"region": COUNTY, "kind": "food"}).json()["shades"]) == {"-"}
        assert "kind" not in planner.get("/gaps.csv", params=asked | {"level": "village"}).text.splitlines()[0]
        villages = planner.get("/gaps", params=asked | {"level": "village"}).text
        assert "so are those of one kind" in villages
        assert "Needs met: " not in table(villages)


SUMMED = {
    "needs": ("needs", "needs_met", "needs_unmet"),
    "households": ("needing", "cared_for", "without"),
}
TOTALS = {"needs": ("needs", "needs_met"), "households": ("households", "households_cared_for")}


@pytest.mark.parametrize("level", ["county", "town"])
@pytest.mark.parametrize("name", SUMMED)
def test_the_summary_of_gaps_less_the_rows_that_are_told_gives_no_small_number_away(
    service: Service, level: str, name: str
) -> None:
    asked = {"region": COUNTY, "level": level} if level == "town" else {"level": level}
    with service.client("lan") as planner, service.client("all") as every:
        told, whole = (client.get("/api/v1/gaps", params=asked).json() for client in (planner, every))
    part = {"needs": ("kind", "urgency"), "households": ("alert",)}[name]
    for region in told["summary"]:
        seen, full = (
            {tuple(row[of] for of in part): row for row in each[name] if row["region"] == region["region"]}
            for each in (told, whole)
        )
        assert seen.keys() <= full.keys()
        total_of, part_of = TOTALS[name]
        totals = (region[total_of], region[part_of], region[total_of] - region[part_of])
        hides = [row for at, row in full.items() if at not in seen or seen[at][SUMMED[name][0]] is None]
        for figure, total in zip(SUMMED[name], totals, strict=True):
            assert sum(row[figure] for row in full.values()) == total
            assert total - sum(row[figure] or 0 for row in seen.values()) == sum(row[figure] for row in hides)
            assert all(not 0 < row[figure] < 5 for row in seen.values() if row[figure] is not None)
            if len(hides) < len(full):
                assert not small(hides, figure, whole=figure == SUMMED[name][0])
        # where all are withheld, the summary alone may tell few of them, and then says nothing of whose they are
        if hides and len(hides) == len(full) and (len(full) == 1 or small(hides, SUMMED[name][0], whole=True)):
            assert not seen
        elif left_out := full.keys() - seen.keys():
            reds = [full[at] for at in left_out if at[-1] == "red"]
            assert left_out == {at for at in full if at[-1] == "red"}
            assert len(reds) == 1 or small(reds, SUMMED[name][0], whole=True)


def small(rows: list[dict[str, Any]], figure: str, *, whole: bool) -> bool:
    """Whether what rows hold together points at households; of the whole each of them has one."""
    return 0 < sum(row[figure] for row in rows) < 5 + (len(rows) - 1 if whole else 0)


def downloaded(client: httpx.Client, **asked: str) -> dict[str, tuple[int, int] | None]:
    """Needs of one kind and those met by the code of their region, None where they are blank."""
    table = list(csv.reader(StringIO(client.get("/gaps.csv", params=asked).content.decode("utf-8-sig"))))
    return {row[0]: (int(row[-2]), int(row[-1])) if row[-1] else None for row in table[1:]}


def test_a_county_s_needs_of_a_kind_less_those_of_its_towns_give_no_small_number_away(service: Service) -> None:
    hid = 0
    with service.client("lan") as planner, service.client("mei") as coordinator:
        for kind in sorted({row["kind"] for row in coordinator.get("/api/v1/gaps").json()["needs"]}):
            county, towns = (downloaded(planner, region=COUNTY, level=level, kind=kind) for level in ("county", "town"))
            full = downloaded(coordinator, region=COUNTY, level="town", kind=kind)
            [total] = county.values()
            hides = [
                dict(zip(("needs", "met"), full[at] or (), strict=True)) for at, row in towns.items() if row is None
            ]
            hid += len(hides)
            for row in hides:
                row["unmet"] = row["needs"] - row["met"]
            hides = [row for row in hides if row["needs"]]
            if total is not None and total[0] > sum(row["needs"] for row in hides):
                assert not any(small(hides, figure, whole=figure == "needs") for figure in ("needs", "met", "unmet"))
            for town in [at for at, row in full.items() if row and row[0]][:3]:
                assert downloaded(planner, region=town, level="town", kind=kind).get(town, towns[town]) == towns[town]
    assert hid


def test_no_row_of_a_county_less_the_same_of_its_towns_gives_a_small_number_away(service: Service) -> None:
    with service.client("lan") as planner, service.client("all") as every:
        county, towns = (
            planner.get("/api/v1/gaps", params={"region": COUNTY, "level": level}).json()["needs"]
            for level in ("county", "town")
        )
        full = every.get("/api/v1/gaps", params={"region": COUNTY, "level": "town"}).json()["needs"]
        counts = planner.get("/api/v1/needs/counts", params={"region": COUNTY}).json()["counts"]
        kinds = planner.get("/api/v1/needs/counts", params={"region": COUNTY, "kind": county[0]["kind"]}).json()[
            "counts"
        ]
    part = ("region", "kind", "urgency")
    met = {tuple(row[of] for of in part) for row in towns if row["needs_met"] is not None}
    told = {(row["town"], row["kind"], row["urgency"]): row for row in counts}
    assert kinds == [row for row in counts if row["kind"] == county[0]["kind"]]
    assert met == {at for at, row in told.items() if not row["few"]}
    compared = 0
    for row in county:
        if row["needs"] is None:
            continue
        mine = [each for each in full if (each["kind"], each["urgency"]) == (row["kind"], row["urgency"])]
        hides = [each for each in mine if tuple(each[of] for of in part) not in met]
        unsaid = [
            each
            for each in mine
            if told.get((each["region"], each["kind"], each["urgency"]), {"needs": None})["needs"] is None
        ]
        compared += bool(hides)
        assert len(unsaid) == len(mine) or not small(unsaid, "needs", whole=True)
        for figure in ("needs", "needs_met", "needs_unmet"):
            assert len(hides) == len(mine) or not small(hides, figure, whole=figure == "needs")
    assert compared


def test_of_single_villages_no_needs_are_told_by_kind_and_no_households_by_alert(service: Service) -> None:
    asked = {"region": COUNTY, "level": "village"}
    with service.client("lan") as planner, service.client("all") as every:
        told, whole = (client.get("/api/v1/gaps", params=asked).json() for client in (planner, every))
    assert told["summary"] == whole["summary"]
    assert (told["needs"], told["households"]) == ([], [])
    assert whole["needs"]
    assert whole["households"]


def test_a_plan_is_told_by_region_and_urgency_to_those_alone_who_may_see_the_cases(service: Service) -> None:
    address = f"/plans/{service.plan}?region={COUNTY}"
    with service.client("lan") as planner, service.client("mei") as coordinator:
        for client, told in ((planner, False), (coordinator, True)):
            client.cookies["lang"] = "en"
            part = client.get(address).text.split('id="where"')[1].split("</table>")[0]
            assert ('data-label="red"' in part) == told
            assert ('data-label="Needs met"' in part) == (not told)
            counts = [int(count.replace(",", "")) for count in re.findall(r": ([\d,]+)(?:; |</details>)", part)]
            assert any(0 < count < 5 for count in counts) == told


def test_no_total_of_red_needs_tells_its_hidden_rows(service: Service) -> None:
    asked = {"region": COUNTY, "level": "town"}
    with service.client("lan") as planner:
        told = planner.get("/api/v1/gaps", params=asked).json()["needs"]
        planner.cookies["lang"] = "en"
        text = planner.get("/gaps.csv", params=asked | {"measure": "red"}).content.decode("utf-8-sig")
    totals = {row["code"]: int(row["red needs"]) for row in csv.DictReader(StringIO(text))}
    unnamed = 0
    for town, total in totals.items():
        reds = [row["needs"] for row in told if (row["region"], row["urgency"]) == (town, "red")]
        hid = reds.count(None)
        unnamed += total > 0 and not reds
        assert not hid or total - sum(filter(None, reds)) >= 5 + hid - 1, town
    assert unnamed


def test_reasons_are_told_to_the_nearest_five_and_of_a_village_not_at_all(service: Service) -> None:
    with service.client("lan") as planner, service.client("mei") as coordinator:
        everywhere = coordinator.get("/api/v1/gaps", params={"region": COUNTY, "level": "village"}).json()["needs"]
        village = next(each["region"] for each in everywhere if each["causes"])
        for name in ("needs", "households"):
            told, whole = (
                [each["causes"] for each in client.get("/api/v1/gaps", params={"region": COUNTY}).json()[name]]
                for client in (planner, coordinator)
            )
            assert all(count % 5 == 0 for causes in told if causes for count in causes.values())
            assert any(count % 5 for causes in whole if causes for count in causes.values())
        planner.cookies["lang"] = coordinator.cookies["lang"] = "en"
        for client, exact in ((planner, False), (coordinator, True)):
            why = client.get("/gaps", params={"region": COUNTY}).text.split('id="why"')[1].split("</table>")[0]
            assert ("about " in why or "a few" in why) != exact
            why = client.get("/gaps", params={"region": village}).text.split('id="why"')[1].split("</section>")[0]
            assert ("Needs not met whole" in why) == exact


def test_what_a_plan_of_a_town_serves_is_shown_to_those_alone_who_may_see_the_cases(service: Service) -> None:
    town = f"{COUNTY}100000"
    plan = service.draft(region=town, on="2026-11-22", period="2027-10")
    with service.client("lan") as planner, service.client("mei") as coordinator:
        [run] = [each for each in walked(coordinator, "runs", 200) if each["plan"] == plan]
        assert run["stages"]
        paths = [f"/api/v1/plans/{plan}", f"/api/v1/runs/{run['run']}", f"/api/v1/runs/{run['run']}/events"]
        for path in paths:
            refused = planner.get(path)
            assert (refused.status_code, refused.json()["code"]) == (403, "few_behind"), path
            assert coordinator.get(path).status_code == 200, path
        for path in (f"/plans/{plan}", f"/runs/{run['run']}"):
            assert planner.get(path).status_code == 403
            assert coordinator.get(path).status_code == 200
        [told] = [each for each in walked(planner, "runs", 200) if each["run"] == run["run"]]
        assert told["stages"] == []


def test_a_plan_of_a_county_tells_planners_its_reasons_to_the_nearest_five(service: Service) -> None:
    with service.client("lan") as planner, service.client("mei") as coordinator:
        for client, exact in ((planner, False), (coordinator, True)):
            client.cookies["lang"] = "en"
            page = client.get(f"/plans/{service.plan}").text
            part = page.split('id="where"')[1].split("</table>")[0]
            counts = re.findall(r": (about [\d,]+|a few|[\d,]+)(?:; |</details>)", part)
            assert counts
            assert any(each.startswith("a") for each in counts) != exact
            assert exact or all(each == "a few" or int(each[6:].replace(",", "")) % 5 == 0 for each in counts)
