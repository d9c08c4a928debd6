"""The page of gaps: map, table and files of what is asked for, within one's own region."""

import csv
import re
from io import StringIO
from typing import Any

import httpx
import pytest

from tests.api.conftest import COUNTY
from tests.api.web.conftest import Service

ROW = re.compile(r'<tr><th scope="row">(?:<a [^>]*>)?([^<]+)')
MEASURES = ("villages", "households", "needs", "red")


def table(text: str) -> str:
    return text.split('<table class="sorted">')[1].split("</table>", maxsplit=1)[0]


def names(client: httpx.Client, **asked: Any) -> list[str]:
    answer = client.get("/gaps", params={"region": COUNTY} | asked)
    assert answer.status_code == 200
    return [name.strip() for name in ROW.findall(table(answer.text))]


def test_the_table_follows_the_order_that_is_asked_for_and_says_so(service: Service) -> None:
    with service.client("lan") as client:
        client.cookies["lang"] = "en"
        up, down = names(client, sort="region"), names(client, sort="region", order="down")
        assert up == down[::-1]
        text = client.get("/gaps", params={"region": COUNTY, "sort": "needs"}).text
        assert table(text).count('aria-sort="ascending"') == table(text).count('aria-sort="none"') / 5 == 1
        assert "sort=needs&amp;order=down" in text


def test_what_is_searched_is_shown_downloaded_and_kept_by_every_link(service: Service) -> None:
    with service.client("lan") as client:
        client.cookies["lang"] = "en"
        every = names(client, level="village")
        some = names(client, level="village", find="新")
        assert some == [name for name in every if "新" in name]
        assert 0 < len(some) < len(every)
        text = client.get("/gaps", params={"region": COUNTY, "level": "village", "find": "新"}).text
        [file] = re.findall(r'href="(/gaps\.csv[^"]*)"', text)
        lines = client.get(file.replace("&amp;", "&")).content.decode("utf-8-sig").splitlines()
        assert [line.split(",")[1].strip('"') for line in lines[1:]] == some
        none = client.get("/gaps", params={"region": COUNTY, "find": "<b>"})
        assert "&lt;b&gt;" in none.text
        assert "see all of them" in none.text
        assert "<b>" not in none.text
        client.cookies["lang"] = "zh"
        assert "查看全部</a>。" in client.get("/gaps", params={"region": COUNTY, "find": "<b>"}).text


def test_rows_of_every_level_add_up_to_the_region_with_what_is_placed_at_it_itself(service: Service) -> None:
    with service.client("mei") as client:
        client.cookies["lang"] = "en"
        whole = figures(client, "county")
        assert whole["needs"] > 0
        for level in ("town", "village"):
            assert figures(client, level) == whole
            summary = client.get("/api/v1/gaps", params={"level": level}).json()["summary"]
            [own] = [row for row in summary if row["region"] == COUNTY.ljust(12, "0")]
            assert own["itself"]
            assert own["needs"] > 0
            shown = names(client, level=level)
            assert f"{own['name']} (at the county itself)" in shown
            assert shown.count(own["name"]) == 0
        client.cookies["lang"] = "zh"
        assert f"{own['name']}本级" in names(client, level="town")


def figures(client: httpx.Client, level: str) -> dict[str, int]:
    """What the rows of a table that is downloaded come to, of people."""
    text = client.get("/gaps.csv", params={"region": COUNTY, "level": level}).content.decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text)))
    columns = ("households", "households with a worker", "needs", "needs met", "red needs", "red needs met")
    return {name: sum(int(row[name]) for row in rows) for name in columns}


def test_needs_of_one_kind_stand_in_map_table_and_file_and_every_link_keeps_them(service: Service) -> None:
    with service.client("mei") as client:
        client.cookies["lang"] = "en"
        asked = {"region": COUNTY, "level": "town", "kind": "visiting"}
        page = client.get("/gaps", params=asked | {"sort": "kind", "order": "down"}).text
        assert "Needs met: visiting" in table(page).lower().replace("needs met", "Needs met")
        assert f"/api/v1/gaps/map?region={COUNTY}000000&amp;kind=visiting" in page
        assert '<option value="visiting" selected>' in page
        assert "kind=visiting&amp;sort=kind" in page
        assert "kind=" not in re.findall(r'id="by-needs" href="([^"]*)"', page)[0]
        rows = list(csv.DictReader(StringIO(client.get("/gaps.csv", params=asked).content.decode("utf-8-sig"))))
        [name] = [name for name in rows[0] if name.startswith("needs: ")]
        known = client.get("/api/v1/gaps", params={"level": "town"}).json()["needs"]
        sums = {row["code"]: (int(row[name]), int(row[name.replace("needs", "needs met")])) for row in rows}
        for code, (needs, met) in sums.items():
            mine = [each for each in known if (each["region"], each["kind"]) == (code, "visiting")]
            assert (needs, met) == (sum(each["needs"] for each in mine), sum(each["needs_met"] for each in mine))
        assert sum(needs for needs, _ in sums.values()) > 0


