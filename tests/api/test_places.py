"""Places are found by name or code, and the tree of regions is read anew when regions change, not when anything else does."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.service.opening import kept_open, opened
from api.service.places import PlaceUnclear, found, place_meant, possible, tree, whole_name
from api.settings import Settings, read_settings
from api.who import Caller
from graph.queries import query
from graph.sessions import Holder
from graph.state import RAISE_DATA_VERSION, read_state
from tests.api.conftest import COUNTY, Command

TOWN = f"{COUNTY}100000"


@pytest.fixture(scope="module")
def settings(loaded: Command) -> Iterator[Settings]:
    """A service's settings over the county."""
    held = read_settings(home=loaded.home)
    with kept_open(held):
        yield held


def test_every_place_is_found_by_its_whole_name(settings: Settings) -> None:
    regions = tree(settings)
    for code in regions.regions:
        assert code in {each.code for each in found(regions, whole_name(regions, code), most=30)}


def test_names_above_bound_the_hits_and_never_the_place_s_own_name(settings: Settings) -> None:
    regions = tree(settings)
    county = regions.region(f"{COUNTY}000000").name
    town = regions.region(TOWN)
    assert found(regions, f"{county} {town.name}")[0] == town
    assert all(regions.within(each.code, f"{COUNTY}000000") for each in found(regions, f"{county} 村"))
    assert town not in found(regions, f"{town.name} {town.name}")
    assert not found(regions, "没有这个县 村")


def test_a_name_written_together_with_those_above_it_is_one_place(settings: Settings) -> None:
    regions = tree(settings)
    for code, region in regions.regions.items():
        line = [each.name for each in reversed(list(regions.line(code)))]
        if len(line) > 2 and region.level != "village":  # names of villages repeat
            assert place_meant(regions, "".join(line[-2:])) == code
            assert place_meant(regions, "".join(line)) == code
    with pytest.raises(PlaceUnclear):
        place_meant(regions, f"没有这个市{regions.region(TOWN).name}")


def test_a_place_is_read_alike_however_it_is_written(settings: Settings) -> None:
    regions = tree(settings)
    whole = f"{COUNTY}000000"
    for text in (
        COUNTY,
        whole,
        "蕉岭",
        "蕉岭县",
        " 梅州市　蕉岭县 ",
        "梅州市蕉岭县",
        f"梅州市 蕉岭县 · {whole}",
        "４４１４２７",
    ):
        assert [each.code for each in possible(regions, text)] == [whole], text
    assert possible(regions, "12345") == possible(regions, "") == possible(regions, f"{COUNTY} 蕉岭县") == []
    several = possible(regions, "村")
    assert len(several) > 1
    with pytest.raises(PlaceUnclear, match="the name of several regions: ") as told:
        place_meant(regions, "村")
    for each in several[:5]:
        assert f"{whole_name(regions, each.code)} ({each.code})" in told.value.message("zh")


def test_wider_places_come_first_after_those_of_the_very_name(settings: Settings) -> None:
    regions = tree(settings)
    name = regions.region(TOWN).name
    hits = found(regions, name[0], most=1000)
    assert [each.name == name[0] for each in hits] == sorted((each.name == name[0] for each in hits), reverse=True)
    depth = ["province", "city", "county", "town", "village"]
    wide = [depth.index(each.level) for each in hits if each.name != name[0]]
    assert wide == sorted(wide)


def test_more_names_than_levels_name_nothing(settings: Settings) -> None:
    assert not found(tree(settings), "广 " * 5 + "村")


def test_the_tree_is_read_anew_only_when_regions_change(loaded: Command, settings: Settings, tmp_path: Path) -> None:
    before = tree(settings)
    with opened(settings) as graph:
        version = read_state(graph).data_version
        graph.write(query(RAISE_DATA_VERSION))
        assert read_state(graph).data_version == version + 1
    assert tree(settings) is before
    town = before.region(TOWN)
    assert town.parent is not None
    with (tmp_path / "regions.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [["code", "name", "level", "parent"], [TOWN, f"新{town.name}", town.level, town.parent]]
        )
    during = Caller(Holder("mei", "coordinator", COUNTY.ljust(12, "0"), None, 1, writes=True), settings, "")
    assert during.tree is before
    loaded("load", tmp_path)
    assert tree(settings).region(TOWN).name == f"新{town.name}"
    assert during.sees_cases_of(TOWN)
    assert during.tree is before, "one request sees one tree"
