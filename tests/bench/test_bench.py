"""The frame of the benchmarks: targets, and what the command says of them; never how fast something is."""

import json
import math
from collections.abc import Callable

import pytest
from typer.testing import CliRunner

from bench import __main__ as command
from bench.scenario import Figures, Scenario, Target, at_least, at_most, exactly, moonshot
from bench.scenarios import SCENARIOS


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(command.app, arguments)
    return result.exit_code, result.output


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Puts one scenario in the place of all, with what it measures."""

    def put(figures: Figures, *targets: Target) -> None:
        scenario = Scenario("one", "county", "a scenario", lambda: figures, targets)
        monkeypatch.setattr(command, "SCENARIOS", {"one": scenario})
        monkeypatch.setattr(command, "_figures_of", lambda each: each.run())

    return put


@pytest.mark.parametrize(
    ("target", "held", "missed"),
    [(at_most("x", 2), 2.0, 2.1), (at_least("x", 2), 2.0, 1.9), (exactly("x", 0), 0.0, 1e-9)],
)
def test_a_target_is_held_up_to_its_value_and_missed_beyond(target: Target, held: float, missed: float) -> None:
    assert target.held({"x": held})
    assert not target.held({"x": missed})


@pytest.mark.parametrize("figures", [{}, {"x": math.nan}], ids=["absent", "not a number"])
def test_a_figure_that_was_not_measured_misses_every_target(figures: Figures) -> None:
    assert not any(target.held(figures) for target in (at_most("x", 1), at_least("x", 1), exactly("x", 1)))


def test_every_scenario_is_listed() -> None:
    code, said = run("list")
    assert code == 0
    assert all(scenario.group in command.GROUPS for scenario in SCENARIOS.values())
    assert all(name in said for name in SCENARIOS)


def test_an_unknown_name_or_group_is_a_wrong_call() -> None:
    assert run("run", "no_such_scenario")[0] == 2
    assert run("run", "--group", "village")[0] == 2


def test_a_missed_target_ends_with_one(measured: Callable[..., None]) -> None:
    measured({"seconds": 3.0}, at_most("seconds", 2))
    assert run("run", "one")[0] == 1


def test_a_missed_moonshot_is_no_fault(measured: Callable[..., None]) -> None:
    measured({"seconds": 3.0}, at_most("seconds", 4), moonshot("seconds", "<=", 1))
    assert run("run", "one")[0] == 0


def test_a_scenario_that_fails_misses_its_targets(measured: Callable[..., None]) -> None:
    measured({}, at_most("seconds", 2))
    assert run("run", "one")[0] == 1


def test_a_scenario_without_targets_that_fails_is_told(measured: Callable[..., None]) -> None:
    measured({})
    assert run("run", "one")[0] == 1


def test_figures_are_told_as_json_one_line_a_scenario(measured: Callable[..., None]) -> None:
    measured({"seconds": 3.0}, at_most("seconds", 2))
    code, said = run("run", "--json")
    assert code == 1
    assert json.loads(said) == {"scenario": "one", "figures": {"seconds": 3.0}, "missed": ["seconds <= 2"]}
