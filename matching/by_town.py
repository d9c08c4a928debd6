"""What a plan does town by town: the figures from which every wider report is added up."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model import LEVELS, URGENCIES
from graph.snapshot import NONE, SHUANGBAI, TOWN, Ints
from matching.plan import Plan
from matching.problem import Problem

FIGURES = pa.schema([("town", pa.string()), ("figure", pa.string()), ("code", pa.string()), ("count", pa.int64())])
"""A row for each town (or wider place that lies in none), figure and code.

`open` and `met` count needs by urgency, `unmet` those left by reason, `places` and `covered` real villages and towns by
level, `households` those that have a responsible worker (`cared_for`) or none (`without`).
"""


def by_town(problem: Problem, plan: Plan) -> pa.Table:
    """The figures of a plan, in order of town, figure and code; every count is at least 1."""
    snapshot = problem.snapshot
    needs, regions = snapshot.needs, snapshot.regions
    urgencies = pa.array([code.code for code in URGENCIES], pa.string())
    levels = pa.array([code.code for code in LEVELS], pa.string())

    def counted(figure: str, place: Ints, code: pa.Array) -> pa.Table:
        town = np.where(regions.ancestor[place, TOWN] == NONE, place, regions.ancestor[place, TOWN])
        rows = pa.table({"town": regions.key.take(pa.array(town)), "code": code})
        sums = rows.group_by(["town", "code"]).aggregate([([], "count_all")])
        figures = pa.array([figure] * len(sums), pa.string())
        return pa.table([sums["town"], figures, sums["code"], sums["count_all"]], schema=FIGURES)

    units = np.zeros(len(needs.key), np.int64)
    np.add.at(units, plan.assignments.need, plan.assignments.quantity)
    met = np.flatnonzero((units > 0) & (units >= needs.quantity)).astype(np.int32)
    about = pc.cast(plan.uncovered.subject_type, pa.string())
    without = plan.uncovered.subject[np.asarray(pc.equal(about, "household"), bool)]
    answered = plan.responsibilities.household[snapshot.caseworkers.type[plan.responsibilities.caseworker] == SHUANGBAI]
    real = np.flatnonzero(problem.place_in_scope & regions.real & (regions.level >= TOWN)).astype(np.int32)
    covering = snapshot.caseworkers.type[plan.coverage.caseworker] == SHUANGBAI
    covered = np.intersect1d(plan.coverage.place[covering], real).astype(np.int32)
    parts = [
        counted("open", needs.place[problem.counting], urgencies.take(pa.array(needs.urgency[problem.counting]))),
        counted("met", needs.place[met], urgencies.take(pa.array(needs.urgency[met]))),
        counted("unmet", needs.place[plan.unmet.need], pc.cast(plan.unmet.reason, pa.string())),
        counted("places", real, levels.take(pa.array(regions.level[real]))),
        counted("covered", covered, levels.take(pa.array(regions.level[covered]))),
        counted(
            "households", snapshot.households.village[answered], pa.array(["cared_for"] * len(answered), pa.string())
        ),
        counted("households", snapshot.households.village[without], pa.array(["without"] * len(without), pa.string())),
    ]
    return pa.concat_tables(parts).sort_by([("town", "ascending"), ("figure", "ascending"), ("code", "ascending")])
