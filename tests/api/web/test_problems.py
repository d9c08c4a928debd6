"""A fault is a problem: of the right status, in both languages, naming the field and the repair."""

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


def test_what_is_no_address_and_no_method_is_a_problem_too(service: Service) -> None:
    with service.client("mei") as client:
        assert client.get("/api/v1/nothing").json()["code"] == "http_404"
        assert client.put("/api/v1/plans", json={}).json()["code"] == "http_405"
        assert (
            client.post("/api/v1/tokens", content=b"{", headers={"Content-Type": "application/json"}).status_code == 422
        )


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
        published = client.get("/api/v1/publications").json()
        assert all(each["scope"] == "441427000000" for each in published)


def test_the_openapi_document_is_public_and_names_the_problems(service: Service) -> None:
    with service.client() as client:
        document = client.get("/openapi.json").json()
    assert "Problem" in document["components"]["schemas"]
    plan = document["paths"]["/api/v1/plans/{plan}"]["get"]["responses"]
    assert {"200", "401", "403", "404", "503"} <= set(plan)
    assert "application/problem+json" in plan["404"]["content"]
    assert not any(path.startswith("/plans") for path in document["paths"])
