"""What stands may change between what somebody looked at and what is written then: nothing is written over that nobody saw."""

import io
from typing import Any

import httpx
import pytest

from api.service import offering, registering, uploads, writing
from api.service.opening import opened
from api.settings import Settings
from api.uploaded import Upload
from graph.offers import OfferUnknown
from tests.api.web.conftest import Service
from tests.api.web.test_offers import PLACE, credit_code, made, registration
from tests.api.web.test_uploads import HEADER, sent


def settings_of(service: Service, actor: str) -> Settings:
    return Settings.model_validate({"home": service.zhongfu.home, "lang": "en", "actor": actor, "jobs": 1})


def written(service: Service, actor: str, path: str) -> Upload:
    """What becomes of an upload, however long that takes."""
    return writing.write(settings_of(service, actor), path.rpartition("/")[2], patience=120)


def withdraw(client: httpx.Client, offer: str) -> None:
    version = client.get(f"/api/v1/offers/{offer}").json()["version"]
    assert client.delete(f"/api/v1/offers/{offer}", headers={"If-Match": f'"{version}"'}).status_code == 204


@pytest.mark.parametrize("sender", ["mei", "all"])
def test_a_department_s_file_opens_no_offer_that_was_withdrawn_after_its_check(service: Service, sender: str) -> None:
    with service.client("mei") as mei, service.client(sender) as client:
        organization = mei.get("/api/v1/organizations").json()["items"][0]["organization"]
        offer = made(mei, organization=organization, capacity="71")["offer"]
        text = f"offer,organization,capacity\n{offer},{organization},72\n"
        checked = sent(client, ("offers.csv", text))
        assert checked.json()["totals"] == {"error": 0, "warning": 0, "notice": 0}
        withdraw(mei, offer)
        done = written(service, sender, checked.headers["location"])
        assert done.state == "failed"
        assert done.fault is not None
        assert "changed since" in done.fault["message"]
        assert mei.get(f"/api/v1/offers/{offer}").status_code == 404
        again = sent(client, ("offers.csv", text))
        assert again.json()["totals"]["warning"] == 1
        assert written(service, sender, again.headers["location"]).state == "written", "its warning is what was read"
        withdraw(mei, offer)


def test_as_many_warnings_as_were_read_but_others_are_read_first(service: Service) -> None:
    with service.client("kind") as client:
        first = made(client, capacity="73")["offer"]
        checked = sent(client, ("offers.csv", HEADER + f"meal_delivery,73,{PLACE},\n"))
        assert [each["value"] for each in checked.json()["issues"]] == [first]
        withdraw(client, first)
        second = made(client, capacity="73")["offer"]
        assert written(service, "kind", checked.headers["location"]).state == "failed"
        withdraw(client, second)


def test_what_has_no_warning_any_more_is_written(service: Service) -> None:
    with service.client("kind") as client:
        first = made(client, capacity="74")["offer"]
        path = sent(client, ("offers.csv", HEADER + f"meal_delivery,74,{PLACE},\n")).headers["location"]
        withdraw(client, first)
        assert written(service, "kind", path).state == "written"
        [second] = [
            each["offer"] for each in client.get("/api/v1/offers?limit=200").json()["items"] if each["capacity"] == 74
        ]
        withdraw(client, second)


@pytest.mark.parametrize("changed", ["withdrawn", "edited"])
def test_an_offer_that_is_changed_while_its_file_is_written_stays_as_it_was_changed(
    service: Service, changed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, check = settings_of(service, "kind"), writing.checked_folder
    with service.client("kind") as client:
        offer = made(client, capacity="75")

        def checked_then_changed(*given: Any) -> Any:
            found = check(*given)
            if changed == "withdrawn":
                offering.withdraw_offer(settings, offer["offer"], 1)
            else:
                offering.change_offer(settings, offer["offer"], 1, {"capacity": "76"})
            return found

        text = "offer," + HEADER + f"{offer['offer']},meal_delivery,77,{PLACE},\n"
        given = [("offers.csv", io.BytesIO(text.encode()))]
        upload = uploads.take(settings, given, organization=offer["organization"], region=None)
        monkeypatch.setattr(writing, "checked_folder", checked_then_changed)
        done = writing.write(settings, upload.upload, patience=120)
        assert done.state == "failed"
        assert done.fault is not None
        assert offer["offer"] in done.fault["message"]
        if changed == "withdrawn":
            with pytest.raises(OfferUnknown):
                offering.offer(settings, offer["offer"])
        else:
            assert offering.offer(settings, offer["offer"]).capacity == 76
            withdraw(client, offer["offer"])


def test_an_organisation_that_is_made_while_its_registration_is_approved_stays_as_it_was_made(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, key, shown = settings_of(service, "mei"), credit_code(78), registering.shown_rows
    with service.client() as stranger:
        number = stranger.post("/api/v1/registrations", json=registration(78)).json()["registration"]
    with opened(settings) as graph:

        def shown_then_made(*given: Any) -> Any:
            found = shown(*given)
            graph.write("CREATE (:Organization {organization: $key, name: 'another', version: 1})", key=key)
            return found

        with monkeypatch.context() as patched:
            patched.setattr(registering, "shown_rows", shown_then_made)
            with pytest.raises(registering.OrganizationJustMade):
                registering.approve(settings, number)
        assert registering.standing_of(settings, number).state == "waiting"
        [row] = graph.read("MATCH (o:Organization {organization: $key}) RETURN o.name AS name", key=key)
        graph.write("MATCH (o:Organization {organization: $key}) DETACH DELETE o", key=key)
        registering.refuse(settings, number, "a test")
    assert row == {"name": "another"}
