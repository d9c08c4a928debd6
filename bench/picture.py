"""A picture of runs: how cost grows beside n log n, and ours beside peers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.scenario import Figures
from bench.scenarios.growth import PARTS, SCALES, n_log_n

BESIDE = {"needs_county": "one county", "peers_city": "one city", "peers_province": "one kind, whole province"}
"""Scenarios with peers, and what they are called in the picture."""
NAMES = {
    "emd": "POT ot.emd",
    "min_cost_flow": "OR-Tools SimpleMinCostFlow",
    "assignment": "SciPy linear_sum_assignment",
    "cbc": "PuLP with CBC",
    "highs": "HiGHS",
    "cp_sat": "CP-SAT",
    "network_simplex": "networkx network_simplex",
    "greedy": "greedy",
}
"""Peers as a reader knows them."""
OURS, THEIRS, UNFINISHED = "#1a6b54", "#8a97a6", "#d9dee4"


def draw(runs: Mapping[str, Figures], file: Path) -> None:
    """Draw the runs that there are, by scenario, into a file whose ending names the form: SVG, PNG, PDF."""
    raced = [name for name in BESIDE if name in runs]
    panels = len(raced) + ("growth" in runs)
    if not panels:
        raise ValueError(f"none of growth, {', '.join(BESIDE)} is among the runs")
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "bench", "font.size": 9}):
        picture = Figure(figsize=(5.2 * panels, 4.2), layout="constrained")
        axes = picture.subplots(1, panels, squeeze=False)[0]
        if "growth" in runs:
            _growth(axes[0], runs["growth"])
        for name, axis in zip(raced, axes[panels - len(raced) :], strict=True):
            _beside(axis, runs[name], BESIDE[name])
        picture.savefig(file, dpi=150)


def _growth(axis: Axes, figures: Figures) -> None:
    sizes = [figures[f"{scale}_n"] for scale in SCALES]
    for part in PARTS:
        taken = [figures[f"{scale}_{part}"] for scale in SCALES]
        line = axis.plot(sizes, taken, marker="o", label=part)[0]
        allowed = [taken[0] * n_log_n(size) / n_log_n(sizes[0]) for size in sizes]
        axis.plot(sizes, allowed, linestyle=":", color=line.get_color())
    axis.plot([], [], linestyle=":", color="black", label="n log n from the county on")
    axis.set(xscale="log", yscale="log", title="growth", xlabel="needs", ylabel="processor seconds, one process")
    axis.grid(which="major", alpha=0.3)
    axis.legend()


def _beside(axis: Axes, figures: Figures, title: str) -> None:
    prefixes = {"": "ours"} | {f"{peer}_": name for peer, name in NAMES.items()}
    taken = {prefix: figures[f"{prefix}cpu_seconds"] for prefix in prefixes if f"{prefix}cpu_seconds" in figures}
    for at, (prefix, seconds) in enumerate(sorted(taken.items(), key=lambda each: -each[1])):
        limit, fewer = figures.get(f"{prefix}killed_at"), figures.get("needs_beyond_greedy")
        told = f"{prefixes[prefix]}: " + (f"{seconds:.2g} s" if limit is None else f"killed at {limit:g} s")
        if prefix == "greedy_" and fewer is not None:
            told += f", {fewer:,.0f} needs fewer"
        colour = OURS if not prefix else THEIRS if limit is None else UNFINISHED
        axis.barh(at, seconds, color=colour, hatch=None if limit is None else "///", edgecolor="white")
        axis.annotate(told, (seconds, at), (3, 0), textcoords="offset points", va="center")
    left = min(taken.values()) / 2
    right = left * (max(taken.values()) / left) ** 2  # bars fill one half, what is told of them has the other
    axis.set(xscale="log", title=f"needs → offers, {title}: {figures['pairs']:,.0f} pairs", xlabel="processor seconds")
    axis.set(yticks=[], xlim=(left, right))
