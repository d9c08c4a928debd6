"""Maps show each row once, shaded by its share, outlines for counties and points for villages."""

import pytest

from api.pages.maps import map_of, step_of
from api.service.gap_rows import GapRow
from graph.within import Region, RegionTree
from loaders.guangdong import regions


def tree_of(code: str) -> RegionTree:
    found = [Region(**row) for row in regions(code).to_pylist()]
    return RegionTree({each.code: each for each in found})


def row(code: str, part: int, whole: int, *, itself: bool = False) -> GapRow:
    return GapRow(code, "", "county", "", itself, {"villages": (part, whole)})


@pytest.mark.parametrize(
    ("part", "whole", "step"),
    [
        (0, 0, None),
        (-1, -1, None),
        (0, 9, 0),
        (1, 1000, 1),
        (499, 1000, 1),
        (5, 10, 2),
        (8, 10, 3),
        (95, 100, 4),
        (999, 1000, 4),
        (7, 7, 5),
    ],
)
def test_a_shade_tells_none_and_all_from_nearly_so(part: int, whole: int, step: int | None) -> None:
    assert step_of(part, whole) == step


def test_counties_are_outlines_within_the_map() -> None:
    tree = tree_of("441400")
    counties = tree.children["441400000000"]
    shown = map_of(tree, "441400000000", [row(code, 1, 2) for code in counties], "villages")
    assert shown is not None
    assert [mark.code for mark in shown.marks] == counties
    assert not shown.estimated
    for mark in shown.marks:
        numbers = [float(each) for each in mark.path.replace("M", " ").replace("L", " ").replace("Z", " ").split()]
        assert len(numbers) > 20
        assert all(0 <= x <= shown.width for x in numbers[::2])
        assert all(0 <= y <= shown.height for y in numbers[1::2])


def test_villages_are_points_marked_as_estimates_and_those_without_a_place_are_left_out() -> None:
    tree = tree_of("441427")
    villages = [code for code, region in tree.regions.items() if region.level == "village"]
    nowhere = Region("441427999999", "新村", "village", tree.regions[villages[0]].parent, None, None, None)
    tree = RegionTree(tree.regions | {nowhere.code: nowhere})
    rows = [*(row(code, 1, 1) for code in villages), row(nowhere.code, 1, 1), row("441427100000", 0, 0)]
    shown = map_of(tree, "441427000000", rows, "villages")
    assert shown is not None
    assert shown.estimated
    assert shown.around.startswith("M")
    assert [mark.code for mark in shown.marks] == villages
    assert all(0 <= mark.x <= shown.width and 0 <= mark.y <= shown.height for mark in shown.marks)


def test_what_is_placed_at_a_wider_region_itself_has_no_mark_over_those_inside_it() -> None:
    tree = tree_of("441400")
    counties = tree.children["441400000000"]
    shown = map_of(
        tree,
        "441400000000",
        [row("441400000000", 1, 2, itself=True), *(row(code, 1, 2) for code in counties)],
        "villages",
    )
    assert shown is not None
    assert [mark.code for mark in shown.marks] == counties


def test_where_nothing_has_a_place_there_is_no_map() -> None:
    region = Region("110000000000", "某地", "province", None, None, None, None)
    assert map_of(RegionTree({region.code: region}), region.code, [row(region.code, 1, 1)], "villages") is None
