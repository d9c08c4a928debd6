"""Signing in, out and being refused."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import httpx
import pytest

from tests.api.conftest import COUNTY
from tests.api.web.conftest import PASSWORD, Service


def test_whoever_signs_in_is_known_until_signing_out(service: Service) -> None:
    with service.client("mei") as client:
        me = client.get("/api/v1/me").json()
        assert {name: me[name] for name in ("name", "role", "region", "organization")} == {
            "name": "mei",
            "role": "coordinator",
            "region": COUNTY.ljust(12, "0"),
            "organization": None,
        }
        cookie = client.cookies["zhongfu_session"]
        assert client.delete("/api/v1/session").status_code == 204
    with service.client() as client:
        client.cookies["zhongfu_session"] = cookie
        assert client.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize("entry", [{"name": "mei", "password": "wrong words"}, {"name": "ghost", "password": PASSWORD}])
def test_a_wrong_name_and_a_wrong_password_are_told_alike(service: Service, entry: dict[str, str]) -> None:
    with service.client() as client:
        answer = client.post("/api/v1/session", json=entry)
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_refused")
    assert "set-cookie" not in answer.headers


def test_an_account_rests_after_five_wrong_passwords_and_a_new_password_wakes_it(service: Service) -> None:
    service.zhongfu("user", "add", "sleepy", "--role", "planner", ZHONGFU_USER_PASSWORD=PASSWORD)
    with service.client() as client:
        for _ in range(5):
            assert client.post("/api/v1/session", json={"name": "sleepy", "password": "no"}).status_code == 401
        for password in ("no", PASSWORD):  # told as one that is wrong, so that nobody learns of an account
            answer = client.post("/api/v1/session", json={"name": "sleepy", "password": password})
            assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_refused")
    with service.client("root") as admin:
        [version] = [
            each["version"] for each in admin.get("/api/v1/users?limit=200").json()["items"] if each["name"] == "sleepy"
        ]
        changed = admin.patch(
            "/api/v1/users/sleepy", json={"password": "other plain words"}, headers={"If-Match": f'"{version}"'}
        )
        assert changed.status_code == 200, changed.text
    with service.client() as client:
        assert (
            client.post("/api/v1/session", json={"name": "sleepy", "password": "other plain words"}).status_code == 201
        )


def test_guesses_side_by_side_count_as_those_in_a_row(service: Service) -> None:
    service.zhongfu("user", "add", "stormed", "--role", "planner", ZHONGFU_USER_PASSWORD=PASSWORD)
    with service.client() as client:

        def tried(password: str) -> int:
            return client.post("/api/v1/session", json={"name": "stormed", "password": password}).status_code

        with ThreadPoolExecutor(12) as guesses:
            assert set(guesses.map(tried, [f"guess {number}" for number in range(12)])) == {401}
        assert tried(PASSWORD) == 401


def test_right_passwords_at_the_very_same_moment_all_come_in(service: Service) -> None:
    service.zhongfu("user", "add", "busy", "--role", "planner", ZHONGFU_USER_PASSWORD=PASSWORD)
    together = Barrier(16)

    def entered(_: int) -> int:
        with service.client() as client:
            client.get("/healthz")
            together.wait()
            return client.post("/api/v1/session", json={"name": "busy", "password": PASSWORD}).status_code

    with service.client() as client:
        for _ in range(4):
            assert client.post("/api/v1/session", json={"name": "busy", "password": "no"}).status_code == 401
    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(entered, range(16))) == [201] * 16


def test_a_right_password_forgets_the_wrong_ones_before_it(service: Service) -> None:
    service.zhongfu("user", "add", "clumsy", "--role", "planner", ZHONGFU_USER_PASSWORD=PASSWORD)
    with service.client() as client:
        for password in [*["no"] * 4, PASSWORD] * 2:
            answer = client.post("/api/v1/session", json={"name": "clumsy", "password": password})
            assert answer.status_code == (201 if password == PASSWORD else 401)


def test_a_mark_that_is_no_text_is_a_wrong_mark(service: Service) -> None:
    with service.client("mei") as client:
        kind = {"Content-Type": "multipart/form-data; boundary=x; charset=unicode_escape"}
        part = b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n\\ud800\r\n--x--\r\n'
        assert client.post("/sign-out", content=part, headers=kind).status_code in {403, 422}


def test_a_change_by_session_must_carry_the_session_s_mark(service: Service) -> None:
    with service.client("mei") as client:
        del client.headers["X-CSRF-Token"]
        for headers in ({}, {"X-CSRF-Token": "f" * 32}):
            answer = client.post("/api/v1/tokens", json={"label": "x"}, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (403, "csrf_missing")
        form = client.post(f"/plans/{service.plan}/reject", data={"reason": "forged"})
        assert form.status_code == 403
        assert client.get(f"/api/v1/plans/{service.plan}").json()["state"] == "draft"


def test_a_disabled_account_is_put_out_at_once(service: Service) -> None:
    service.zhongfu("user", "add", "gone", "--role", "planner", ZHONGFU_USER_PASSWORD=PASSWORD)
    with service.client("gone") as client, service.client("root") as admin:
        token = client.post("/api/v1/tokens", json={"label": "program"}).json()["secret"]
        assert client.get("/api/v1/me").status_code == 200
        answer = admin.patch("/api/v1/users/gone", json={"state": "disabled"}, headers={"If-Match": '"1"'})
        assert answer.json()["state"] == "disabled"
        assert client.get("/api/v1/me").status_code == 401
        bearer = {"Authorization": f"Bearer {token}"}
        assert httpx.get(f"{service.address}/api/v1/me", headers=bearer).status_code == 401
        again = client.post("/api/v1/session", json={"name": "gone", "password": PASSWORD})
        assert again.json()["code"] == "sign_in_refused"


def test_a_token_reads_writes_only_when_made_so_and_ends(service: Service) -> None:
    with service.client("mei") as client:
        reader = client.post("/api/v1/tokens", json={"label": "nightly figures"}).json()
        writer = client.post("/api/v1/tokens", json={"label": "other", "writes": True, "days": 1}).json()
        assert all("secret" not in each for each in client.get("/api/v1/tokens").json()["items"])
        with service.client() as program:
            program.headers["Authorization"] = f"Bearer {reader['secret']}"
            assert program.get("/api/v1/me").json()["name"] == "mei"
            assert program.post("/api/v1/tokens", json={"label": "more"}).json()["code"] == "token_reads"
            program.headers["Authorization"] = f"Bearer {writer['secret']}"
            for refused in (
                program.post("/api/v1/tokens", json={"label": "more"}),
                program.delete(f"/api/v1/tokens/{reader['token']}"),
            ):
                assert (refused.status_code, refused.json()["code"]) == (403, "session_needed")
            assert client.delete(f"/api/v1/tokens/{writer['token']}").status_code == 204
            assert program.get("/api/v1/me").status_code == 401
        assert client.delete(f"/api/v1/tokens/{writer['token']}").json()["code"] == "token_unknown"


def test_a_way_back_never_leads_to_another_site(service: Service) -> None:
    with service.client() as client:
        for back in (
            "https://elsewhere.example/",
            "//elsewhere.example/",
            "/\\elsewhere.example",
            "javascript:alert(1)",
        ):
            answer = client.post("/sign-in", data={"name": "lan", "password": PASSWORD, "back": back})
            assert (answer.status_code, answer.headers["location"]) == (303, "/")
            assert client.get("/language/zh", params={"back": back}).headers["location"] == "/"
