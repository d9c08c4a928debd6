"""Rows at fault may be left out; they stay to be seen and corrected alone."""

import csv
import io
from pathlib import Path

import openpyxl

from tests.api.web.conftest import Service
from tests.api.web.test_uploads import BAD, HEADER, PLACE, own, sent


def test_a_file_of_which_every_row_is_at_fault_is_not_offered_to_be_written(service: Service) -> None:
    with service.client("kind") as client:
        path = sent(client, ("offers.csv", HEADER + f"flying,7,{PLACE},\n")).headers["location"]
        assert client.get(path).json()["blocked"]
        assert "/write" not in client.get(path.removeprefix("/api/v1")).text
        refused = client.post(f"{path}/write", params={"skip_errors": True})
        assert (refused.status_code, refused.json()["code"]) == (409, "upload_at_fault")
        client.delete(path)


def test_rows_left_out_stay_to_be_seen_and_corrected_alone(service: Service) -> None:
    with service.client("kind") as client:
        before = own(client)
        path = sent(client, ("我的供给.csv", BAD)).headers["location"]
        done = client.post(f"{path}/write", params={"skip_errors": True}).json()
        assert (done["state"], done["left"], done["counts"][0]["new"]) == ("written", 2, 1)
        told = client.get(path).json()["issues"]
        assert [(each["row"], each["column"], each["cells"]["kind"]) for each in told] == [
            (3, "kind", "flying"),
            (4, "capacity", "bathing"),
        ]
        assert "flying" in client.get(path.removeprefix("/api/v1")).text
        content = client.get(f"{path}/corrected/我的供给.csv").content
        sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
        header = [cell.value for cell in sheet[1]]
        assert sheet.max_row == 3  # what was written is not sent again
        sheet.cell(2, header.index("kind") + 1).value = "food"
        sheet.cell(3, header.index("capacity") + 1).value = "3"
        out = io.BytesIO()
        sheet.parent.save(out)
        again = sent(client, ("我的供给.xlsx", out.getvalue())).headers["location"]
        assert client.post(f"{again}/write").json()["counts"][0]["new"] == 2
        new = [each for key, each in own(client).items() if key not in before]
        assert sorted((each["kind"], each["capacity"]) for each in new) == [
            ("bathing", 3),
            ("food", 7),
            ("meal_delivery", 5),
        ]
        assert client.delete(path).status_code == 204
        assert client.get(path).status_code == 404
        for each in new:
            client.delete(f"/api/v1/offers/{each['offer']}", headers={"If-Match": '"1"'})


def test_rows_left_out_of_tables_name_those_that_depend_on_them(service: Service, sample: Path) -> None:
    def one(name: str, **change: str) -> str:
        with (sample / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            row = next(csv.DictReader(file)) | change
        return ",".join(row) + "\n" + ",".join(row.values()) + "\n"

    good = one("households", household="HLEFT2")
    bad = one("households", household="HLEFT1", alert="purple").splitlines()[1]
    person = one("persons", person="PLEFT1", household="HLEFT1")
    with service.client("mei") as client:
        path = sent(client, ("households.csv", good + bad + "\n"), ("persons.csv", person)).headers["location"]
        done = client.post(f"{path}/write", params={"skip_errors": True}).json()
        assert (done["state"], done["left"]) == ("written", 2), done
        codes = {(each["file"], each["row"]): each["code"] for each in client.get(path).json()["issues"]}
        assert codes == {("households.csv", 3): "code_unknown", ("persons.csv", 2): "depends_on_left_out"}
        sheet = openpyxl.load_workbook(io.BytesIO(client.get(f"{path}/corrected/persons.csv").content)).worksheets[0]
        assert sheet.max_row == 2
        assert client.get("/api/v1/households/HLEFT2").status_code == 200
        assert client.get("/api/v1/households/HLEFT1").status_code == 404
