"""What stands in the graph is read by pages: every row once, no secret, nothing beyond one's own region or organisation."""

import csv
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.addresses import part
from graph.model import TABLES
from tests.api.conftest import COUNTY
from tests.api.web.conftest import Service

TABLES_READ = ("organizations", "offers", "households", "needs", "volunteers", "caseworkers")
VERSIONED = {"organizations", "offers"}


def loaded(sample: Path, table: str) -> list[dict[str, str]]:
    """Rows of a file as they were loaded; of needs a blank urgency is the household's alert, a blank status open."""
    with (sample / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if table == "needs":
        alerts = {row["household"]: row["alert"].replace("none", "") for row in loaded(sample, "households")}
        for row in rows:
            row["urgency"] = row["urgency"] or alerts[row["household"]] or "green"
            row["status"] = row["status"] or "open"
    return rows


def standing(sample: Path, table: str) -> list[dict[str, str]]:
    """The same without needs that were closed before."""
    return [row for row in loaded(sample, table) if row.get("status") != "closed"]


def walked(client: httpx.Client, path: str, limit: int = 7, **asked: Any) -> list[dict[str, Any]]:
    """Every row of a list, page by page."""
    rows: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        answer = client.get(f"/api/v1/{path}", params={"limit": limit} | asked | cursor)
        assert answer.status_code == 200, answer.text
        found = answer.json()
        assert len(found["items"]) <= limit
        rows += found["items"]
        if found["next"] is None:
            return rows
        cursor = {"cursor": found["next"]}


def numbers(rows: list[dict[str, Any]], sample: Path, table: str) -> list[str]:
    """Keys of those rows that come from the file, since other tests add some of their own."""
    key = TABLES[table].key or ""
    known = {row[key] for row in loaded(sample, table)}
    return [row[key] for row in rows if row[key] in known]


def written(value: Any) -> str:
    """A value of an answer as a file has it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return ";".join(value) if isinstance(value, list) else str(value)


@pytest.mark.parametrize("table", TABLES_READ)
@pytest.mark.parametrize("limit", [7, 200])
def test_pages_hold_every_row_that_was_loaded_exactly_once(
    service: Service, sample: Path, table: str, limit: int
) -> None:
    rows = standing(sample, table)
    key = TABLES[table].key
    assert key is not None
    with service.client("all") as client:
        listed = walked(client, table, limit)
    found = {row[key]: row for row in listed}
    assert len(found) == len(listed)
    assert Counter(numbers(listed, sample, table)) == Counter(row[key] for row in rows)
    moments = {column.name for column in TABLES[table].columns if column.type == "moment"}
    for row in rows:
        shown = found[row[key]]
        for name in row.keys() & shown.keys() - moments:
            assert sorted(written(shown[name]).split(";")) == sorted(row[name].split(";")), (name, row, shown)


@pytest.mark.parametrize("table", TABLES_READ)
def test_no_answer_has_a_secret_and_every_other_column_is_there(service: Service, table: str) -> None:
    secrets = {column.name for column in TABLES[table].columns if column.secret}
    with service.client("all") as client:
        [row] = client.get(f"/api/v1/{table}", params={"limit": 1}).json()["items"]
        single = client.get(f"/api/v1/{table}/{part(row[TABLES[table].key or ''])}")
        assert single.json() == row
        assert single.headers.get("etag") == (f'"{row["version"]}"' if table in VERSIONED else None)
    assert {column.name for column in TABLES[table].columns} - row.keys() == secrets
    assert row.keys() - {column.name for column in TABLES[table].columns} <= {"version", "paused", "caseworker"}


def test_a_list_is_in_order_of_place_and_begins_where_the_cursor_says(service: Service) -> None:
    with service.client("lan") as client:
        rows = walked(client, "organizations", 5)
        placed = [row for row in rows if row["region"]]
        order = [(row["region"], row["organization"]) for row in placed]
        assert order == sorted(order)
        assert rows[: len(placed)] == placed
        first = client.get("/api/v1/organizations", params={"limit": 3}).json()
        assert first["items"] == rows[:3]
        assert (
            client.get("/api/v1/organizations", params={"cursor": first["next"], "limit": 2}).json()["items"]
            == rows[3:5]
        )


def test_a_region_bounds_a_list_and_a_single_row(service: Service, sample: Path) -> None:
    seats = {row["organization"]: row["region"] for row in loaded(sample, "organizations")}
    places = {row["offer"]: row["place"] or seats[row["organization"]] for row in loaded(sample, "offers")}
    inside = {offer for offer, place in places.items() if place.startswith(COUNTY)}
    beyond = sorted(places.keys() - inside)
    with service.client("mei") as client:
        assert set(numbers(walked(client, "offers"), sample, "offers")) == inside
        assert client.get(f"/api/v1/offers/{min(inside)}").status_code == 200
        for answer in (
            client.get("/api/v1/offers", params={"region": "440000"}),
            *(client.get(f"/api/v1/offers/{offer}") for offer in beyond[:1]),
        ):
            assert (answer.status_code, answer.json()["code"]) == (403, "outside_scope")
    with service.client("lan") as client:
        assert set(numbers(walked(client, "offers", region=COUNTY), sample, "offers")) == inside
        assert client.get("/api/v1/offers", params={"region": "990000"}).json()["code"] == "region_unknown"


def test_offers_are_found_by_organisation_and_by_kind(service: Service, sample: Path) -> None:
    rows = loaded(sample, "offers")
    [(kind, _)] = Counter(row["kind"] for row in rows).most_common(1)
    [(organization, _)] = Counter(row["organization"] for row in rows).most_common(1)
    with service.client("lan") as client:
        for asked in ({"kind": kind}, {"organization": organization}, {"kind": kind, "organization": organization}):
            wanted = {row["offer"] for row in rows if asked.items() <= row.items()}
            assert set(numbers(walked(client, "offers", 3, **asked), sample, "offers")) == wanted, asked


def test_a_provider_sees_its_own_organisation_and_offers_alone(service: Service, sample: Path) -> None:
    rows = loaded(sample, "offers")
    with service.client("kind") as client:
        own = client.get("/api/v1/me").json()["organization"]
        assert [row["organization"] for row in walked(client, "organizations")] == [own]
        found = walked(client, "offers")
        assert {row["organization"] for row in found} == {own}
        assert set(numbers(found, sample, "offers")) == {row["offer"] for row in rows if row["organization"] == own}
        other = next(row for row in rows if row["organization"] != own)
        for path in (
            f"offers?organization={other['organization']}",
            f"offers/{other['offer']}",
            f"organizations/{other['organization']}",
        ):
            answer = client.get(f"/api/v1/{path}")
            assert (answer.status_code, answer.json()["code"]) == (403, "outside_scope")


def test_who_works_in_one_town_sees_its_households_and_needs_alone(service: Service, sample: Path) -> None:
    town = f"{COUNTY}100"
    villages = {row["household"]: row["village"] for row in loaded(sample, "households")}
    places = {row["need"]: row["incident_place"] or villages[row["household"]] for row in standing(sample, "needs")}
    with service.client("far") as client:
        for table, placed in (("households", villages), ("needs", places)):
            inside = {key for key, place in placed.items() if place.startswith(town)}
            assert 0 < len(inside) < len(placed)
            assert set(numbers(walked(client, table, 50), sample, table)) == inside
            for key in (min(inside), min(placed.keys() - inside)):
                answer = client.get(f"/api/v1/{table}/{key}")
                assert answer.status_code == (200 if key in inside else 403), answer.text


def test_needs_are_chosen_by_kind_urgency_and_status(service: Service, sample: Path) -> None:
    rows = standing(sample, "needs")
    closed = {row["need"] for row in loaded(sample, "needs")} - {row["need"] for row in rows}
    [(kind, _)] = Counter(row["kind"] for row in rows).most_common(1)
    with service.client("mei") as client:
        for asked in ({"kind": kind}, {"urgency": "red"}, {"kind": kind, "urgency": "green", "status": "open"}):
            wanted = {row["need"] for row in rows if asked.items() <= row.items()}
            assert wanted
            assert {row["need"] for row in walked(client, "needs", 20, **asked)} == wanted, asked
        assert closed
        assert {row["need"] for row in walked(client, "needs", status="closed")} == closed
        assert client.get(f"/api/v1/needs/{min(closed)}").json()["status"] == "closed"
        assert client.get("/api/v1/needs", params={"urgency": "pink"}).json()["code"] == "invalid_request"


def test_what_is_published_is_read_as_the_plan_tells_it(service: Service, sample: Path, tmp_path: Path) -> None:
    with service.client("mei") as client:
        if client.get(f"/api/v1/plans/{service.plan}").json()["state"] == "draft":
            assert client.post(f"/api/v1/plans/{service.plan}/publish").status_code == 200
        service.zhongfu("export", service.plan, tmp_path / "plan")
        for table in ("assignments", "coverage"):
            rows = loaded(tmp_path / "plan", table)
            found = walked(client, table, 30)
            assert {row["since"] for row in found} == {1}
            assert Counter(tuple(written(row[name]) for name in rows[0]) for row in found) == Counter(
                tuple(row.values()) for row in rows
            )
        answering = {row["household"]: row["caseworker"] for row in loaded(tmp_path / "plan", "responsibilities")}
        assert answering
        found = walked(client, "households", 100)
        assert {row["household"]: row["caseworker"] for row in found if row["caseworker"]} == answering
        assigned = loaded(tmp_path / "plan", "assignments")
        for name in ("need", "provider"):
            wanted = Counter(row["need"] for row in assigned if row[name] == assigned[0][name])
            assert Counter(row["need"] for row in walked(client, "assignments", **{name: assigned[0][name]})) == wanted
        idle = next(offer["offer"] for offer in loaded(sample, "offers") if offer["offer"] != assigned[0]["provider"])
        found = walked(client, "assignments", need=assigned[0]["need"], provider=idle)
        assert {row["provider"] for row in found} <= {idle}


def counts(client: httpx.Client, **asked: str) -> dict[tuple[str, str, str], dict[str, Any]]:
    answer = client.get("/api/v1/needs/counts", params=asked)
    assert answer.status_code == 200, answer.text
    return {(row["town"], row["kind"], row["urgency"]): row for row in answer.json()["counts"]}


def test_open_needs_are_counted_by_town_kind_and_urgency(service: Service, sample: Path) -> None:
    villages = {row["household"]: row["village"] for row in loaded(sample, "households")}
    places = {row["need"]: row["incident_place"] or villages[row["household"]] for row in loaded(sample, "needs")}
    wanted = Counter(
        (places[row["need"]][:9].ljust(12, "0"), row["kind"], row["urgency"])
        for row in loaded(sample, "needs")
        if row["status"] == "open"
    )
    with service.client("mei") as client:
        found = counts(client)
        assert {group: row["needs"] for group, row in found.items()} == wanted
        assert not any(row["few"] for row in found.values())
        [(kind, _)] = Counter(row["kind"] for row in loaded(sample, "needs")).most_common(1)
        assert counts(client, kind=kind) == {group: row for group, row in found.items() if group[1] == kind}
        town = min(group[0] for group in wanted if not group[0].startswith(f"{COUNTY}000"))
        assert counts(client, region=town) == {group: row for group, row in found.items() if group[0] == town}


@pytest.mark.parametrize("name", ["kind", "lan", "root"])
def test_small_counts_are_withheld_from_those_without_the_right_to_the_cases(service: Service, name: str) -> None:
    with service.client("mei") as client:
        exact = counts(client)
    with service.client(name) as client:
        told = counts(client, region=COUNTY)
        village = client.get("/api/v1/needs/counts", params={"region": f"{COUNTY}100001"})
    assert told.keys() <= exact.keys()
    for group, row in told.items():
        needs, unmet = exact[group]["needs"], exact[group]["unmet"]
        assert row["few"] == (row["unmet"] is None)
        assert row["few"] or not any(0 < number < 5 for number in (needs, unmet, needs - unmet))
        assert row["needs"] in ({None} if needs < 5 else {None, needs})
        assert row["needs"] is not None or row["few"]
        assert row["unmet"] in {None, unmet}
    assert any(row["few"] for row in told.values())
    assert not all(row["few"] for row in told.values())
    assert (village.status_code, village.json()["code"]) == (422, "level_not_inside")


def test_counts_of_a_wide_region_are_of_one_kind(service: Service) -> None:
    with service.client("kind") as client:
        for asked in ({}, {"region": "4414"}, {"region": "440000"}):
            answer = client.get("/api/v1/needs/counts", params=asked)
            assert (answer.status_code, answer.json()["code"]) == (422, "region_too_wide")
            assert counts(client, **asked, kind="food") == counts(client, region=COUNTY, kind="food")
    with service.client("far") as client:
        answer = client.get("/api/v1/needs/counts", params={"region": COUNTY})
        assert answer.json()["code"] == "outside_scope"


def test_locks_lie_where_their_need_village_or_household_does(service: Service, sample: Path, tmp_path: Path) -> None:
    household = loaded(sample, "households")[0]
    need = next(row for row in standing(sample, "needs") if row["household"] == household["household"])
    offer, worker = loaded(sample, "offers")[0]["offer"], loaded(sample, "caseworkers")[0]["caseworker"]
    subjects = [
        ("need", need["need"], "offer", offer),
        ("household", household["household"], "caseworker", worker),
        ("village", household["village"], "caseworker", worker),
    ]
    lines = [",".join((f"L{at}", *each, "forbid")) for at, each in enumerate(subjects)]
    (tmp_path / "locks.csv").write_text(
        "\n".join(["lock,subject_type,subject,provider_type,provider,mode", *lines]), encoding="utf-8"
    )
    service.zhongfu("load", tmp_path)
    with service.client("all") as client:
        found = walked(client, "locks", 2)
        assert [
            (row["subject_type"], row["subject"], row["provider_type"], row["provider"]) for row in found
        ] == subjects
        town = household["village"][:9]
        assert len(walked(client, "locks", region=town)) == 3
        other = next(row["village"][:9] for row in loaded(sample, "households") if row["village"][:9] != town)
        assert walked(client, "locks", region=other) == []


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"cursor": "x"}, "bad_cursor"),
        ({"cursor": "YWJj"}, "bad_cursor"),
        ({"cursor": "游标"}, "bad_cursor"),
        ({"cursor": "/w=="}, "bad_cursor"),
        ({"limit": 0}, "invalid_request"),
        ({"limit": 201}, "invalid_request"),
        ({"limit": "many"}, "invalid_request"),
    ],
)
def test_a_cursor_and_a_limit_that_are_none_are_told_in_both_languages(
    service: Service, asked: dict[str, object], code: str
) -> None:
    with service.client("lan") as client:
        answer = client.get("/api/v1/offers", params=asked)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, code)
    assert problem["messages"]["en"] != problem["messages"]["zh"]


def test_a_key_that_nothing_has_is_told_so(service: Service) -> None:
    with service.client("lan") as client:
        for table, code in (
            ("offers", "offer_unknown"),
            ("organizations", "organization_unknown"),
            ("caseworkers", "row_unknown"),
        ):
            answer = client.get(f"/api/v1/{table}/nothing")
            assert (answer.status_code, answer.json()["code"]) == (404, code)


def test_the_openapi_document_tells_of_cursors_limits_and_columns(service: Service) -> None:
    with service.client() as client:
        document = client.get("/openapi.json").json()
    asked = {each["name"]: each for each in document["paths"]["/api/v1/offers"]["get"]["parameters"]}
    assert (asked["limit"]["schema"]["default"], asked["limit"]["schema"]["maximum"]) == (50, 200)
    assert asked["cursor"]["description"]
    offer = document["components"]["schemas"]["Offer"]["properties"]
    assert (
        offer["capacity"]["description"]
        == "容量: units: each period of a kind that recurs, else in all (unit); null: unlimited"
    )
    assert offer["traits"]["items"]["enum"][0] == "elderly"
