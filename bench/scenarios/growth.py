"""How cost grows from county to city to province."""

from __future__ import annotations

from math import log2

from bench.instances import problem_of
from bench.measure import measured
from bench.samples import CITY, COUNTY, PROVINCE, apart, read_snapshot, snapshot_files
from bench.scenario import Figures, Scenario, at_most
from matching.cover import cover
from matching.match import match
from matching.serve import serve
from matching.verify import verify

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
    """Processor seconds of the parts of a match in one process."""
    problem = problem_of(read_snapshot(region), region)
    plan = match(problem)
    with measured() as workers:
        cover(problem)
    with measured() as needs:
        serve(problem)
    with measured() as checked:
        verify(plan, problem.snapshot)
    return {
        "n": len(problem.counting),
        "workers": workers.cpu_seconds,
        "needs": needs.cpu_seconds,
        "verify": checked.cpu_seconds,
    }


def n_log_n(n: float) -> float:
    """The yardstick."""
    return n * log2(n)


SCENARIOS = (
    Scenario(
        "growth",
        "province",
        "processor seconds from county to city to province, relative to n log n",
        growth,
        tuple(at_most(f"{part}_{step}", 1) for part in PARTS for step in ("county_to_city", "city_to_province")),
    ),
)
