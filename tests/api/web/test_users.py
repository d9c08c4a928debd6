"""Accounts are made and changed by administrators, and never over someone else's change."""

import pytest
from stdnum.cn import uscc

from tests.api.web.conftest import PASSWORD, Service
from tests.api.web.test_paged_pages import stretches


def test_an_account_is_made_once_and_changed_as_it_was_read(service: Service) -> None:
    new = {"name": "wen", "role": "coordinator", "password": PASSWORD, "region": "441427"}
    with service.client("root") as client:
        made = client.post("/api/v1/users", json=new)
        assert (made.status_code, made.headers["etag"]) == (201, '"1"')
        assert made.json()["region_name"] == "蕉岭县"
        taken = client.post("/api/v1/users", json=new).json()
        assert (taken["code"], taken["errors"][0]["field"]) == ("user_taken", "name")
        first = client.patch("/api/v1/users/wen", json={"region": None}, headers={"If-Match": '"1"'})
        assert (first.json()["region"], first.headers["etag"]) == (None, '"2"')
        stale = client.patch("/api/v1/users/wen", json={"role": "planner"}, headers={"If-Match": '"1"'})
        assert (stale.status_code, stale.json()["code"]) == (412, "user_changed")
        shown = client.get("/api/v1/users/wen")
        assert stale.json()["present"] == shown.json() == first.json()
        assert (stale.json()["sent_version"], stale.json()["present_version"]) == (1, 2)
        assert stale.headers["etag"] == shown.headers["etag"] == '"2"'
        blind = client.patch("/api/v1/users/wen", json={"role": "planner"})
        assert (blind.status_code, blind.json()["code"]) == (428, "version_missing")
        [wen] = [each for each in client.get("/api/v1/users?limit=200").json()["items"] if each["name"] == "wen"]
        assert (wen["role"], wen["version"]) == ("coordinator", 2)


@pytest.mark.parametrize(
    ("wrong", "status", "code"),
    [
        ({"name": "Not A Name"}, 422, "bad_user_name"),
        ({"password": "short"}, 422, "bad_password"),
        ({"role": "king"}, 422, "invalid_request"),
        ({"role": "provider"}, 422, "bad_role"),
        ({"role": "provider", "organization": "nobody"}, 404, "organization_unknown"),
        ({"organization": "ORG1"}, 422, "bad_role"),
        ({"region": "990000"}, 404, "region_unknown"),
        ({"rank": 3}, 422, "invalid_request"),
    ],
)
def test_an_account_that_cannot_be_is_refused_by_name(
    service: Service, wrong: dict[str, object], status: int, code: str
) -> None:
    new = {"name": "nobody", "role": "planner", "password": PASSWORD} | wrong
    with service.client("root") as client:
        answer = client.post("/api/v1/users", json=new)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert "nobody" not in {each["name"] for each in client.get("/api/v1/users?limit=200").json()["items"]}


def test_an_administrator_of_a_region_makes_and_changes_no_account_beyond_it(service: Service) -> None:
    service.zhongfu("user", "add", "local", "--role", "admin", "--region", "441427", ZHONGFU_USER_PASSWORD=PASSWORD)
    new = {"name": "wide", "role": "admin", "password": PASSWORD}
    with service.client("local") as client:
        seen = {each["name"] for each in client.get("/api/v1/users?limit=200").json()["items"]}
        assert {"local", "mei", "far"} <= seen
        assert not {"root", "lan"} & seen
        assert ">root<" not in client.get("/users").text
        for region in ({}, {"region": "441400"}):
            answer = client.post("/api/v1/users", json=new | region)
            assert (answer.status_code, answer.json()["code"]) == (403, "outside_scope")
        form = {"csrf": client.headers["X-CSRF-Token"], "name": "wide", "role": "admin", "password": PASSWORD}
        assert client.post("/users", data=form).status_code in {403, 422}
        for name, change in (("root", {"state": "disabled"}), ("local", {"region": None}), ("far", {"region": "4414"})):
            answer = client.patch(f"/api/v1/users/{name}", json=change, headers={"If-Match": '"1"'})
            assert (answer.status_code, answer.json()["code"]) == (403, "outside_scope"), name
        gone = client.post("/users/root/state", data={"csrf": form["csrf"], "state": "disabled", "version": "1"})
        assert gone.status_code == 403
        assert client.post("/api/v1/users", json=new | {"name": "near", "region": "441427100000"}).status_code == 201
    with service.client("root") as client:
        after = {each["name"]: each for each in client.get("/api/v1/users?limit=200").json()["items"]}
        assert "wide" not in after
        assert (after["root"]["state"], after["local"]["region"]) == ("active", "441427000000")


def test_only_bounds_may_be_nothing_and_a_blank_one_is_nothing(service: Service) -> None:
    new = {"name": "bound", "role": "planner", "password": PASSWORD, "region": " "}
    with service.client("root") as client:
        assert client.post("/api/v1/users", json=new).json()["region"] is None
        for field in ("role", "password", "state"):
            answer = client.patch("/api/v1/users/bound", json={field: None}, headers={"If-Match": '"1"'})
            assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
        blank = client.patch("/api/v1/users/bound", json={"region": ""}, headers={"If-Match": '"1"'})
        assert (blank.status_code, blank.json()["region"], blank.json()["version"]) == (200, None, 2)
        assert client.get("/api/v1/users").status_code == 200


def test_a_version_that_no_row_can_have_is_refused(service: Service) -> None:
    with service.client("root") as client:
        form = {"csrf": client.headers["X-CSRF-Token"], "state": "active", "version": "9" * 23}
        assert client.post("/users/mei/state", data=form).status_code == 422
    with service.client("kind") as client:
        [offer, *_] = client.get("/api/v1/offers").json()["items"]
        form = {"csrf": client.headers["X-CSRF-Token"], "paused": "true", "version": "9" * 23}
        for act in ("", "/pause", "/withdraw"):
            assert client.post(f"/offers/{offer['offer']}{act}", data=form).status_code == 422


