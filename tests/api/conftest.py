"""The command `zhongfu` as a process of its own, on a real local Neo4j and a small sample of one county."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

COUNTY = "441427"
DAY = "2026-11-02"


@dataclass(frozen=True)
class Done:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The result, which must be all that stands on stdout."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Command:
    """Runs `zhongfu` in a home of its own."""

    home: Path

    def __call__(self, *arguments: object, code: int = 0, lang: str = "en", **environment: str) -> Done:
        return self.run([sys.executable, "-m", "api.cli"], arguments, code, lang, environment)

    def dies(self, where: str, *arguments: object) -> None:
        """Run it until it is killed with -9 before a call: `module:function:number of the call`."""
        self.run([sys.executable, "-m", "tests.api.dying", where], arguments, -9, "en", {})

    def run(
        self, program: list[str], arguments: tuple[object, ...], code: int, lang: str, environment: dict[str, str]
    ) -> Done:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ZHONGFU_GRAPH")}
        given = kept | {"ZHONGFU_HOME": str(self.home), "ZHONGFU_LANG": lang, "ZHONGFU_ACTOR": "tester"} | environment
        run = subprocess.run([*program, *map(str, arguments)], env=given, capture_output=True, text=True, check=False)
        assert run.returncode == code, f"{arguments}: {run.returncode}\n{run.stdout}\n{run.stderr}"
        return Done(run.returncode, run.stdout, run.stderr)


def unfolded(text: str) -> str:
    """A message without the line breaks of the terminal's width."""
    return text.replace("\n", " ").replace("  ", " ")


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A twentieth of a county."""
    folder = tmp_path_factory.mktemp("sample") / "data"
    Command(folder.parent)("sample", folder, "--region", COUNTY, "--seed", 7, "--scale", 0.05, "--on", DAY)
    return folder


@pytest.fixture(scope="module")
def zhongfu(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """The command in a home without data."""
    command = Command(tmp_path_factory.mktemp("home"))
    yield command
    command("graph", "stop")


@pytest.fixture(scope="module")
def loaded(zhongfu: Command, sample: Path) -> Command:
    """The command in a home with the county loaded."""
    zhongfu("graph", "start", "--size", "small")
    zhongfu("load", sample)
    return zhongfu
