"""The invented province against what is known of the real one."""

from datetime import date

import numpy as np
import pytest

from graph.snapshot import CITY, COUNTY, PROVINCE, TOWN, VILLAGE
from loaders.guangdong.census import CITIES
from loaders.sample.areas import village_within
from loaders.sample.capacities import capacities
from loaders.sample.caseworkers import stations
from loaders.sample.catalogue import KIND_NUMBER
from loaders.sample.offers import draw_supply
from loaders.sample.organizations import draw_bodies
from loaders.sample.volunteers import volunteer_table
from loaders.sample.world import World, build_world

ON = date(2026, 11, 2)


@pytest.fixture(scope="module")
def world() -> World:
    return build_world("440000", 1, 1.0)


def test_the_province_has_1_6_million_households_of_4_9_million_persons(world: World) -> None:
    households = world.households[world.villages]
    assert households.sum() == pytest.approx(1_600_000, rel=0.001)
    assert households @ world.household_size[world.villages] == pytest.approx(4_900_000, rel=0.005)


def test_villages_have_a_heavy_tail(world: World) -> None:
    low, middle, high = np.percentile(world.households[world.villages], [10, 50, 90])
    assert 6 <= low <= 10
    assert 31 <= middle <= 37
    assert 125 <= high <= 145


def test_cities_differ_as_their_people_and_countryside_do(world: World) -> None:
    keys = world.regions.key.to_pylist()
    rate = {
        city.code: world.households[keys.index(city.code)] * city.household_size / city.population for city in CITIES
    }
    rural = [city.code for city in CITIES if city.rural_share > 0.4]
    urban = [city.code for city in CITIES if city.rural_share < 0.15]
    assert min(rate[code] for code in rural) > max(rate[code] for code in urban)


def test_households_add_up_from_villages_to_the_province(world: World) -> None:
    places, rows = world.regions, np.arange(len(world.households))
    for level in (PROVINCE, CITY, COUNTY, TOWN):
        for place in rows[places.level == level][:200]:
            assert world.households[place] == world.households[places.parent == place].sum()


def test_the_share_inside_a_county_is_one_and_of_its_city_less(world: World) -> None:
    county = build_world("441422", 1, 1.0)
    keys = county.regions.key.to_pylist()
    assert county.share[keys.index("441422000000")] == 1
    assert 0 < county.share[keys.index("441400000000")] < 1
    assert county.share[keys.index("441403000000")] == 0


def test_about_30000_workers_stand_in_about_1600_real_towns_and_some_stations_are_empty(world: World) -> None:
    staffed = stations(world)
    towns = np.flatnonzero(staffed)
    assert staffed.sum() == pytest.approx(30_000, rel=0.01)
    assert 1_560 <= len(towns) < 1_610
    assert (world.regions.level[towns] == TOWN).all()
    assert world.regions.real[towns].all()


def test_200000_volunteers_live_in_villages_everywhere(world: World) -> None:
    volunteers = volunteer_table(world)
    assert len(volunteers) == pytest.approx(200_000, rel=0.005)
    assert len(volunteers["village"].unique()) > 20_000


def test_5000_organisations_make_20000_offers_at_all_levels(world: World) -> None:
    bodies = draw_bodies(world)
    supply = draw_supply(world, bodies, ON)
    assert len(bodies.seat) == 5_000
    assert len(supply.kind) == 20_000
    assert (np.bincount(supply.organization) > 0).all()
    share = np.bincount(supply.level, minlength=5) / len(supply.level)
    assert share == pytest.approx([0.04, 0.10, 0.34, 0.36, 0.16], abs=0.002)


def test_areas_are_of_the_level_of_their_offer_and_cities_without_counties_serve_as_one(world: World) -> None:
    supply = draw_supply(world, draw_bodies(world), ON)
    level = world.regions.level[supply.areas[:, 0]]
    assert (level == supply.level).mean() > 0.97
    odd = level != supply.level
    assert set(supply.level[odd].tolist()) == {COUNTY}
    assert set(level[odd].tolist()) == {CITY, TOWN}


def test_several_areas_of_an_offer_are_sisters(world: World) -> None:
    areas = draw_supply(world, draw_bodies(world), ON).areas
    parent = np.where(areas >= 0, world.regions.parent[areas], -1)
    sisters = (areas[:, 1:-1] >= 0).any(axis=1)
    assert sisters.mean() > 0.1
    assert ((parent[:, 1:-1] == parent[:, :1]) | (areas[:, 1:-1] < 0)).all()


def test_a_place_named_beside_an_area_lies_inside_it(world: World) -> None:
    areas = draw_supply(world, draw_bodies(world), ON).areas
    nested = np.flatnonzero(areas[:, -1] >= 0)
    assert len(nested) > 0
    assert world.regions.inside(areas[nested, -1], areas[nested, 0]).all()


@pytest.mark.parametrize("area", ["440000000000", "441900000000", "441800000000", "441882000000", "441422100000"])
def test_a_village_drawn_within_a_region_lies_in_it(world: World, area: str) -> None:
    wanted = np.full(500, world.regions.key.to_pylist().index(area), np.int32)
    drawn = village_within(np.random.default_rng(0), world, wanted)
    assert (world.regions.level[drawn] == VILLAGE).all()
    assert world.regions.inside(drawn, wanted).all()
    assert len(np.unique(drawn)) > 5


def test_supply_keeps_its_proportion_whatever_region_is_asked_for(world: World) -> None:
    for region in ("440000", "441400", "441422", "441900"):
        seen = build_world(region, 1, 1.0)
        supply = draw_supply(seen, draw_bodies(seen), ON)
        capacity = capacities(seen, supply, ON)
        food = (
            capacity[supply.kind == KIND_NUMBER["food"]].sum()
            / seen.households[seen.inside & (seen.regions.level == VILLAGE)].sum()
        )
        assert food == pytest.approx(0.9, rel=0.25)
