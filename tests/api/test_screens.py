"""What commands print: documented, readable at a hundred columns, plain where nobody looks."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main

from api.cli.app import app
from docs.generate import HERE
from tests.api.conftest import COUNTY, DAY, Command

PLANNED = [
    "sample",
    "load",
    "match",
    "plans",
    "show",
    "export",
    "verify",
    "replay",
    "approve",
    "reject",
    "publish",
    "gaps",
    "demo",
    "settings",
]


ENDLESS = {"serve", "worker"}
"""Commands that go on until they are stopped."""


def commands(group: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every command that can be typed, with its path."""
    for name, command in (group or typer.main.get_command(app)).commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


COMMANDS = dict(commands())


def test_every_command_of_the_agreement_is_there() -> None:
    assert set(COMMANDS) == {*PLANNED, *ENDLESS, "graph start", "graph stop", "graph status", "user add", "user list"}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_what_it_does_with_an_example(name: str) -> None:
    command = COMMANDS[name]
    assert command.help
    assert command.epilog.startswith(f"Example: zhongfu {name}")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_documented_in_its_help_and_on_the_page(name: str) -> None:
    page = (HERE / "commands.md").read_text("utf-8")
    section = page.split(f"## `zhongfu {name}`", 1)[1].split("\n## ", 1)[0]
    for parameter in COMMANDS[name].params:
        if getattr(parameter, "hidden", False):  # one of our own commands for another
            assert parameter.opts[0] not in section
        elif parameter.name != "help":
            assert parameter.help, parameter.name
            assert parameter.opts[0] in section or parameter.make_metavar(None) in section


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - ENDLESS))
def test_every_command_that_has_a_result_takes_a_format(name: str) -> None:
    assert "--format" in [each for parameter in COMMANDS[name].params for each in parameter.opts]


SCREENS = (
    ["plans"],
    ["show", "PLAN"],
    ["verify", "PLAN"],
    ["gaps"],
    ["gaps", "--level", "town"],
    ["gaps", "--table", "needs"],
    ["settings"],
    ["graph", "status"],
    ["show", "ffff"],
)


@pytest.fixture(scope="module")
def published(loaded: Command) -> str:
    plan = str(loaded("match", "--region", COUNTY, "--on", DAY, "--format", "json").json["plan"])
    loaded("publish", plan)
    return plan


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("screen", SCREENS, ids=" ".join)
def test_a_screen_fits_a_hundred_columns_without_colours_in_a_pipe(
    loaded: Command, published: str, screen: list[str], lang: str
) -> None:
    arguments = [published if word == "PLAN" else word for word in screen]
    done = loaded(*arguments, lang=lang, code=2 if "ffff" in screen else 0)
    for line in (done.out + done.err).splitlines():
        assert "\x1b" not in line
        assert width(line.rstrip()) <= 100, line
        assert "…" not in line, line


@pytest.mark.parametrize(
    "screen", [["plans"], ["show", "PLAN"], ["gaps"], ["settings"], ["graph", "status"]], ids=" ".join
)
def test_chinese_screens_speak_chinese(loaded: Command, published: str, screen: list[str]) -> None:
    arguments = [published if word == "PLAN" else word for word in screen]
    out = loaded(*arguments, lang="zh").out
    assert re.search("[一-鿿]", out.splitlines()[0] + out.splitlines()[1])


def test_the_version_is_that_of_the_project(loaded: Command) -> None:
    assert re.fullmatch(r"zhongfu \d+\.\d+\.\d+\n", loaded("--version").out)


def test_help_loads_neither_solver_nor_database(loaded: Command) -> None:
    program = (
        "import sys; sys.argv = ['zhongfu', '--help']\ntry:\n import api.cli; api.cli.main()\nexcept SystemExit: pass\n"
    )
    program += "print([m for m in ('numpy', 'pyarrow', 'neo4j', 'ortools', 'pydantic') if m in sys.modules])"
    import subprocess
    import sys

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("[]\n")


def width(line: str) -> int:
    """Columns that a line takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)
