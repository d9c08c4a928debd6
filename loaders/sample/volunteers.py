"""Volunteers: where they live, what they can do, how many hours they have."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from graph.snapshot import VILLAGE
from loaders.sample.catalogue import VOLUNTEERED
from loaders.sample.columns import assembled, chosen, listed, running, whole
from loaders.sample.world import World, rounded, stream

VOLUNTEERS = 200_000
HOURS = ((2, 4, 6, 8, 12, 16, 24), (0.1, 0.3, 0.2, 0.2, 0.1, 0.06, 0.04))
LIMITS = ((15, 20, 30, 45, 60), (0.2, 0.3, 0.3, 0.15, 0.05))
LIMITED = 0.8
"""Share of volunteers with a limit to their way."""
SKILLS = (1.0, 0.5, 0.2)
"""Chance of a first, second and third skill."""


def volunteer_table(world: World) -> pa.Table:
    """The `volunteers` table: half by people in need nearby, half evenly over the villages."""
    rng = stream(world.seed, "volunteers", "villages")
    villages = world.villages
    people = world.households[villages] + 1e-9
    expected = VOLUNTEERS * world.scale * (0.5 * people / people.sum() + 0.5 / len(villages))
    counts = rounded(rng, expected)
    here = world.inside[villages] & (world.regions.level[villages] == VILLAGE)
    village = np.repeat(villages[here], counts[here])
    rng = stream(world.seed, "volunteers", "table")
    count = len(village)
    common = 1 / np.sqrt(np.arange(1, len(VOLUNTEERED) + 1))
    skills = np.zeros(count, np.int64)
    for chance in SKILLS:
        skill = rng.choice(len(VOLUNTEERED), count, p=common / common.sum())
        skills |= np.where(rng.random(count) < chance, 1 << skill, 0)
    return assembled(
        "volunteers",
        count,
        volunteer=running("V", count),
        village=chosen(world.regions.key, village),
        skills=listed(VOLUNTEERED, skills),
        hours=whole(rng.choice(HOURS[0], count, p=HOURS[1])),
        minutes_limit=whole(rng.choice(LIMITS[0], count, p=LIMITS[1]), rng.random(count) >= LIMITED),
    )
