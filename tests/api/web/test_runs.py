"""Runs asked for by HTTP are made by the worker, watched as they go, cancelled, and outlive whatever is killed."""

import json
import os
import re
import signal
import time
from typing import Any

import httpx
import psutil

from tests.api.conftest import DAY
from tests.api.web.conftest import Service


def ask(client: httpx.Client, **given: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/runs", json={"on": DAY} | given)
    assert answer.status_code == 202, answer.text
    run: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/api/v1/runs/{run['run']}"
    return run


def watched(client: httpx.Client, run: str) -> list[dict[str, Any]]:
    """What the events of a run told until it was over."""
    with client.stream("GET", f"/api/v1/runs/{run}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        return [json.loads(line.removeprefix("data: ")) for line in stream.iter_lines() if line.startswith("data: ")]


def processes(service: Service, *words: str) -> list[psutil.Process]:
    """Processes of the service's home whose command line has these words."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        try:
            if set(words) <= set(process.info["cmdline"] or []) and str(service.zhongfu.home) in process.environ().get(
                "ZHONGFU_HOME", ""
            ):
                found.append(process)
        except psutil.Error:
            continue
    return found


def test_a_run_is_made_and_its_plan_is_a_draft_of_whoever_asked(service: Service) -> None:
    with service.client("mei") as client:
        run = ask(client, period="2026-12", max_changes=3)
        assert "max_changes = 3\n" in run["policy"]
        told = watched(client, run["run"])
        assert told[-1]["state"] == "done"
        shares = [each["share"] for each in told if each["state"] == "running"]
        assert shares == sorted(shares)
        plan = client.get(f"/api/v1/plans/{told[-1]['plan']}").json()
        assert (plan["actor"], plan["period"], plan["on"], plan["state"]) == ("mei", "2026-12", DAY, "draft")
        assert plan["certificate"]["verify"]["passed"]
        proven = plan["certificate"]["stages"]
        assert told[-1]["stages"] == proven
        so_far = [len(each["stages"]) for each in told]
        assert so_far == sorted(so_far)
        assert [each["step"] for each in told[-1]["log"]][:3] == ["graph", "snapshot", "cover"]
        for path in ("/runs", f"/runs/{run['run']}"):
            assert told[-1]["plan"][:8] in client.get(path).text


def test_a_run_that_cannot_be_followed_is_refused_before_it_waits(service: Service) -> None:
    with service.client("mei") as client:
        before = len(client.get("/api/v1/runs?limit=200").json()["items"])
        for given, status, code in (
            ({"region": "440100"}, 404, "region_unknown"),
            ({"region": "440000000000"}, 403, "outside_scope"),
            ({"period": "2026-13"}, 422, "bad_period"),
            ({"on": "2026-02-30"}, 422, "bad_date"),
            ({"policy": "sed = 1"}, 422, "bad_policy"),
            ({"policy": "seed ="}, 422, "bad_policy"),
            ({"policy": "operating.pair = 100000000000000000000"}, 422, "bad_policy"),
            ({"policy": "usual_quantity.food = 10000000000000000"}, 422, "bad_policy"),
            ({"speed": 3}, 422, "invalid_request"),
            ({"max_changes": -1}, 422, "invalid_request"),
        ):
            answer = client.post("/api/v1/runs", json=given)
            assert (answer.status_code, answer.json()["code"]) == (status, code), given
        form = {"csrf": client.headers["X-CSRF-Token"], "region": "", "on": "2026-02-30", "period": ""}
        page = client.post("/runs", data=form)
        assert page.status_code == 422
        assert 'value="2026-02-30"' in page.text
        page = client.post("/runs", data=form | {"on": DAY, "max_changes": "-1"})
        assert page.status_code == 422
        assert 'value="-1"' in page.text
        page = client.post("/runs", data=form | {"on": DAY, "policy": "sed = 1"})
        assert page.status_code == 422
        assert re.search(r"<details open>.*>sed = 1</textarea>.*id=\"policy-wrong\">[^<]*sed", page.text, re.DOTALL)
        assert len(client.get("/api/v1/runs?limit=200").json()["items"]) == before


def test_a_run_outlives_its_worker_and_the_worker_is_started_anew(service: Service) -> None:
    [worker] = processes(service, "worker")
    with service.client("mei") as client:
        run = ask(client, period="2027-01")["run"]
        while client.get(f"/api/v1/runs/{run}").json()["state"] == "queued":
            time.sleep(0.02)
        os.kill(worker.pid, signal.SIGKILL)
        told = watched(client, run)
        assert (told[-1]["state"], told[-1]["attempts"]) == ("done", 2)
    assert [each.pid for each in processes(service, "worker")] != [worker.pid]


def test_a_run_is_cancelled_while_it_waits_and_while_it_works(service: Service) -> None:
    with service.client("mei") as client:
        works, waits = (ask(client, period=period)["run"] for period in ("2027-02", "2027-03"))
        while client.get(f"/api/v1/runs/{works}").json()["state"] == "queued":
            time.sleep(0.02)
        assert client.post(f"/api/v1/runs/{waits}/cancel").json()["state"] == "cancelled"
        assert client.post(f"/api/v1/runs/{works}/cancel").status_code == 202
        last = watched(client, works)[-1]
        assert (last["state"], last["plan"]) == ("cancelled", None)
        assert client.post(f"/api/v1/runs/{works}/cancel").status_code == 202
        assert client.get(f"/api/v1/runs/{waits}").json()["ended_at"]
    with service.client("far") as client:
        answer = client.get(f"/api/v1/runs/{works}")
        assert (answer.status_code, answer.json()["code"]) == (403, "outside_scope")


def test_a_policy_or_a_day_that_nobody_can_read_is_refused_by_name(service: Service) -> None:
    with service.client("mei") as client:
        for given, code in (
            ({"policy": "a=" + "[" * 15000}, "bad_policy"),
            ({"policy": "a=" + "1" * 5000}, "bad_policy"),
            ({"period": "2026-1２"}, "bad_period"),
            ({"period": "2٠٢٦-12"}, "bad_period"),
            ({"on": "2026-12-0１"}, "bad_date"),
        ):
            answer = client.post("/api/v1/runs", json={"on": DAY} | given)
            assert (answer.status_code, answer.json()["code"]) == (422, code)
