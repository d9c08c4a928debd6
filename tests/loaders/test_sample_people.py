"""Who lives in a sample and what they need: Meizhou at its real size."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from graph.model import SERVICE_KINDS, TABLES, codes_of
from loaders.sample.world import build_world
from loaders.sample.write import sample_tables

ON = date(2026, 11, 2)
DIVISIBLE = {kind.kind: kind.divisible for kind in SERVICE_KINDS}
FOUR = "subsistence_allowance|extreme_hardship|subsistence_borderline|rigid_expenditure"


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    wanted = ("regions", "households", "persons", "needs")
    return {
        name: table.to_pandas() for name, table in sample_tables(build_world("441400", 1, 1.0), ON) if name in wanted
    }


@pytest.fixture(scope="module")
def persons(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    persons = tables["persons"].copy()
    persons["age"] = ON.year - persons["birth_year"]
    persons["traits"] = persons["traits"].astype(object).fillna("")
    persons["categories"] = persons["categories"].astype(object).fillna("")
    return persons


def having(lists: pd.Series, code: str) -> pd.Series:
    return (";" + lists + ";").str.contains(f";{code};")


def test_three_persons_a_household_as_meizhous_census_says(tables: dict[str, pd.DataFrame]) -> None:
    assert len(tables["persons"]) / len(tables["households"]) == pytest.approx(3.26, rel=0.03)
    assert len(tables["needs"]) / len(tables["households"]) == pytest.approx(2.5, rel=0.01)


def test_a_third_of_the_persons_are_in_the_four_categories_and_everybody_in_one(persons: pd.DataFrame) -> None:
    assert persons["categories"].str.contains(FOUR).mean() == pytest.approx(0.33, abs=0.01)
    assert (persons["categories"] != "").all()
    assert 0.03 < persons["categories"].str.contains(";").mean() < 0.1
    for category in codes_of(TABLES["persons"].column("categories")):
        assert having(persons["categories"], category).any()


@pytest.mark.parametrize(
    ("trait", "youngest", "oldest"),
    [("elderly", 60, 120), ("minor", 0, 17), ("orphan", 0, 17), ("unattended_child", 0, 17)],
)
def test_traits_fit_ages(persons: pd.DataFrame, trait: str, youngest: int, oldest: int) -> None:
    ages = persons.loc[having(persons["traits"], trait), "age"].dropna()
    assert len(ages) > 0
    assert ages.between(youngest, oldest).all()


def test_every_old_person_is_elderly_and_every_child_a_minor(persons: pd.DataFrame) -> None:
    known = persons.dropna(subset="age")
    assert (having(known["traits"], "elderly") == (known["age"] >= 60)).all()
    assert (having(known["traits"], "minor") == (known["age"] < 18)).all()


def test_the_severely_disabled_are_disabled_and_the_alone_live_alone(persons: pd.DataFrame) -> None:
    severe = having(persons["traits"], "severely_disabled")
    assert having(persons["traits"], "disabled")[severe].all()
    size = persons.groupby("household")["person"].transform("size")
    assert (having(persons["traits"], "living_alone") == (size == 1)).all()


def test_no_child_lives_alone_and_ages_are_possible(persons: pd.DataFrame) -> None:
    assert persons["age"].dropna().between(0, 104).all()
    heads = persons.groupby("household")["age"].max().dropna()
    assert (heads >= 18).mean() > 0.999


def test_some_live_in_institutions_and_they_are_old_and_in_extreme_hardship(persons: pd.DataFrame) -> None:
    there = persons[persons["living"] == "institution"]
    assert 0.001 < len(there) / len(persons) < 0.02
    assert (there["age"].dropna() >= 60).all()
    assert having(there["categories"], "extreme_hardship").all()


def test_names_and_phones_are_plainly_invented_and_nobody_has_an_identity_number(persons: pd.DataFrame) -> None:
    assert persons["id_number"].isna().all()
    assert persons["name"].str.fullmatch("示例[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]").all()
    assert persons["phone"].dropna().str.fullmatch(r"1000000\d{4}").all()


def test_urgencies_run_from_two_percent_red_to_half_green(tables: dict[str, pd.DataFrame]) -> None:
    needs = tables["needs"]
    alert = tables["households"].set_index("household")["alert"].astype(object).replace("none", None)
    urgency = needs["urgency"].astype(object).fillna(needs["household"].map(alert)).fillna("green")
    share = urgency.value_counts(normalize=True)
    assert share["red"] == pytest.approx(0.02, abs=0.004)
    assert list(share.index) == ["green", "blue", "yellow", "orange", "red"]
    assert share["green"] == pytest.approx(0.55, abs=0.06)
    assert needs["urgency"].isna().any(), "some take their household's alert"


def test_kinds_are_needed_as_zipf_says(tables: dict[str, pd.DataFrame]) -> None:
    counts = tables["needs"]["kind"].value_counts()
    assert len(counts) == len(SERVICE_KINDS)
    slope = np.polyfit(np.log(np.arange(1, len(counts) + 1)), np.log(counts), 1)[0]
    assert slope == pytest.approx(-0.8, abs=0.05)


def test_at_most_a_tenth_of_needs_is_indivisible_with_a_quantity_above_one(tables: dict[str, pd.DataFrame]) -> None:
    needs = tables["needs"]
    several = (needs["quantity"] > 1) & ~needs["kind"].map(DIVISIBLE).astype(bool)
    assert 0.03 < several.mean() <= 0.1


def test_needs_suit_those_they_are_for(tables: dict[str, pd.DataFrame], persons: pd.DataFrame) -> None:
    age = persons.set_index("person")["age"]
    needs = tables["needs"].dropna(subset="person")
    ages = needs["person"].map(age)
    assert ages[needs["kind"] == "tutoring"].dropna().between(6, 20).all()
    assert (ages[needs["kind"] == "meal_delivery"] >= 60).mean() > 0.85
    assert 0.4 < len(needs) / len(tables["needs"]) < 0.7


def test_a_need_is_for_a_member_of_its_household(tables: dict[str, pd.DataFrame], persons: pd.DataFrame) -> None:
    needs = tables["needs"].dropna(subset="person")
    assert (needs["person"].map(persons.set_index("person")["household"]) == needs["household"]).all()


def test_two_percent_of_needs_are_emergencies_elsewhere_and_a_tenth_of_these_befall_strangers(
    tables: dict[str, pd.DataFrame],
) -> None:
    needs = tables["needs"].merge(tables["households"][["household", "village", "hukou"]], on="household")
    away = needs["incident_place"].notna()
    assert away.mean() == pytest.approx(0.02, abs=0.001)
    strangers = needs[needs["village"].isna()]
    assert len(strangers) == pytest.approx(0.1 * away.sum(), rel=0.1)
    assert strangers["incident_place"].notna().all()
    assert not strangers["hukou"].astype(str).str.startswith("44").any()
    residents = needs[away & needs["village"].notna()]
    assert (residents["incident_place"].astype(str) != residents["village"].astype(str)).mean() > 0.99
    levels = tables["regions"].set_index("code")["level"].astype(object)
    assert set(away[away].index.map(needs["incident_place"].astype(object)).map(levels)) == {
        "village",
        "town",
        "county",
    }


def test_needs_wait_in_every_band_and_end_after_they_begin(tables: dict[str, pd.DataFrame]) -> None:
    needs = tables["needs"]
    opened = pd.to_datetime(needs["opened_on"])
    months = (pd.Timestamp(ON) - opened).dt.days / 30.4
    bands = pd.cut(months, [-0.1, 1, 3, 6, 12, 60]).value_counts(normalize=True)
    assert (bands > 0.05).all()
    assert 0.01 < opened.isna().mean() < 0.03
    due = pd.to_datetime(needs["due_on"])
    assert not (due < opened).any()


def test_most_needs_are_open_and_some_paused_or_closed(tables: dict[str, pd.DataFrame]) -> None:
    share = tables["needs"]["status"].astype(object).fillna("open").value_counts(normalize=True)
    assert share["open"] == pytest.approx(0.96, abs=0.01)
    assert set(share.index) == {"open", "paused", "closed"}
