"""A fault is a problem: of the right status, in both languages, naming the field and the repair."""

import asyncio
import errno
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from api.app import create_app
from api.plan_files import PlanDamaged, PlanMissing
from api.problems import problem_of
from api.problems.plain import plain
from api.settings import Settings
from graph.errors import BadAddress, Language, NoRights, ServerUnreachable, WrongPassword, ZhongfuError
from graph.state import NotPrepared
from tests.api.web.conftest import Service


def test_a_problem_speaks_the_reader_s_language_and_both(service: Service) -> None:
    with service.client("mei") as client:
        zh = client.get("/api/v1/plans/nothing", headers={"Accept-Language": "zh-CN"})
        en = client.get("/api/v1/plans/nothing", headers={"Accept-Language": "en"})
    assert zh.status_code == en.status_code == 404
    assert zh.headers["content-type"] == "application/problem+json"
    assert zh.json()["detail"] == zh.json()["messages"]["zh"] == en.json()["messages"]["zh"]
    assert en.json()["detail"] == en.json()["messages"]["en"] == zh.json()["messages"]["en"]
    assert all(en.json()["repairs"].values())


def test_what_does_not_fit_is_named_field_by_field(service: Service) -> None:
    with service.client("mei") as client:
        answer = client.post("/api/v1/tokens", json={"days": 0, "writes": "perhaps", "more": 1})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "invalid_request")
    assert {each["field"] for each in problem["errors"]} == {"label", "days", "writes", "more"}
    assert all(each["message"] != each["message_zh"] for each in problem["errors"])


def test_a_body_that_is_no_json_is_named_as_the_body(service: Service) -> None:
    with service.client("mei") as client:
        answer = client.post("/api/v1/runs", content=b"{bad", headers={"Content-Type": "application/json"})
    assert (answer.status_code, [each["field"] for each in answer.json()["errors"]]) == (422, ["body"])


def test_what_is_no_address_and_no_method_is_a_problem_too(service: Service) -> None:
    with service.client("mei") as client:
        assert client.get("/api/v1/nothing").json()["code"] == "http_404"
        broken = client.post("/api/v1/tokens", content=b"{", headers={"Content-Type": "application/json"})
        assert (broken.status_code, broken.json()["code"]) == (422, "invalid_request")


def test_a_method_that_an_address_does_not_take_is_refused_with_those_that_it_takes(service: Service) -> None:
    with service.client("mei") as client:
        for method, status in (("PUT", 405), ("OPTIONS", 204)):
            answer = client.request(method, "/api/v1/offers")
            assert answer.status_code == status
            assert answer.headers["allow"] == "GET, HEAD, OPTIONS, POST"
        assert client.put("/api/v1/offers").json()["code"] == "http_405"
        assert client.options("/api/v1/nothing").status_code == 404
        assert client.delete("/offers").headers["allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize(
    "fault",
    [PlanMissing(plan="00ff", where="plans"), PlanDamaged(file="plans/00ff", what="cut off", what_zh="不完整")],
)
def test_a_plan_whose_files_are_gone_or_damaged_is_gone(fault: ZhongfuError) -> None:
    problem = problem_of(fault, "en")
    assert problem is not None
    assert (problem.status, problem.title) == (410, "Gone")


@pytest.mark.parametrize(
    ("liked", "status"),
    [
        ("application/xml", 406),
        ("text/html, application/json;q=0", 406),
        ("application/json", 200),
        ("text/html, */*;q=0.1", 200),
        ("Application/*", 200),
    ],
)
def test_who_takes_no_json_is_told_so(service: Service, liked: str, status: int) -> None:
    with service.client("mei") as client:
        answer = client.get("/api/v1/me", headers={"Accept": liked})
        assert answer.status_code == status
        if status == 406:
            assert answer.json()["code"] == "http_406"
        assert client.get("/runs", headers={"Accept": liked}).status_code == 200
        assert client.get("/api/v1/runs/nothing/events", headers={"Accept": "text/event-stream"}).status_code == 404


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
def test_a_body_of_another_form_than_the_address_takes_is_told_so(service: Service, kind: str) -> None:
    with service.client("kind") as client:
        wrong = client.post("/api/v1/tokens", content=b'{"label": "x"}', headers={"Content-Type": kind})
        files = client.post("/api/v1/uploads", json={"files": []})
    for answer in (wrong, files):
        assert (answer.status_code, answer.json()["code"]) == (415, "http_415")
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("liked", "language"),
    [
        ("en;q=0.2, zh;q=0.9", "zh"),
        ("zh;q=0.2, en;q=0.9", "en"),
        ("fr, zh-Hans-CN;q=0.8, en;q=0.8", "zh"),
        ("ZH", "zh"),
        ("zh;q=0, en;q=0.1", "en"),
        ("zh;q=0", "en"),
        ("zh;q=much, en;q=0.1", "en"),
        ("zh;q=0.9;q=much", "zh"),
        ("de, *;q=0.5", "en"),
        (",;q=,", "en"),
    ],
)
def test_the_language_that_a_reader_likes_best_is_spoken(service: Service, liked: str, language: str) -> None:
    with service.client() as client:
        problem = client.get("/api/v1/me", headers={"Accept-Language": liked}).json()
    assert problem["detail"] == problem["messages"][language]


def test_head_is_answered_as_get_without_the_body(service: Service) -> None:
    with service.client("mei") as client:
        for path in (
            "/",
            "/plans",
            "/api/v1/plans",
            "/api/v1/nothing",
            "/static/style.css",
            "/healthz",
            "/openapi.json",
        ):
            for _ in range(60):  # the first page changes once what it counts is counted
                got, headed, again = client.get(path), client.head(path), client.get(path)
                if len(got.content) == len(again.content):
                    break
            assert (headed.status_code, headed.content) == (got.status_code, b"")
            for name in ("content-type", "content-length", "content-encoding"):
                assert headed.headers.get(name) == got.headers.get(name), (path, name)
    with service.client() as client:
        assert client.head("/api/v1/plans").status_code == 401


