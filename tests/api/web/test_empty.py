"""A service over a graph that holds nothing says what to do on every page, and is filled through it."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.api.conftest import COUNTY, DAY, Command
from tests.api.web.conftest import PASSWORD, Service, running

PAGES = ("/", "/runs", "/plans", "/gaps", "/uploads", "/registrations", "/offers")


@pytest.fixture(scope="module")
def empty(zhongfu: Command) -> Iterator[Service]:
    """A service over an empty graph, with a coordinator of everywhere."""
    zhongfu("graph", "start", "--size", "small")
    zhongfu("user", "add", "all", "--role", "coordinator", ZHONGFU_USER_PASSWORD=PASSWORD)
    with running(zhongfu, processes=1) as address:
        yield Service(address, zhongfu, "")


@pytest.fixture(scope="module")
def small(zhongfu: Command, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fiftieth of a county."""
    folder = tmp_path_factory.mktemp("small") / "data"
    zhongfu("sample", folder, "--region", COUNTY, "--seed", 7, "--scale", 0.02, "--on", DAY)
    return folder


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_an_empty_graph_tells_what_to_do(empty: Service, path: str) -> None:
    with empty.client("all") as client:
        answer = client.get(path, follow_redirects=True)
    assert answer.status_code < 500, answer.text
    assert "load" in answer.text.lower()


def test_an_empty_graph_is_filled_through_the_service(empty: Service, small: Path) -> None:
    files = [("files", (path.name, path.read_bytes())) for path in sorted(small.glob("*.csv"))]
    with empty.client("all") as client:
        checked = client.post("/api/v1/uploads", files=files)
        assert checked.status_code == 201, checked.text
        assert checked.json()["totals"]["error"] == 0, checked.json()["issues"][:3]
        done = finished(client, checked.headers["location"])
        assert done["state"] == "written", done
        assert {count["table"]: count["new"] for count in done["counts"]}["households"] > 0
        assert client.get("/gaps", follow_redirects=True).status_code == 200


def finished(client: httpx.Client, upload: str) -> dict[str, object]:
    """What became of an upload that is written."""
    done: dict[str, object] = client.post(f"{upload}/write", timeout=120).json()
    while done["state"] == "writing":
        done = client.get(upload).json()
    return done
