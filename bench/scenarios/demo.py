"""The demonstration from an empty home, as a user runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from bench.homes import home, server_of
from bench.measure import measured
from bench.samples import ROOT
from bench.scenario import Figures, Scenario, at_most, moonshot
from graph import local


def demo() -> Figures:
    """`zhongfu demo` with the jars on this machine already; memory of the command and of Neo4j together."""
    command = [sys.executable, "-m", "api.cli", "demo", "--format", "json"]
    with home() as folder:
        own = folder / "demo"
        environment = os.environ | {"ZHONGFU_HOME": str(folder)}
        try:
            with measured(lambda: server_of(own)) as cost:
                done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True)
        finally:
            local.stop(own)
    steps = json.loads(done.stdout)["seconds"]
    return {**cost.figures(), **{f"{name}_seconds": seconds for name, seconds in steps.items()}}


SCENARIOS = (
    Scenario(
        "demo",
        "city",
        "`zhongfu demo` of Meizhou from an empty home, jars on this machine",
        demo,
        (at_most("seconds", 90), at_most("gib", 3), moonshot("seconds", "<=", 15)),
    ),
)
