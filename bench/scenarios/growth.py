"""How cost grows from county to city to province."""

from __future__ import annotations

import time
from math import log2

from bench.instances import problem_of
from bench.measure import measured
from bench.samples import CITY, COUNTY, PROVINCE, apart, read_snapshot, snapshot_files
from bench.scenario import Figures, Scenario, at_most
from matching.match import match

SCALES = {"county": COUNTY, "city": CITY, "province": PROVINCE}
PARTS = ("workers", "needs", "verify")


def growth() -> Figures:
    """Processor seconds of each part of a match at each scale; how they grow over n log n, n being the needs."""
    found: Figures = {}
    for scale, region in SCALES.items():
        snapshot_files(region)
        found |= {f"{scale}_{name}": value for name, value in apart(parts, region).items()}
    for part in PARTS:
        for smaller, larger in (("county", "city"), ("city", "province")):
            grown = found[f"{larger}_{part}"] / found[f"{smaller}_{part}"]
            allowed = n_log_n(found[f"{larger}_n"]) / n_log_n(found[f"{smaller}_n"])
            found[f"{part}_{smaller}_to_{larger}"] = grown / allowed
    return found


def parts(region: str) -> Figures:
    """Processor seconds of the parts of a whole match in one process, with seconds and memory of the whole."""
    begun: dict[str, float] = {}

    def told(step: str, _share: float) -> None:
        begun.setdefault(step, time.process_time())

    with measured() as cost:
        problem = problem_of(read_snapshot(region), region)
        match(problem, progress=told)
    return {
        "n": len(problem.counting),
        "workers": begun["serve"] - begun["cover"],
        "needs": begun["verify"] - begun["serve"],
        "verify": begun["done"] - begun["verify"],
        "seconds": cost.seconds,
        "gib": cost.peak_gib,
    }


def n_log_n(n: float) -> float:
    """The yardstick."""
    return n * log2(n)


SCENARIOS = (
    Scenario(
        "growth",
        "province",
        "processor seconds of a whole match in one process from county to city to province, relative to n log n",
        growth,
        tuple(at_most(f"{part}_{step}", 1) for part in PARTS for step in ("county_to_city", "city_to_province")),
    ),
)
