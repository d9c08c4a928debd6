"""Every scenario by its name, one file for each theme."""

from bench.scenario import Scenario
from bench.scenarios import (
    demo,
    fairness,
    files,
    graph,
    growth,
    needs,
    pages,
    peers,
    plans,
    public,
    reads,
    replan,
    volunteers,
    workers,
)

SCENARIOS: dict[str, Scenario] = {
    scenario.name: scenario
    for theme in (
        peers,
        public,
        needs,
        fairness,
        replan,
        volunteers,
        workers,
        plans,
        files,
        graph,
        demo,
        growth,
        pages,
        reads,
    )
    for scenario in theme.SCENARIOS
}