def test_villages_are_shaded_by_the_needs_of_one_kind(service: Service) -> None:
    with service.client("mei") as client:
        shades = {
            kind: client.get("/api/v1/gaps/map", params={"kind": kind}).json()["shades"]
            for kind in ("visiting", "food")
        }
        assert all(set(each) > {"-"} for each in shades.values())
        assert shades["visiting"] != shades["food"]
        unknown = client.get("/api/v1/gaps/map", params={"kind": "luck"})
        assert (unknown.status_code, unknown.json()["code"]) == (422, "filter_unknown")
        assert client.get("/gaps", params={"kind": "luck"}).status_code == 422


def test_files_are_named_and_of_their_kind(service: Service) -> None:
    with service.client("lan") as client:
        for ending, kind, begin in (
            ("csv", "text/csv; charset=utf-8", b"\xef\xbb\xbf"),
            ("xlsx", "spreadsheetml", b"PK"),
        ):
            answer = client.get(f"/gaps.{ending}", params={"region": COUNTY, "level": "town"})
            assert kind in answer.headers["content-type"]
            assert answer.headers["content-disposition"] == f'attachment; filename="gaps-441427000000-town.{ending}"'
            assert answer.content.startswith(begin)


def test_a_page_holds_two_hundred_rows_and_leads_to_the_next(service: Service) -> None:
    with service.client("lan") as client:
        client.cookies["lang"] = "en"
        first = client.get("/gaps", params={"region": COUNTY, "level": "village"}).text
        many = int(re.findall(r"–[\d,]+ of ([\d,]+)", first)[0].replace(",", ""))
        assert len(ROW.findall(table(first))) == min(200, many)
        assert ("page=2" in first) == (many > 200)
        assert "There is no such page" in client.get("/gaps", params={"region": COUNTY, "page": 99}).text


@pytest.mark.parametrize("measure", MEASURES)
def test_every_village_is_a_point_of_the_map_with_its_name(service: Service, measure: str) -> None:
    with service.client("lan") as client:
        found = client.get("/api/v1/gaps/map", params={"region": COUNTY, "measure": measure}).json()
        named = client.get("/api/v1/gaps/map/names", params={"region": COUNTY}).json()
        villages = client.get("/api/v1/gaps", params={"region": COUNTY, "level": "village"}).json()["summary"]
    known = [row["name"] for row in villages if row["level"] == "village"]
    assert named["names"] == known
    assert sum(named["counts"]) == len(known) == len(found["shades"])
    assert len(named["towns"]) == len(named["counts"])
    assert len(found["lon"]) == len(found["lat"]) == len(known)
    assert set(found["shades"]) <= set("-012345")
    east = [found["west"] + found["unit"] * sum(found["lon"][: at + 1]) for at in range(len(known))]
    assert 115 < min(east) <= max(east) < 117


def test_the_map_and_the_files_of_elsewhere_are_refused(service: Service) -> None:
    with service.client("far") as client:
        for path in ("/api/v1/gaps/map", "/api/v1/gaps/map/names"):
            answer = client.get(path, params={"region": COUNTY})
            assert (answer.status_code, answer.json()["code"]) == (403, "outside_scope")
        for path in ("/gaps", "/gaps.csv", "/gaps.xlsx"):
            assert client.get(path, params={"region": COUNTY}).status_code == 403
        own = client.get("/api/v1/gaps/map/names").json()
        assert len(own["towns"]) == 1
        assert client.get("/gaps.csv").headers["content-disposition"].endswith('gaps-441427100000-village.csv"')


@pytest.mark.parametrize(
    "asked", [{"measure": "luck"}, {"sort": "name; drop"}, {"order": "sideways"}, {"page": 0}, {"find": "x" * 51}]
)
def test_what_no_link_would_ask_is_told_plainly(service: Service, asked: dict[str, Any]) -> None:
    with service.client("lan") as client:
        assert client.get("/gaps", params=asked).status_code == 422
        assert client.get("/gaps", params={"region": "990000"}).status_code == 404
        assert client.get("/gaps", params={"level": "hamlet"}).status_code == 422
