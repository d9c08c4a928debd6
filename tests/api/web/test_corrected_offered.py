"""A workbook to correct is offered of those files alone that have rows to be corrected."""

import re
from pathlib import Path

import pytest

from tests.api.web.conftest import Service
from tests.api.web.test_hostile_uploads import HOSTILE
from tests.api.web.test_uploads import BAD, GOOD, HEADER, PLACE, sent


def offered(client_page: str) -> list[str]:
    return re.findall(r'href="/uploads/\w+/corrected/([^"]*)"', client_page)


CASES: dict[str, tuple[tuple[str, bytes | str], list[str]]] = {
    "no parquet at all": (HOSTILE["no parquet"], []),
    "of something else": (("offers.csv", "a,b,c\n1,2,3\n"), []),
    "a column missing": (("offers.csv", "kind,capacity\nmeal_delivery,5\n"), []),
    "repaired by itself": (("offers.csv", HEADER + f"meal_delivery, 5,{PLACE},60\n"), []),
    "rows at fault": (("offers.csv", BAD), ["offers.csv"]),
    "every row at fault": (("offers.csv", HEADER + f"flying,7,{PLACE},\n"), ["offers.csv"]),
}


@pytest.mark.parametrize("case", CASES)
def test_a_workbook_to_correct_is_offered_where_rows_are_to_be_corrected(service: Service, case: str) -> None:
    file, expected = CASES[case]
    with service.client("kind") as client:
        made = sent(client, file)
        assert made.status_code == 201, made.text
        page = client.get(made.headers["location"].removeprefix("/api/v1"))
        assert offered(page.text) == made.json()["correctable"] == expected
        for name in expected:
            assert client.get(f"{made.headers['location']}/corrected/{name}").status_code == 200
        client.delete(made.headers["location"])


def test_of_several_files_those_with_rows_to_be_corrected_are_offered_and_once_written_those_with_rows_left(
    service: Service, sample: Path
) -> None:
    lines = (sample / "households.csv").read_text("utf-8-sig").splitlines()
    good = f"{lines[0]}\n{lines[1]}\n"
    at = lines[0].split(",").index("alert")
    cells = lines[2].split(",")
    bad = good + ",".join([*cells[:at], "purple", *cells[at + 1 :]]) + "\n"
    person = "\n".join((sample / "persons.csv").read_text("utf-8-sig").splitlines()[:2]) + "\n"
    with service.client("mei") as client:
        made = sent(client, ("households.csv", bad), ("persons.csv", person))
        assert made.json()["correctable"] == ["households.csv"]
        done = client.post(f"{made.headers['location']}/write", params={"skip_errors": True}).json()
        assert (done["state"], done["left"], done["correctable"]) == ("written", 1, ["households.csv"])
        assert offered(client.get(f"/uploads/{done['upload']}").text) == ["households.csv"]
        client.delete(made.headers["location"])


def test_a_file_without_fault_is_not_offered_to_be_corrected(service: Service) -> None:
    with service.client("kind") as client:
        made = sent(client, ("offers.csv", GOOD))
        assert made.json()["correctable"] == []
        client.delete(made.headers["location"])