def test_a_new_password_ends_sessions_and_tokens(service: Service) -> None:
    service.zhongfu("user", "add", "lost", "--role", "planner", ZHONGFU_USER_PASSWORD=PASSWORD)
    with service.client("lost") as thief, service.client("root") as admin, service.client() as program:
        made = thief.post("/api/v1/tokens", json={"label": "kept", "writes": True}).json()
        program.headers["Authorization"] = f"Bearer {made['secret']}"
        assert program.get("/api/v1/me").status_code == 200
        stale = admin.patch("/api/v1/users/lost", json={"password": "other words"}, headers={"If-Match": '"7"'})
        assert stale.status_code == 412
        assert program.get("/api/v1/me").status_code == thief.get("/api/v1/me").status_code == 200
        new = admin.patch("/api/v1/users/lost", json={"password": "other plain words"}, headers={"If-Match": '"1"'})
        assert new.status_code == 200, new.text
        assert program.get("/api/v1/me").status_code == thief.get("/api/v1/me").status_code == 401


def test_the_last_administrator_cannot_be_put_out(service: Service) -> None:
    with service.client("root") as client:
        version = next(
            each["version"] for each in client.get("/api/v1/users?limit=200").json()["items"] if each["name"] == "root"
        )
        for change in ({"state": "disabled"}, {"role": "planner"}, {"region": "441427"}):
            answer = client.patch("/api/v1/users/root", json=change, headers={"If-Match": f'"{version}"'})
            assert (answer.status_code, answer.json()["code"]) == (409, "last_administrator"), answer.text
        assert client.get("/api/v1/me").status_code == 200


def test_an_administrator_changes_an_account_on_its_page(service: Service) -> None:
    with service.client("root") as client:
        mark = {"csrf": client.headers["X-CSRF-Token"]}
        new = {"name": "page", "role": "planner", "password": PASSWORD, "region": "蕉岭县"}
        assert client.post("/users", data=mark | new).status_code == 303
        assert 'value="441427000000"' in client.get("/users/page").text
        change = {
            "version": "1",
            "role": "coordinator",
            "region": "",
            "organization": "",
            "password": "another long word",
        }
        assert client.post("/users/page", data=mark | change).status_code == 303
        made = next(each for each in client.get("/api/v1/users?limit=200").json()["items"] if each["name"] == "page")
        assert (made["role"], made["region"], made["version"]) == ("coordinator", None, 2)
        stale = client.post("/users/page", data=mark | change)
        assert stale.status_code == 412
        assert "version 2" in stale.text
        wrong = client.post("/users/page", data=mark | change | {"version": "2", "region": "nowhere"})
        assert wrong.status_code == 422
        assert client.get("/users/nobody-there").status_code == 404


def test_an_account_that_waits_is_let_in_by_no_button_of_the_accounts_and_is_not_said_to_work_everywhere(
    service: Service,
) -> None:
    body = "53441427000000961"
    new = {"name": "蕉岭县新苗会", "type": "charity", "credit_code": body + uscc.calc_check_digit(body)}
    with service.client() as client:
        given = new | {"region": "441427000000", "user": "sprout", "password": PASSWORD}
        assert client.post("/api/v1/registrations", json=given).status_code == 201
    with service.client("root") as client:
        page = "".join(client.get(address).text for address, _ in stretches(client, "users"))
    assert "/users/lan/state" in page
    assert "/users/sprout/state" not in page
    row = page.split('href="/users/sprout"')[1].split("</tr>")[0]
    assert "its organisation, once let in" in row
    assert "everywhere" not in row


def test_who_knows_the_present_password_sets_a_new_one_and_is_signed_out_elsewhere(service: Service) -> None:
    service.zhongfu("user", "add", "own", "--role", "planner", ZHONGFU_USER_PASSWORD=PASSWORD)
    with service.client("own") as here, service.client("own") as elsewhere:
        form = {"csrf": here.headers["X-CSRF-Token"], "present": PASSWORD, "password": "quite other words"}
        for wrong, field in (
            ({"present": "some wrong words"}, "present"),
            ({"present": ""}, "present"),
            ({"password": "short"}, "password"),
        ):
            page = here.post("/account", data=form | wrong)
            assert (page.status_code, f'id="{field}-wrong"' in page.text) == (422, True)
        assert PASSWORD not in page.text
        assert elsewhere.get("/api/v1/me").status_code == 200
        done = here.post("/account", data=form)
        assert (done.status_code, done.headers["location"]) == (303, "/account?changed=true")
        assert "The password is changed" in here.get("/account?changed=true").text
        assert elsewhere.get("/api/v1/me").status_code == 401
        for password, status in ((PASSWORD, 401), ("quite other words", 201)):
            entered = elsewhere.post("/api/v1/session", json={"name": "own", "password": password})
            assert entered.status_code == status


def test_no_one_sets_a_password_over_a_session_that_they_only_found(service: Service) -> None:
    service.zhongfu("user", "add", "found", "--role", "planner", ZHONGFU_USER_PASSWORD=PASSWORD)
    with service.client("found") as client:
        form = {"csrf": client.headers["X-CSRF-Token"], "password": "quite other words"}
        for guess in range(6):
            assert client.post("/account", data=form | {"present": f"a wrong guess {guess}"}).status_code == 422
        assert client.post("/account", data=form | {"present": PASSWORD}).status_code == 422, "the door is shut by now"
        assert client.post("/account", data={"present": PASSWORD, "password": "quite other words"}).status_code == 403
