"""Who helps in a sample: organisations, funds, offers, volunteers and caseworkers of Meizhou."""

from datetime import date

import pandas as pd
import pytest
from stdnum.cn import uscc

from graph.model import ORGANIZATION_TYPES, SERVICE_KINDS
from loaders.sample.catalogue import BROADER, DEMANDS, rules
from loaders.sample.credit_codes import INNER_WEIGHTS
from loaders.sample.world import build_world
from loaders.sample.write import sample_tables

ON = date(2026, 11, 2)
RULE = ["categories", "traits", "min_age", "max_age"]


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return {name: table.to_pandas() for name, table in sample_tables(build_world("441400", 1, 1.0), ON)}


@pytest.fixture(scope="module")
def offers(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return tables["offers"]


def test_organisations_are_of_all_types_with_true_credit_codes(tables: dict[str, pd.DataFrame]) -> None:
    organizations = tables["organizations"]
    assert set(organizations["type"]) == {kind.code for kind in ORGANIZATION_TYPES}
    assert organizations["credit_code"].map(uscc.is_valid).all()
    assert organizations["credit_code"].is_unique


def test_the_organisation_code_within_has_a_true_check_character(tables: dict[str, pd.DataFrame]) -> None:
    for code in tables["organizations"]["credit_code"]:
        inner = code[8:17]
        total = sum(int(char, 36) * weight for char, weight in zip(inner[:8], INNER_WEIGHTS, strict=True))
        check = 10 if inner[8] == "X" else int(inner[8])
        assert (total + check) % 11 == 0


def test_names_of_organisations_say_that_they_are_invented(tables: dict[str, pd.DataFrame]) -> None:
    assert tables["organizations"]["name"].str.contains("示例").all()
    assert tables["funds"]["name"].str.contains("示例").all()


def test_every_reference_is_to_a_row_of_the_sample(tables: dict[str, pd.DataFrame], offers: pd.DataFrame) -> None:
    regions = set(tables["regions"]["code"])
    assert set(offers["organization"]) <= set(tables["organizations"]["organization"])
    assert set(offers["fund"].dropna()) <= set(tables["funds"]["fund"])
    assert set(offers["serves"].astype(str).str.split(";").explode()) <= regions
    for table, column in [
        ("offers", "place"),
        ("organizations", "region"),
        ("funds", "region"),
        ("volunteers", "village"),
        ("caseworkers", "town"),
    ]:
        assert set(tables[table][column].dropna()) <= regions, f"{table}.{column}"


def test_offers_stand_at_all_levels(tables: dict[str, pd.DataFrame], offers: pd.DataFrame) -> None:
    level = tables["regions"].set_index("code")["level"].astype(object)
    served = offers["serves"].astype(str).str.split(";").str[0].map(level)
    assert set(served) == {"province", "city", "county", "town", "village"}


@pytest.mark.parametrize("region", ["441400", "441422", "441900"])
def test_a_tenth_of_offers_serves_several_areas(region: str) -> None:
    offers = dict(sample_tables(build_world(region, 1, 1.0), ON))["offers"].to_pandas()
    areas = offers["serves"].astype(str).str.split(";")
    assert (areas.str.len() > 1).mean() >= 0.1
    assert (areas.map(set).str.len() == areas.str.len()).all(), "no area twice"


@pytest.mark.parametrize("region", ["441400", "441422", "441900"])
def test_a_tenth_of_offers_is_of_a_broader_kind(region: str) -> None:
    offers = dict(sample_tables(build_world(region, 1, 1.0), ON))["offers"].to_pandas()
    assert 0.1 <= offers["kind"].isin(BROADER).mean() < 0.14


def test_half_of_the_offers_has_an_acceptance_rule_of_few_for_each_kind(offers: pd.DataFrame) -> None:
    ruled = offers[offers[RULE].notna().any(axis=1)]
    assert len(ruled) / len(offers) == pytest.approx(0.5, abs=0.04)
    distinct = ruled[["kind", *RULE]].astype(object).drop_duplicates().groupby("kind").size()
    assert distinct.max() <= 15


def test_no_kind_can_have_more_than_sixty_rules() -> None:
    assert max(len(rules(demand.audience)) for demand in DEMANDS) <= 60


def test_capacity_is_for_72_percent_of_needs_and_scarcer_in_some_kinds(
    tables: dict[str, pd.DataFrame], offers: pd.DataFrame
) -> None:
    day = pd.Timestamp(ON)
    begun = offers["valid_from"].isna() | (pd.to_datetime(offers["valid_from"]) <= day)
    in_force = offers[begun & (offers["valid_to"].isna() | (pd.to_datetime(offers["valid_to"]) >= day))]
    capacity = in_force.groupby(in_force["kind"].astype(object))["capacity"].sum()
    quantity = tables["needs"].groupby(tables["needs"]["kind"].astype(object))["quantity"]
    assert (capacity / quantity.mean()).sum() / len(tables["needs"]) == pytest.approx(0.72, abs=0.02)
    ratio = (capacity / quantity.sum()).drop(list(BROADER))
    assert ratio.min() < 0.6
    assert ratio.max() > 0.8


def test_most_offers_are_in_force_and_some_are_over_or_not_yet_begun(offers: pd.DataFrame) -> None:
    day = pd.Timestamp(ON)
    over = (pd.to_datetime(offers["valid_to"]) < day).mean()
    coming = (pd.to_datetime(offers["valid_from"]) > day).mean()
    assert 0 < over < 0.05
    assert 0 < coming < 0.05
    assert not (offers["valid_to"] < offers["valid_from"]).any()


def test_a_seventh_of_organisations_has_a_budget_below_half_of_what_its_offers_would_cost(
    tables: dict[str, pd.DataFrame], offers: pd.DataFrame
) -> None:
    worth = (offers["capacity"].fillna(0) * offers["unit_cost"].fillna(0)).groupby(offers["organization"]).sum()
    organizations = tables["organizations"].set_index("organization")
    tight = organizations["budget"] < 0.6 * worth.reindex(organizations.index)
    assert tight.mean() == pytest.approx(0.13, abs=0.04)
    assert 0.5 < organizations["budget"].isna().mean() < 0.8


def test_funds_pay_for_offers_inside_their_region_and_of_their_kinds(
    tables: dict[str, pd.DataFrame], offers: pd.DataFrame
) -> None:
    funds = tables["funds"].set_index("fund")
    parent = tables["regions"].dropna(subset="parent").set_index("code")["parent"].to_dict()
    broader = {kind.kind: {kind.kind, *kind.broader} for kind in SERVICE_KINDS}
    paid = offers.dropna(subset="fund")
    assert len(paid) / len(offers) > 0.15
    for offer in paid.itertuples():
        fund = funds.loc[offer.fund]
        above = [offer.serves.split(";")[0]]
        while above[-1] in parent:
            above.append(parent[above[-1]])
        assert fund["region"] in above
        assert pd.isna(fund["kinds"]) or broader[offer.kind] & set(fund["kinds"].split(";"))


def test_volunteers_have_hours_and_skills_and_most_a_limit_to_their_way(tables: dict[str, pd.DataFrame]) -> None:
    volunteers = tables["volunteers"]
    assert (volunteers["hours"] > 0).all()
    skills = volunteers["skills"].astype(str).str.split(";")
    assert set(skills.explode()) <= {kind.kind for kind in SERVICE_KINDS if kind.minutes_per_unit}
    assert skills.str.len().between(1, 3).all()
    assert volunteers["minutes_limit"].notna().mean() == pytest.approx(0.8, abs=0.02)


def test_workers_cover_one_to_three_villages_and_half_have_a_limit_to_their_way(
    tables: dict[str, pd.DataFrame],
) -> None:
    workers = tables["caseworkers"]
    assert set(workers["villages_limit"]) == {1, 2, 3}
    assert workers["minutes_limit"].notna().mean() == pytest.approx(0.5, abs=0.04)
    assert (workers["type"] == "shuangbai").mean() == pytest.approx(0.86, abs=0.03)


def test_all_counties_but_one_have_workers_enough_for_their_villages_and_some_towns_have_none(
    tables: dict[str, pd.DataFrame],
) -> None:
    regions, workers = tables["regions"], tables["caseworkers"]
    parent = regions.set_index("code")["parent"].to_dict()
    villages = regions[regions["level"] == "village"]["code"].map(lambda code: parent[parent[code]]).value_counts()
    trained = workers[workers["type"] == "shuangbai"]
    room = trained["villages_limit"].groupby(trained["town"].astype(object).map(parent)).sum()
    short = room < villages.reindex(room.index)
    assert short.sum() == 1
    assert (room / villages.reindex(room.index))[short].iloc[0] > 0.8
    towns = regions[(regions["level"] == "town") & (regions["code"].str[6:9].astype(int) < 400)]["code"]
    staffed = set(workers["town"])
    assert 0 < sum(town not in staffed for town in towns) < 10
