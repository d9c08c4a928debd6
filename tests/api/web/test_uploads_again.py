"""A file that repeats what stands, opens what was withdrawn or was corrected is told so, and makes nothing a second time."""

import io
from typing import Any

import httpx
import openpyxl
import pytest

from tests.api.web.conftest import Service
from tests.api.web.test_uploads import HEADER, PLACE, own, sent


def test_a_file_that_is_sent_twice_names_the_offers_that_stand_and_its_warnings_are_read_before_it_is_written(
    service: Service,
) -> None:
    text = HEADER + f"meal_delivery,51,{PLACE},61\nbathing,52,{PLACE},\n"
    with service.client("kind") as client:
        before = own(client)
        first = sent(client, ("offers.csv", text))
        assert first.json()["totals"] == {"error": 0, "warning": 0, "notice": 0}
        client.post(f"{first.headers['location']}/write")
        stand = {each["capacity"]: key for key, each in own(client).items() if key not in before}
        again = sent(client, ("offers.csv", text))
        found = [(each["severity"], each["code"], each["row"], each["value"]) for each in again.json()["issues"]]
        assert found == [("warning", "offer_twice", row, stand[capacity]) for row, capacity in ((2, 51), (3, 52))]
        path = again.headers["location"]
        page, mark = path.removeprefix("/api/v1"), {"csrf": client.headers["X-CSRF-Token"], "skip_errors": "false"}
        for language, said in (("en", "leave the row out"), ("zh", "请删去该行")):
            shown = client.get(page, headers={"Accept-Language": language}).text.replace("Leave", "leave")
            assert said in shown
            assert stand[51] in shown
            assert 'name="seen"' in shown
        unseen = client.post(f"{page}/write", data=mark)
        assert unseen.status_code == 409
        assert stand[52] in unseen.text
        assert client.get(path).json()["state"] == "checked"
        assert client.post(f"{page}/write", data=mark | {"seen": "true"}).status_code == 303
        done = client.get(path).json()
        assert (done["state"], done["counts"][0]["new"]) == ("written", 2)
        for key in own(client).keys() - before.keys():
            client.delete(f"/api/v1/offers/{key}", headers={"If-Match": '"1"'})


def test_of_two_files_alike_that_were_checked_before_either_was_written_the_second_is_not_written(
    service: Service,
) -> None:
    text = HEADER + f"meal_delivery,53,{PLACE},61\n"
    with service.client("kind") as client:
        before = own(client)
        paths = [sent(client, ("offers.csv", text)).headers["location"] for _ in range(2)]
        states = [client.post(f"{path}/write").json() for path in paths]
        assert [each["state"] for each in states] == ["written", "failed"]
        assert "重新上传" in states[1]["fault"]["repair_zh"]
        [key] = own(client).keys() - before.keys()
        client.delete(f"/api/v1/offers/{key}", headers={"If-Match": '"1"'})


@pytest.mark.parametrize("sender", ["mei", "all"])
def test_a_department_s_file_that_opens_a_withdrawn_offer_again_names_it(service: Service, sender: str) -> None:
    with service.client("mei") as client:
        own_one = client.get("/api/v1/organizations").json()["items"][0]["organization"]
        cells = {"organization": own_one, "kind": "bathing", "capacity": "54", "serves": PLACE}
        made = client.post("/api/v1/offers", json=cells).json()
        client.delete(f"/api/v1/offers/{made['offer']}", headers={"If-Match": '"1"'})
    text = f"offer,organization,capacity\n{made['offer']},{made['organization']},55\n"
    with service.client(sender) as client:
        checked = sent(client, ("offers.csv", text))
        [issue] = checked.json()["issues"]
        assert (issue["severity"], issue["code"], issue["row"]) == ("warning", "offer_opened_again", 2)
        for said in (issue["message_en"], issue["message_zh"]):
            assert made["offer"] in said
        assert all((issue["repair_en"], issue["repair_zh"]))
        client.post(f"{checked.headers['location']}/write")
        opened = client.get(f"/api/v1/offers/{made['offer']}").json()
        assert opened["capacity"] == 55
        client.delete(f"/api/v1/offers/{made['offer']}", headers={"If-Match": f'"{opened["version"]}"'})


def test_a_corrected_file_never_changes_offers_of_an_earlier_one(service: Service) -> None:
    def corrected(client: httpx.Client, rows: str) -> dict[str, Any]:
        """What is written of a file, once its one fault is corrected."""
        path = sent(client, ("offers.csv", "offer," + HEADER + rows + f",flying,7,{PLACE},\n")).headers["location"]
        sheet = openpyxl.load_workbook(io.BytesIO(client.get(f"{path}/corrected/offers.csv").content)).worksheets[0]
        header = [cell.value for cell in sheet[1]]
        assert [sheet.cell(row, header.index("offer") + 1).value for row in (2, 3)] == [None, None]
        sheet.cell(3, header.index("kind") + 1).value = "bathing"
        out = io.BytesIO()
        sheet.parent.save(out)
        path = sent(client, ("offers.xlsx", out.getvalue())).headers["location"]
        done: dict[str, Any] = client.post(f"{path}/write").json()
        return done

    with service.client("kind") as client:
        before = own(client)
        for rows in (f",meal_delivery,5,{PLACE},60\n", f",food,500,{PLACE},\n"):
            done = corrected(client, rows)
            assert (done["state"], done["counts"][0]["new"]) == ("written", 2)
        new = [each for key, each in own(client).items() if key not in before]
        assert sorted(each["kind"] for each in new) == ["bathing", "bathing", "food", "meal_delivery"]
        for each in new:
            client.delete(f"/api/v1/offers/{each['offer']}", headers={"If-Match": '"1"'})
