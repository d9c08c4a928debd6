"""Into the local Neo4j by the import tool, and out of it again as a snapshot."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from bench.homes import home, server_of
from bench.measure import measured
from bench.samples import COUNTY, PROVINCE, apart, sample
from bench.scenario import Figures, Scenario, at_most, moonshot
from graph.connect import open_graph
from graph.extract import extract
from graph.local import Home
from loaders.load import load

ACTOR = "bench"


def first_load(region: str) -> Figures:
    """A folder loaded into an empty local graph: the check, then everything from input files to constraints.

    Memory is that of this process, of the import tool and of the server that makes the constraints, all together.
    """
    files = sample(region)
    with home() as folder, measured(lambda: server_of(folder)) as cost:
        parts = {}

        def told(step: str, _share: float) -> None:
            if step == "write input files":
                parts["check_"] = cost.split()

        loaded = load(files, ACTOR, home=folder, progress=told)
        graph_bytes = Home(folder).store_bytes()
    return {
        "rows": sum(count.new for count in loaded.counts),
        "store_megabytes": graph_bytes / 1e6,
        **parts["check_"].figures("check_"),
        **cost.figures(),
    }


def snapshot(region: str) -> Figures:
    """A loaded graph read as one snapshot; `gib` is this process alone, `gib_with_server` counts Neo4j too."""
    files = sample(region)
    with home() as folder:
        apart(load_into, files, folder)
        with open_graph(home=folder) as graph, measured(lambda: server_of(folder)) as both, measured() as own:
            taken = extract(graph)
    return {"needs": len(taken.needs.key), **own.figures(), "gib_with_server": both.peak_gib}


def load_into(files: Path, folder: Path) -> None:
    """Load a folder of tables into the graph of a home, and leave its server running as nobody's child."""
    load(files, ACTOR, home=folder)
    open_graph(home=folder).close()


SCENARIOS = (
    Scenario(
        "load_county",
        "county",
        "first load of one county by the import tool, after its check",
        partial(first_load, COUNTY),
    ),
    Scenario(
        "load_province",
        "province",
        "first load of the province by the import tool with constraints, after its check",
        partial(first_load, PROVINCE),
        (
            at_most("check_seconds", 60),
            at_most("seconds", 120),
            at_most("gib", 3),
            moonshot("check_seconds", "<=", 30),
            moonshot("seconds", "<=", 50),
        ),
    ),
    Scenario("snapshot_county", "county", "one county's graph read as a snapshot", partial(snapshot, COUNTY)),
    Scenario(
        "snapshot_province",
        "province",
        "the province's graph read as a snapshot",
        partial(snapshot, PROVINCE),
        (at_most("seconds", 40), at_most("gib", 2), moonshot("seconds", "<=", 20)),
    ),
)
