"""Shares of a table add up to those of its region, at every level: what is placed at a wider region has a row there."""

import pytest

from graph.connect import Graph
from graph.gap_shares import Shares
from graph.gap_tree import tree_of
from graph.gaps import every_figure
from tests import tiny
from tests.graph.loaded import files, put
from tests.plans import ON

PEOPLE = ("households", "needs", "red")


@pytest.mark.parametrize(
    "place", [tiny.PROVINCE, tiny.CITY, tiny.CITY_D, tiny.COUNTY_A, tiny.TOWN_A1, tiny.VILLAGE_A1A]
)
def test_needs_and_households_add_up_at_every_level_wherever_an_emergency_is_placed(graph: Graph, place: str) -> None:
    needs = [row | ({"incident_place": place} if row.get("incident_place") else {}) for row in tiny.ROWS["needs"]]
    put(graph, files(needs=needs))
    figures, _ = every_figure(graph, ON)
    shares = Shares(figures)
    for level in ("province", "city", "county", "town", "village"):
        tree = tree_of(figures.regions, tiny.PROVINCE, level)
        rows = shares.rows(tree)
        found = shares.by_row(tree, rows)
        for name in PEOPLE:
            assert [each.sum() for each in found[name]] == [each.sum() for each in shares.of[name]], (level, name)
        assert set(tree.rows) <= set(rows)


def test_a_wider_region_has_a_row_where_something_is_placed_at_it_and_none_elsewhere(world: Graph) -> None:
    figures, _ = every_figure(world, ON)
    tree = tree_of(figures.regions, tiny.PROVINCE, "village")
    beyond = set(Shares(figures).rows(tree)) - set(tree.rows)
    assert [figures.regions.key[int(place)].as_py() for place in beyond] == [tiny.TOWN_A1]
