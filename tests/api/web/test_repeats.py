"""A change that is sent twice under one Idempotency-Key is made once, also by two processes at the same moment."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import httpx
from fastapi.routing import APIRoute, iter_route_contexts

from api.app import create_app
from api.repeats import Repeatable
from api.service.opening import opened
from api.settings import Settings
from tests.api.conftest import COUNTY, DAY
from tests.api.web.conftest import PASSWORD, Service
from tests.api.web.test_offers import registration

AT_ONCE = 8


def asked(client: httpx.Client, key: str, **given: Any) -> httpx.Response:
    return client.post("/api/v1/runs", json={"on": DAY} | given, headers={"Idempotency-Key": key})


def cancelled(client: httpx.Client, run: str) -> None:
    assert client.post(f"/api/v1/runs/{run}/cancel").status_code == 202


def runs(client: httpx.Client) -> set[str]:
    return {run["run"] for run in client.get("/api/v1/runs?limit=200").json()["items"]}


def test_a_run_asked_for_twice_is_one_run(service: Service) -> None:
    key = uuid4().hex
    with service.client("mei") as client:
        before = runs(client)
        first, second = asked(client, key), asked(client, key)
        assert runs(client) - before == {first.json()["run"]}
        cancelled(client, first.json()["run"])
    assert (first.status_code, second.status_code) == (202, 202)
    assert second.content == first.content
    assert second.headers["location"] == first.headers["location"]
    assert second.headers["content-type"] == first.headers["content-type"]
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"


def test_a_run_asked_for_by_many_at_the_same_moment_is_one_run(service: Service) -> None:
    key, start = uuid4().hex, Barrier(AT_ONCE)

    with service.client("mei") as client:
        before = runs(client)

        def ask(_: int) -> httpx.Response:
            start.wait()
            return asked(client, key)

        with ThreadPoolExecutor(AT_ONCE) as pool:
            answers = list(pool.map(ask, range(AT_ONCE)))
        [run] = runs(client) - before
        assert {answer.status_code for answer in answers} <= {202, 409}
        for answer in answers:
            if answer.status_code == 409:
                assert answer.json()["code"] == "idempotency_under_way"
                assert int(answer.headers["retry-after"]) > 0
            else:
                assert answer.json()["run"] == run
        assert sum("idempotency-replayed" not in each.headers for each in answers if each.status_code == 202) == 1
        assert asked(client, key).json()["run"] == run
        cancelled(client, run)


def test_a_key_is_not_for_another_request(service: Service) -> None:
    key = uuid4().hex
    with service.client("mei") as client:
        run = asked(client, key).json()["run"]
        before = runs(client)
        for answer in (
            asked(client, key, period="2027-05"),
            client.post(f"/api/v1/runs/{run}/cancel", headers={"Idempotency-Key": key}),
        ):
            assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
        assert runs(client) == before
        cancelled(client, run)


def test_a_request_that_failed_frees_its_key(service: Service) -> None:
    key = uuid4().hex
    with service.client("mei") as client:
        assert asked(client, key, on="2026-02-30").json()["code"] == "bad_date"
        assert asked(client, key, speed=3).json()["code"] == "invalid_request"
        made = asked(client, key)
        assert made.status_code == 202
        assert "idempotency-replayed" not in made.headers
        cancelled(client, made.json()["run"])


def left(service: Service, *, answered: bool) -> None:
    """Let the answers that are kept be a day old, or be as if their server had died before it kept them."""
    settings = {"home": service.zhongfu.home, "lang": "en", "actor": "test", "jobs": 1}
    past = "a.expires_at" if answered else "a.status = null, a.lease_until"
    with opened(Settings.model_validate(settings)) as graph:
        graph.write(f"MATCH (a:Answer) SET {past} = datetime() - duration('PT1S')")


def test_a_run_asked_for_under_the_same_key_on_another_day_is_another_run(service: Service) -> None:
    key = uuid4().hex
    with service.client("mei") as client:
        first = asked(client, key).json()["run"]
        cancelled(client, first)
        left(service, answered=True)
        second = asked(client, key)
        assert second.status_code == 202
        assert second.json()["run"] != first
        cancelled(client, second.json()["run"])


def test_what_another_request_makes_under_a_key_of_another_day_is_its_own(service: Service) -> None:
    headers = {"Idempotency-Key": uuid4().hex}
    with service.client("kind") as client:
        made = []
        for capacity in ("3", "4"):
            new = {"kind": "meal_delivery", "serves": COUNTY, "capacity": capacity}
            answer = client.post("/api/v1/offers", json=new, headers=headers)
            assert (answer.status_code, answer.json()["capacity"]) == (201, int(capacity))
            made.append(answer)
            left(service, answered=True)
        assert made[0].json()["offer"] != made[1].json()["offer"]
        for each in made:
            client.delete(each.headers["location"], headers={"If-Match": each.headers["etag"]})


def test_a_request_whose_server_died_before_it_answered_finds_what_it_made(service: Service) -> None:
    key = uuid4().hex
    with service.client("mei") as client:
        first = asked(client, key).json()["run"]
        left(service, answered=False)
        assert asked(client, key).json()["run"] == first
        cancelled(client, first)


def test_a_key_of_one_account_says_nothing_to_another(service: Service) -> None:
    key = uuid4().hex
    with service.client("mei") as mei, service.client("far") as far:
        first, second = asked(mei, key), asked(far, key)
        assert (first.status_code, second.status_code) == (202, 202)
        assert first.json()["run"] != second.json()["run"]
        assert second.json()["actor"] == "far"
        cancelled(mei, first.json()["run"])
        cancelled(far, second.json()["run"])


def test_an_answer_is_given_again_to_nobody_without_the_right(service: Service) -> None:
    key = uuid4().hex
    with service.client("mei") as client:
        made = asked(client, key)
        del client.headers["X-CSRF-Token"]
        assert asked(client, key).json()["code"] == "csrf_missing"
    with service.client() as stranger, service.client("lan") as planner:
        assert asked(stranger, key).json()["code"] == "not_signed_in"
        assert asked(planner, key).json()["code"] == "forbidden"
    with service.client("mei") as client:
        cancelled(client, made.json()["run"])


def test_an_account_made_twice_under_one_key_is_made_once_with_its_version(service: Service) -> None:
    new = {"name": "twice", "role": "planner", "password": PASSWORD}
    with service.client("root") as client:
        headers = {"Idempotency-Key": uuid4().hex}
        answers = [client.post("/api/v1/users", json=new, headers=headers) for _ in range(2)]
        assert [(each.status_code, each.headers["etag"]) for each in answers] == [(201, '"1"')] * 2
        assert client.post("/api/v1/users", json=new).json()["code"] == "user_taken"


def test_a_file_sent_twice_under_one_key_is_one_upload_whatever_the_form_s_boundary(service: Service) -> None:
    headers = {"Idempotency-Key": uuid4().hex}
    table = b"volunteer,village,skills,hours\nV0,441427100001,visiting,3\n"
    with service.client("mei") as client:
        sent = [
            client.post("/api/v1/uploads", files={"files": ("volunteers.csv", table + more)}, headers=headers)
            for more in (b"", b"", b"V1,441427100001,visiting,3\n")
        ]
    assert [each.status_code for each in sent] == [201, 201, 422], sent[0].text
    assert sent[0].json()["upload"] == sent[1].json()["upload"]
    assert sent[2].json()["code"] == "idempotency_key_reused"


def readable(body: bytes) -> bool:
    """Whether somebody who has no key may read an answer."""
    try:
        json.loads(body)
    except ValueError:
        return False
    return True


def test_what_is_kept_of_an_answer_is_sealed(service: Service) -> None:
    headers = {"Idempotency-Key": uuid4().hex}
    file = ("persons.csv", "person,household,name,sex\nP1,H1,司马相如,男女\n".encode())
    with service.client("mei") as client:
        first, second = (client.post("/api/v1/uploads", files={"files": file}, headers=headers) for _ in range(2))
    assert "男女" in first.text
    assert (second.text, second.headers["idempotency-replayed"]) == (first.text, "true")
    settings = {"home": service.zhongfu.home, "lang": "en", "actor": "test", "jobs": 1}
    with opened(Settings.model_validate(settings)) as graph:
        kept = graph.read("MATCH (a:Answer) WHERE a.body IS NOT NULL RETURN a.body AS body")
    assert kept
    assert not [row for row in kept if readable(bytes(row["body"])) or "男女".encode() in bytes(row["body"])]


def test_a_key_that_is_none_is_named(service: Service) -> None:
    with service.client("mei") as client:
        for key in ("", "k" * 201):
            problem = asked(client, key).json()
            assert (problem["status"], problem["errors"][0]["field"]) == (422, "header.Idempotency-Key")


def test_every_change_may_be_repeated_but_sessions_and_tokens_whose_secrets_are_not_kept() -> None:
    app = create_app(Settings.model_validate({"home": "/nowhere", "lang": "en", "actor": "test", "jobs": 1}))
    plain = {
        str(route.path)
        for route in iter_route_contexts(app.routes)
        if isinstance(route.original_route, APIRoute)
        and str(route.path).startswith("/api/")
        and not {"GET", "HEAD", "OPTIONS"} >= set(route.methods or ())
        and not isinstance(route.original_route, Repeatable)
    }
    assert plain == {"/api/v1/session", "/api/v1/tokens", "/api/v1/tokens/{token}"}


def test_strangers_do_not_share_their_keys(service: Service) -> None:
    with service.client() as one, service.client() as other:
        answers = [
            client.post("/api/v1/registrations", json=registration(number), headers={"Idempotency-Key": "1"})
            for client, number in ((one, 62), (other, 63), (one, 62))
        ]
    assert [answer.status_code for answer in answers] == [201] * 3
    numbers = [answer.json()["registration"] for answer in answers]
    assert numbers[0] == numbers[2] != numbers[1]
