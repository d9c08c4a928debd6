"""Jobs in processes beside this one give what they give here, in their order, and a fault in one is the caller's."""

import math
import multiprocessing
import os
import signal
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from matching.execute import workers
from matching.serve import serve, serving
from tests.matching.worlds import FOOD, GOODS, VISIT, problem_of, random_world


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_results_come_in_the_order_of_the_jobs(processes: int):
    told: list[float] = []
    with workers(processes, None, "math") as at_work:
        results = at_work.run([(math.factorial, (number,)) for number in range(40)], told.append)
    assert results == [math.factorial(number) for number in range(40)]
    assert told == sorted(told)


def test_the_caller_takes_part():
    with workers(2, None, "os") as at_work:
        pids = at_work.run([(os.getpid, ()) for _ in range(200)], lambda _share: None)
    assert os.getpid() in pids


def test_an_executor_of_the_callers_takes_all_jobs():
    with ThreadPoolExecutor(2) as pool, workers(4, pool, "math") as at_work:
        assert at_work.run([(math.sqrt, (4,)), (math.sqrt, (9,))], lambda _share: None) == [2, 3]


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("wrong", [0, 20, 39])
def test_a_fault_in_a_job_is_raised(processes: int, wrong: int):
    jobs = [(math.sqrt, (-1 if number == wrong else 4,)) for number in range(40)]
    with pytest.raises(ValueError, match="math domain error"), workers(processes, None, "math") as at_work:
        at_work.run(jobs, lambda _share: None)


def test_two_processes_make_the_plan_of_one(monkeypatch: pytest.MonkeyPatch):
    problem = problem_of(random_world(7, 150, 40, most=3, kinds=(FOOD, GOODS, VISIT)))
    one = serve(problem, jobs=1)
    monkeypatch.setattr(serving, "FEW_NEEDS", 0)
    two = serve(problem, jobs=2)
    for name, column in vars(one.assignments).items():
        assert np.array_equal(column, getattr(two.assignments, name)), name
    assert [replace(stage, seconds=0) for stage in two.stages] == [replace(stage, seconds=0) for stage in one.stages]


@pytest.mark.parametrize("processes", [1, 3])
def test_who_is_interrupted_keeps_what_is_done_and_ends_the_rest(processes: int):
    def stop(_share: float) -> None:
        raise KeyboardInterrupt

    begun = set(multiprocessing.active_children())
    asleep = [(time.sleep, (600,))] * (processes - 1)
    with workers(processes, None, "math") as at_work:
        results = at_work.run([*asleep, (math.sqrt, (4,)), *asleep], stop)
        assert results == [None] * len(asleep) + [2] + [None] * len(asleep)
        # what is asked for afterwards is done without the processes that were ended
        assert at_work.run([(math.sqrt, (9,))] * processes, lambda _share: None) == [3] * processes
    assert set(multiprocessing.active_children()) <= begun


def test_who_is_interrupted_ends_no_process_of_the_caller_s():
    def stop(_share: float) -> None:
        raise KeyboardInterrupt

    with workers(2, None, "math") as at_work:
        own = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(600,))
        own.start()
        at_work.run([(math.sqrt, (4,))] * 2, stop)
        own.join(0.5)
        assert own.is_alive()
    own.terminate()
    own.join()


def elsewhere_killed(caller: int, number: int) -> int:
    """A number, unless this is no process of the caller's: that dies of it."""
    if os.getpid() != caller:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


@pytest.mark.parametrize("processes", [2, 3])
def test_what_is_lost_with_a_process_that_is_killed_is_done_here(processes: int):
    jobs = [(elsewhere_killed, (os.getpid(), number)) for number in range(40)]
    with workers(processes, None, "math") as at_work:
        for _ in range(2):
            assert at_work.run(jobs, lambda _share: None) == list(range(40))


def test_what_an_executor_of_the_callers_loses_is_done_here():
    jobs = [(elsewhere_killed, (os.getpid(), number)) for number in range(4)]
    with (
        ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool,
        workers(4, pool, "math") as at_work,
    ):
        for _ in range(2):
            assert at_work.run(jobs, lambda _share: None) == list(range(4))
