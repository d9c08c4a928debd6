"""A real Dask cluster makes the plan that this process makes, also when it loses a worker, and an unfit one is refused."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from distributed import Client

from matching.cluster import ClusterAway, ClusterUnlike, cluster
from matching.execute import workers
from matching.match import match
from matching.plan import Plan
from matching.plan_id import plan_id
from matching.problem import Problem
from tests.matching.worlds import FOOD, GOODS, GREET, VISIT, problem_of, random_world

ROOT = Path(__file__).parent.parent.parent


@dataclass
class Dask:
    """A scheduler with its workers, each a process of its own."""

    folder: Path
    processes: ExitStack
    addresses: list[str] = field(default_factory=list)
    """The workers' addresses, in the order in which they came."""

    def __post_init__(self) -> None:
        self.scheduler = self._begin("dask_scheduler", "--host", "127.0.0.1", "--port", "0")
        self.address = str(_waited_for(self.folder / "scheduler.json")["address"])

    def add_worker(self, **environment: str) -> subprocess.Popen[bytes]:
        """One more worker of one thread, which is there when this returns."""
        options = ("--nthreads", "1", "--no-nanny", "--host", "127.0.0.1", "--local-directory", str(self.folder))
        worker = self._begin("dask_worker", *options, **environment)
        self._until(len(self.addresses) + 1)
        return worker

    def _begin(self, program: str, *options: str, **environment: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{program}", "--no-dashboard"]
        process = subprocess.Popen(
            [*command, "--scheduler-file", str(self.folder / "scheduler.json"), *options],
            env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.processes.callback(process.wait)
        self.processes.callback(process.kill)
        return process

    def until_at_work(self, worker: int) -> None:
        """Wait until a worker, by the order in which they came, has jobs of its own."""
        with Client(self.address, set_as_default=False) as client:
            for _ in range(600):
                if client.processing()[self.addresses[worker]]:
                    return
                time.sleep(0.1)
        raise AssertionError("the worker was given nothing")

    def _until(self, workers: int) -> None:
        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout="60s")
            here = client.scheduler_info(n_workers=-1)["workers"]
            self.addresses += [address for address in here if address not in self.addresses]


@contextmanager
def running(folder: Path) -> Iterator[Dask]:
    with ExitStack() as processes:
        yield Dask(folder, processes)


def _waited_for(file: Path) -> dict[str, str]:
    for _ in range(600):
        with suppress(FileNotFoundError, json.JSONDecodeError):
            return dict(json.loads(file.read_text("utf-8")))
        time.sleep(0.1)
    raise AssertionError(f"{file} never came")


@pytest.fixture(scope="module")
def problem() -> Problem:
    """Kinds of two components, so that there are several jobs."""
    return problem_of(random_world(11, 300, 60, most=3, kinds=(FOOD, GOODS, VISIT, GREET)))


@pytest.fixture(scope="module")
def here(problem: Problem) -> Plan:
    return match(problem)


def test_a_cluster_makes_the_plan_of_this_process(problem: Problem, here: Plan, tmp_path: Path) -> None:
    told: list[float] = []
    with running(tmp_path) as dask:
        dask.add_worker()
        dask.add_worker()
        with cluster(dask.address) as executor:
            made = match(problem, executor=executor, progress=lambda _step, share: told.append(share))
    assert made.id == here.id == plan_id(made, problem.snapshot)
    assert told == sorted(told)


def test_a_worker_that_is_killed_with_its_jobs_changes_nothing(problem: Problem, here: Plan, tmp_path: Path) -> None:
    with running(tmp_path) as dask:
        lost = dask.add_worker()
        dask.add_worker()
        with cluster(dask.address) as executor:
            # stopped, it keeps the jobs that it is given; killed, it gives them back
            lost.send_signal(signal.SIGSTOP)
            made: list[Plan] = []
            run = threading.Thread(target=lambda: made.append(match(problem, executor=executor)))
            run.start()
            dask.until_at_work(0)
            lost.kill()
            run.join(120)
    assert [plan.id for plan in made] == [here.id]


def test_a_cluster_that_is_lost_while_it_is_at_work_is_told(problem: Problem, tmp_path: Path) -> None:
    with running(tmp_path) as dask:
        worker = dask.add_worker()

        def end_it() -> None:
            dask.until_at_work(0)
            dask.scheduler.kill()

        def match_there() -> None:
            with cluster(dask.address) as executor:
                worker.send_signal(signal.SIGSTOP)
                ending.start()
                match(problem, executor=executor)

        ending = threading.Thread(target=end_it)
        with pytest.raises(ClusterAway) as refused:
            match_there()
        ending.join()
    assert dask.address in refused.value.message("en")
    assert "at work" in refused.value.message("en")


def test_a_worker_that_comes_later_is_given_nothing(problem: Problem, here: Plan, tmp_path: Path) -> None:
    with running(tmp_path) as dask:
        dask.add_worker()
        with cluster(dask.address) as executor:
            assert executor is not None
            dask.add_worker()
            pids = {executor.submit(os.getpid).result(60) for _ in range(20)}
            assert match(problem, executor=executor).id == here.id
    assert len(pids) == 1


def test_an_address_with_tls_needs_certificates() -> None:
    with pytest.raises(ClusterAway, match="certificates"), cluster("tls://127.0.0.1:1"):
        pass


def test_a_fault_of_a_job_is_raised_here(tmp_path: Path) -> None:
    with running(tmp_path) as dask:
        dask.add_worker()
        with (
            cluster(dask.address) as executor,
            workers(1, executor, "math") as at_work,
            pytest.raises(ValueError, match="invalid literal"),
        ):
            at_work.run([(int, ("1",)), (int, ("one",))], lambda _share: None)


def test_an_address_where_nobody_answers_is_told_with_it() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(ClusterAway) as refused, cluster(address):
            pass
    assert address in refused.value.message("en")
    assert address in refused.value.message("zh")


def test_a_cluster_without_workers_is_refused(tmp_path: Path) -> None:
    with running(tmp_path) as dask, pytest.raises(ClusterAway, match="no workers"), cluster(dask.address):
        pass


def test_a_worker_without_this_program_is_refused_by_name(tmp_path: Path) -> None:
    other = tmp_path / "elsewhere"
    (other / "matching").mkdir(parents=True)
    (other / "matching" / "__init__.py").write_text("", "utf-8")  # another package of that name comes first
    with running(tmp_path) as dask:
        dask.add_worker(PYTHONPATH=str(other))
        with pytest.raises(ClusterUnlike) as refused, cluster(dask.address):
            pass
    assert "tcp://127.0.0.1" in refused.value.message("en")


def test_no_address_is_no_executor() -> None:
    with cluster(None) as executor:
        assert executor is None
