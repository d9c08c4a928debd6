"""Every scenario by its name, one file for each theme."""

from bench.scenario import Scenario
from bench.scenarios import demo, files, graph, growth, needs, peers, plans, workers

SCENARIOS: dict[str, Scenario] = {
    scenario.name: scenario
    for theme in (peers, needs, workers, plans, files, graph, demo, growth)
    for scenario in theme.SCENARIOS
}
