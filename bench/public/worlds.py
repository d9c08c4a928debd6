"""Instances as worlds of ours: each job a county with a town and a need of one unit there, each agent a town."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from bench.instances import ONE_ORDER, problem_of
from bench.public.formats import Generalised
from bench.samples import PROVINCE
from graph.assemble import assemble
from graph.model import TABLES
from graph.snapshot import Longs
from graph.tables import arrow_schema
from matching.policy import MatchPolicy
from matching.problem import Problem

Rows = list[dict[str, Any]]
ROOT, JOBS, AGENTS = PROVINCE.ljust(12, "0"), "449800000000", "449900000000"
KIND = "food"


def assignment(costs: Longs) -> Problem:
    """Jobs in rows, agents in columns: an offer of one unit for all counties each, and minutes for costs."""
    jobs, agents = costs.shape
    everywhere = ";".join(map(_county, range(jobs)))
    offers = [
        {"offer": f"O{i:04}", "organization": "G0000", "capacity": 1, "place": _of_agent(i), "serves": everywhere}
        for i in range(agents)
    ]
    return _problem(costs, offers, [{"organization": "G0000"}])


def generalised(problem: Generalised, policy: MatchPolicy) -> Problem:
    """An organisation for each agent, with its budget and an offer for each job: what a job brings is saved in minutes."""
    agents, jobs = problem.profit.shape
    offers = [
        {
            "offer": f"O{i:04}-{j:04}",
            "organization": f"G{i:04}",
            "capacity": 1,
            "unit_cost": int(problem.spent[i, j]),
            "place": _of_agent(i),
            "serves": _county(j),
        }
        for i in range(agents)
        for j in range(jobs)
    ]
    organizations = [{"organization": f"G{i:04}", "budget": int(most)} for i, most in enumerate(problem.most)]
    return _problem((problem.profit.max() - problem.profit).T, offers, organizations, policy)


def _problem(minutes: Longs, offers: Rows, organizations: Rows, policy: MatchPolicy = ONE_ORDER) -> Problem:
    jobs, agents = minutes.shape
    regions: Rows = [{"code": ROOT, "level": "province"}]
    regions += [{"code": JOBS, "level": "city", "parent": ROOT}]
    regions += [{"code": AGENTS, "level": "city", "parent": ROOT}]
    for j in range(jobs):
        regions += [{"code": _county(j), "level": "county", "parent": JOBS}]
        regions += [{"code": _of_job(j), "level": "town", "parent": _county(j)}]
    regions += [{"code": _of_agent(i), "level": "town", "parent": AGENTS} for i in range(agents)]
    rows: dict[str, Rows] = {
        "regions": [{"name": each["code"]} | each for each in regions],
        "travel": [
            {"from": _of_job(j), "to": _of_agent(i), "minutes": int(minutes[j, i])} for j, i in np.ndindex(jobs, agents)
        ],
        "households": [{"household": f"H{j:04}"} for j in range(jobs)],
        "needs": [
            {"need": f"N{j:04}", "household": f"H{j:04}", "kind": KIND, "quantity": 1, "incident_place": _of_job(j)}
            for j in range(jobs)
        ],
        "organizations": [{"name": each["organization"], "type": "charity"} | each for each in organizations],
        "offers": [{"kind": KIND} | each for each in offers],
    }
    tables = {name: pa.Table.from_pylist(each, arrow_schema(TABLES[name])) for name, each in rows.items()}
    return problem_of(assemble(tables), ROOT, policy)


def _county(job: int) -> str:
    return f"44{job + 1:04}000000"


def _of_job(job: int) -> str:
    return f"44{job + 1:04}001000"


def _of_agent(agent: int) -> str:
    return f"4499{agent + 1:05}000"
