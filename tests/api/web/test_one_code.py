"""No two organisations get one credit code, though one is loaded and the other approved at the very same moment."""

import csv
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from graph.connect import open_graph
from graph.load_record import CodeJustTaken, load_under_way
from graph.registrations import holders_of
from loaders.load import Loaded, load
from tests.api.web.conftest import Service
from tests.api.web.test_offers import PLACE, credit_code, registration


def loaded(service: Service, folder: Path, at: dict[str, Callable[[], None]]) -> Loaded:
    """The load of a folder into the service's graph, in which something else is done at a step: `write X` once X is written."""
    met: list[str] = []

    def step(name: str, _share: float) -> None:
        met.append(f"write {name}" if "seal secrets" in met else name)
        at.pop(met[-1], lambda: None)()

    done = load(folder, "tester", home=service.zhongfu.home, progress=step)
    assert not at, "every step was met"
    return done


def folder_of(place: Path, sample: Path, number: int, household: str = "") -> Path:
    """An organisation, of a number of its own, that has the credit code of a registration; and a household where one is named."""
    text = f"organization,name,type,region,credit_code\nLOADED-{number},会,charity,{PLACE},{credit_code(number)}\n"
    (place / "organizations.csv").write_text(text, "utf-8")
    if household:
        with (sample / "households.csv").open(encoding="utf-8-sig", newline="") as file:
            row = next(csv.DictReader(file)) | {"household": household}
        lines = [",".join(row), ",".join(row.values())]
        (place / "households.csv").write_text("\n".join(lines), "utf-8")
    return place


def waiting(client: httpx.Client, number: int) -> str:
    return str(client.post("/api/v1/registrations", json=registration(number)).json()["registration"])


def test_a_code_that_is_approved_while_files_are_checked_is_not_loaded_beside_it(
    service: Service, sample: Path, tmp_path: Path
) -> None:
    with service.client() as stranger, service.client("mei") as mei:
        number = waiting(stranger, 901)

        def approve() -> None:
            assert mei.post(f"/api/v1/registrations/{number}/approve").status_code == 200

        with pytest.raises(CodeJustTaken, match=credit_code(901)) as told:
            loaded(service, folder_of(tmp_path, sample, 901), {"checked": approve})
        assert credit_code(901) in told.value.message("zh")
        with open_graph(home=service.zhongfu.home) as graph:
            assert holders_of(graph, credit_code(901)) == [credit_code(901)]
            assert load_under_way(graph) is None
        again = loaded(service, tmp_path, {})
        assert [issue.code for issue in again.checked.issues] == ["credit_code_taken"]


def test_a_code_that_is_being_loaded_is_not_approved_beside_it(service: Service, sample: Path, tmp_path: Path) -> None:
    with service.client() as stranger, service.client("mei") as mei:
        number = waiting(stranger, 902)

        def approve() -> None:
            refused = mei.post(f"/api/v1/registrations/{number}/approve")
            assert (refused.status_code, refused.json()["code"]) == (409, "load_under_way")

        done = loaded(service, folder_of(tmp_path, sample, 902, "HCODE902"), {"write households": approve})
        assert {count.table: count.new for count in done.counts}["organizations"] == 1
        assert stranger.get(f"/api/v1/registrations/{number}").json()["state"] == "waiting"
        approved = mei.post(f"/api/v1/registrations/{number}/approve").json()
        assert (approved["state"], approved["organization"]) == ("approved", "LOADED-902")
        with open_graph(home=service.zhongfu.home) as graph:
            assert holders_of(graph, credit_code(902)) == ["LOADED-902"]


def test_a_closed_organisation_whose_code_another_got_is_not_opened_beside_it(
    service: Service, sample: Path, tmp_path: Path
) -> None:
    loaded(service, folder_of(tmp_path, sample, 903), {})
    with open_graph(home=service.zhongfu.home) as graph:
        graph.write("MATCH (o:Organization {organization: 'LOADED-903'}) SET o:Closed, o.closed_on = date()")
    text = "organization,name\nLOADED-903,会\n"
    (tmp_path / "organizations.csv").write_text(text, "utf-8")
    with service.client() as stranger, service.client("mei") as mei:
        number = waiting(stranger, 903)

        def approve() -> None:
            assert mei.post(f"/api/v1/registrations/{number}/approve").status_code == 200

        with pytest.raises(CodeJustTaken):
            loaded(service, tmp_path, {"checked": approve})
        with open_graph(home=service.zhongfu.home) as graph:
            assert holders_of(graph, credit_code(903)) == [credit_code(903)]
