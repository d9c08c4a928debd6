"""Ctrl-C once the flows are found loses nothing: the plan is finished, the same as without; a second one holds."""

import signal
import threading

import pytest

from matching.finishing import finishing
from matching.match import match
from matching.plan import Plan
from tests.matching.worlds import FOOD, GOODS, VISIT, problem_of, random_world

PROBLEM = problem_of(random_world(4, 60, 14, kinds=(FOOD, GOODS, VISIT)))


def interrupted(step: str, times: int) -> Plan:
    """The plan of a run that is interrupted so many times at a step."""

    def press(now: str, _share: float) -> None:
        if now == step:
            for _ in range(times):
                signal.raise_signal(signal.SIGINT)

    return match(PROBLEM, progress=press)


@pytest.mark.parametrize("step", ["reasons", "verify"])
def test_one_interruption_after_the_flows_is_passed_over(step: str) -> None:
    assert interrupted(step, 1).id == match(PROBLEM).id


@pytest.mark.parametrize("step", ["reasons", "verify"])
def test_two_hold(step: str) -> None:
    with pytest.raises(KeyboardInterrupt):
        interrupted(step, 2)


def test_one_before_there_is_any_flow_holds() -> None:
    with pytest.raises(KeyboardInterrupt):
        interrupted("cover", 1)


def test_who_listened_before_listens_again() -> None:
    before = signal.getsignal(signal.SIGINT)
    interrupted("verify", 1)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_caller_s_own_listener_is_left_alone() -> None:
    heard = []
    before = signal.signal(signal.SIGINT, lambda *_: heard.append(1))
    try:
        with finishing() as hold:
            hold()
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)
    assert heard == [1]


def test_a_thread_beside_the_main_one_changes_nothing() -> None:
    seen = []

    def work() -> None:
        with finishing() as hold:
            hold()
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [signal.default_int_handler]