def test_kinds_regions_and_publications_are_read(service: Service) -> None:
    with service.client("kind") as client:
        kinds = {each["kind"]: each for each in client.get("/api/v1/service-kinds").json()}
        assert (kinds["bathing"]["broader"], kinds["bathing"]["class"], len(kinds)) == (["home_help"], "living", 30)
        [root] = client.get("/api/v1/regions").json()
        assert (root["code"], root["level"]) == ("440000000000", "province")
        county = client.get("/api/v1/regions/441427").json()
        assert [each["level"] for each in county["line"]] == ["province", "city"]
        assert {each["level"] for each in county["inside"]} == {"town"}
        assert client.get("/api/v1/regions", params={"parent": "441427"}).json() == county["inside"]
        assert client.get("/api/v1/regions/990000").json()["code"] == "region_unknown"
    with service.client("mei") as client:
        published = client.get("/api/v1/publications?limit=200").json()["items"]
        assert all(each["scope"] == "441427000000" for each in published)


def test_the_openapi_document_is_public_and_names_the_problems(service: Service) -> None:
    with service.client() as client:
        document = client.get("/openapi.json").json()
    assert "Problem" in document["components"]["schemas"]
    plan = document["paths"]["/api/v1/plans/{plan}"]["get"]["responses"]
    assert {"200", "401", "403", "404", "503"} <= set(plan)
    assert "application/problem+json" in plan["404"]["content"]
    assert not any(path.startswith("/plans") for path in document["paths"])


@pytest.mark.parametrize("status", [400, 403, 404, 406, 409, 413, 415, 500, 501])
def test_a_status_alone_is_told_in_both_languages_with_a_repair(status: int) -> None:
    for language in ("en", "zh"):
        problem = plain(status, language)
        assert problem.messages["en"] != problem.messages["zh"]
        assert all(problem.repairs.values())


def answered(app: FastAPI, address: str) -> httpx.Response:
    """What an app within this process answers a stranger."""

    async def get() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            return await client.get(address)

    return asyncio.run(get())


def test_a_fault_that_nobody_foresaw_carries_the_headers_of_every_answer(tmp_path: Path) -> None:
    app = create_app(Settings.model_validate({"home": tmp_path, "lang": "en", "actor": "test", "jobs": 1}))

    @app.get("/api/v1/broken")
    def broken() -> None:
        raise LookupError

    answer, well = answered(app, "/api/v1/broken"), answered(app, "/healthz")
    assert (answer.status_code, answer.json()["code"]) == (500, "http_500")
    for name in ("content-security-policy", "x-content-type-options", "cache-control"):
        assert answer.headers[name] == well.headers[name]


HOME, HOST = "/srv/zhongfu/home", "10.1.2.3"


@pytest.mark.parametrize(
    "fault",
    [
        NotPrepared(where=Path(HOME)),
        ServerUnreachable(address=f"bolt://{HOST}:7687", detail=f"Couldn't connect to {HOST}:7687"),
        WrongPassword(address=f"bolt://{HOST}:7687", user=f"owner of {HOME}"),
        BadAddress(address=f"http://{HOST}", detail=f"no scheme in {HOST}"),
        NoRights(where=HOME, setting="ZHONGFU_HOME"),
        OSError(errno.ENOENT, "no such file", f"{HOME}/plans"),
        OSError(errno.EACCES, "denied", f"{HOME}/plans"),
    ],
    ids=lambda fault: type(fault).__name__,
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_caller_learns_a_path_or_an_address_of_the_server(fault: ZhongfuError | OSError, language: Language) -> None:
    problem = problem_of(fault, language)
    assert problem is not None
    assert problem.detail
    told = problem.model_dump_json()
    assert HOME not in told
    assert HOST not in told


def test_a_stranger_s_question_to_an_empty_service_names_no_folder(tmp_path: Path) -> None:
    app = create_app(Settings.model_validate({"home": tmp_path, "lang": "en", "actor": "test", "jobs": 1}))
    answer = answered(app, "/places?q=x")
    assert answer.status_code == 409
    assert str(tmp_path) not in answer.text
    assert "holds no data yet" in answer.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/nothing"),
        ("PUT", "/api/v1/tokens"),
        ("OPTIONS", "/api/v1/offers"),
        ("GET", "/api/v1/sessionsx/y"),
    ],
)
def test_a_stranger_learns_of_no_address_and_no_method(service: Service, method: str, path: str) -> None:
    with httpx.Client(base_url=service.address) as stranger:
        answer = stranger.request(method, path)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
        assert stranger.put("/api/v1/registrations").status_code == 405


def test_a_token_that_reads_only_is_told_that_it_is_the_token(service: Service) -> None:
    with service.client("kind") as client:
        made = client.post("/api/v1/tokens", json={"label": "reads", "days": 1, "writes": False}).json()
    with httpx.Client(base_url=service.address, headers={"Authorization": f"Bearer {made['secret']}"}) as program:
        refused = program.post("/api/v1/offers", json={"kind": "bathing", "capacity": "3", "serves": "441427"})
        assert (refused.status_code, refused.json()["code"]) == (403, "token_reads")
        assert program.post("/api/v1/users", json={}).json()["code"] == "forbidden"


def test_an_unknown_parameter_is_told_with_the_address(service: Service) -> None:
    with service.client("kind") as client:
        told = client.get("/api/v1/service-kinds?limit=100").json()["detail"]
        assert "api/v1/service-kinds takes no parameter 'limit'" in told
