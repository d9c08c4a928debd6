"""A run's process may start others, and whatever ends it ends them: nothing goes on that nobody waits for."""

import os
import signal
import subprocess
import sys
import time
from multiprocessing import Pipe
from multiprocessing.connection import Connection

import psutil
import pytest

from api import run_process
from matching.execute import workers

NOT_YET = 30.0
"""Seconds after which a process that should be gone counts as left behind."""
STARTS_A_WORKER = """
import os, subprocess, sys
worker = subprocess.Popen([sys.executable, "-m", "api.cli", "worker", "--server", str(os.getpid())])
print(worker.pid, flush=True)
worker.wait()
"""


def computes(pipe: Connection) -> None:
    with workers(2, None, "os") as at_work:
        pipe.send(at_work.run([(os.getpid, ()) for _ in range(200)], lambda _share: None))


def waits_beside_another(pipe: Connection) -> None:
    with workers(2, None, "time") as at_work:
        pipe.send([os.getpid(), *(child.pid for child in psutil.Process().children())])
        at_work.run([(time.sleep, (NOT_YET * 4,)) for _ in range(2)], lambda _share: None)


def starts_a_run_and_waits(pipe: Connection) -> None:
    run_process.begin(waits_beside_another, pipe)
    time.sleep(NOT_YET * 4)


def gone(pids: list[int]) -> bool:
    """Whether all of them end; those that ended and nobody asked for are gone too."""
    until = time.monotonic() + NOT_YET
    while time.monotonic() < until:
        if not any(psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie" for pid in pids):
            return True
        time.sleep(0.1)
    return False


def test_a_run_of_many_needs_has_processes_of_its_own() -> None:
    ours, theirs = Pipe()
    process = run_process.begin(computes, theirs)
    assert ours.poll(60)
    assert process.pid in ours.recv()
    process.join()
    assert process.exitcode == 0


def test_ending_a_run_ends_what_it_started() -> None:
    ours, theirs = Pipe()
    process = run_process.begin(waits_beside_another, theirs)
    assert ours.poll(60)
    started = ours.recv()
    assert len(started) > 1
    run_process.end(process)
    assert gone(started)


def test_a_run_that_is_killed_leaves_nothing_once_it_is_ended() -> None:
    ours, theirs = Pipe()
    process = run_process.begin(waits_beside_another, theirs)
    assert ours.poll(60)
    started = ours.recv()
    os.kill(started[0], signal.SIGKILL)
    run_process.end(process)
    assert process.exitcode == -signal.SIGKILL
    assert gone(started)


def test_a_run_can_be_ended_before_it_began() -> None:
    process = run_process.begin(time.sleep, NOT_YET * 4)
    run_process.end(process)
    assert process.exitcode == -signal.SIGTERM


def test_a_run_ends_with_the_worker_that_is_killed() -> None:
    ours, theirs = Pipe()
    worker = run_process.begin(starts_a_run_and_waits, theirs)
    assert ours.poll(60)
    started = ours.recv()
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)
    worker.join()
    assert gone(started)


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM])
def test_a_servers_worker_ends_with_the_server(sent: signal.Signals, tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("worker")
    with subprocess.Popen(
        [sys.executable, "-c", STARTS_A_WORKER],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"ZHONGFU_HOME": str(home)},
    ) as server:
        assert server.stdout is not None
        worker = int(server.stdout.readline())
        server.send_signal(sent)
        server.wait()
        assert gone([worker])
    subprocess.run(
        [sys.executable, "-m", "api.cli", "graph", "stop"], env=os.environ | {"ZHONGFU_HOME": str(home)}, check=True
    )
