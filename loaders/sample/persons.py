"""Persons: ages by place in the household, traits that fit the ages, categories that fit both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from graph.model import CATEGORIES, LIVING, SEXES
from graph.snapshot import Bools
from loaders.sample.catalogue import CATEGORY_CODES, TRAIT_CODES, bits
from loaders.sample.columns import Integers, assembled, chosen, coded, listed, numbered, running, whole
from loaders.sample.households import SOURCE_ODDS, SOURCES, Homes, stamped
from loaders.sample.world import World, stream

CATEGORY_ODDS = (0.165, 0.02, 0.22, 0.06, 0.045, 0.49)
"""Chief category of a household, in the order of the code list."""
SECOND_CATEGORY = 0.05
OLDEST = 104

# Which department reports a person as what: one group for every category, then for every trait.
_GROUPS = (
    "民政:最低生活保障对象",
    "民政:特困人员",
    "农业农村:防止返贫监测对象",
    "民政:最低生活保障边缘家庭成员",
    "民政:刚性支出困难家庭成员",
    "工会:困难职工",
    "民政:困难老年人",
    "妇联:困境儿童",
    "残联:困难残疾人",
    "残联:重度残疾人",
    "卫健:失能人员",
    "医保:重病患者",
    "民政:孤儿",
    "民政:事实无人抚养儿童",
    "教育:留守儿童",
    "民政:独居人员",
)


@dataclass(frozen=True)
class People:
    """One entry a person, in the order of households."""

    household: Integers
    age: Integers
    categories: Integers
    traits: Integers

    def has(self, *traits: str) -> Bools:
        """Whether a person has one of these traits."""
        found: Bools = self.traits & bits(traits, TRAIT_CODES) != 0
        return found


def draw_people(world: World, homes: Homes) -> People:
    """The members of the households."""
    rng = stream(world.seed, "persons")
    household = np.repeat(np.arange(len(homes.size), dtype=np.int32), homes.size)
    first = np.cumsum(homes.size, dtype=np.int64) - homes.size
    place = np.arange(len(household)) - first[household]
    age = _ages(rng, homes, household, place)
    traits = _traits(rng, age, homes.rural[household], homes.size[household] == 1)
    return People(household, age, _categories(rng, homes, household, age, traits), traits)


def _ages(rng: np.random.Generator, homes: Homes, household: Integers, place: Integers) -> Integers:
    """The head is grown up, the second mostly of the head's age, the others children, their children or parents."""
    count = len(homes.size)
    old_head = rng.random(count) < np.where(homes.size == 1, 0.7, 0.35)
    head = np.where(old_head, 60 + rng.exponential(10, count), rng.integers(24, 60, count)).astype(np.int64)
    mine = head[household]
    spouse = mine + rng.integers(-7, 8, len(household))
    generation = rng.integers(20, 39, len(household))
    child = mine - generation
    grandchild = child - rng.integers(20, 36, len(household))
    parent = mine + generation
    kin = rng.random(len(household))
    younger = np.where((child >= 38) & (kin < 0.55), grandchild, child)
    other = np.where((mine < 62) & (kin > 0.86), parent, younger)
    second = np.where((kin < 0.18) & (mine < 60), child, np.maximum(spouse, 20))
    age = np.where(place == 0, mine, np.where(place == 1, second, other))
    # A child "not yet born" by this arithmetic is simply young.
    age = np.where(age < 0, rng.integers(0, 18, len(age)), np.minimum(age, OLDEST - rng.integers(0, 12, len(age))))
    return age.astype(np.int8)


def _traits(rng: np.random.Generator, age: Integers, rural: Bools, alone: Bools) -> Integers:
    """Traits as a bit set; they fit the age."""
    chance = rng.random((4, len(age)), dtype=np.float32)
    elderly, minor = age >= 60, age < 18
    severe = chance[0] < 0.035
    disabled = severe | (chance[0] < np.where(elderly, 0.16, 0.1))
    dependent = (elderly & (chance[1] < np.where(age >= 80, 0.22, 0.06))) | (severe & (chance[1] < 0.4))
    flags = {
        "elderly": elderly,
        "minor": minor,
        "disabled": disabled,
        "severely_disabled": severe,
        "care_dependent": dependent,
        "severely_ill": chance[2] < np.where(elderly, 0.11, 0.05),
        "orphan": minor & (chance[3] < 0.008),
        "unattended_child": minor & (chance[3] >= 0.008) & (chance[3] < 0.025),
        "left_behind": (minor | elderly) & rural & (chance[3] >= 0.025) & (chance[3] < 0.15),
        "living_alone": alone,
    }
    traits = np.zeros(len(age), np.uint16)
    for trait, flag in flags.items():
        traits |= flag.astype(np.uint16) << np.uint16(TRAIT_CODES.index(trait))
    return traits


def _categories(
    rng: np.random.Generator, homes: Homes, household: Integers, age: Integers, traits: Integers
) -> Integers:
    """The household's chief category for nearly all members, a second for a few; the alone and old are 特困 more often."""
    chief = rng.choice(len(CATEGORIES), len(homes.size), p=CATEGORY_ODDS)[household]
    alone = traits >> TRAIT_CODES.index("living_alone") & 1 == 1
    extreme = alone & (age >= 60) & (rng.random(len(age), dtype=np.float32) < 0.2)
    chief[extreme] = CATEGORY_CODES.index("extreme_hardship")
    chance = rng.random(len(age), dtype=np.float32)
    own = np.where(chance < 0.03, CATEGORY_CODES.index("other_hardship"), chief)
    categories = (1 << own).astype(np.uint16)
    ill = traits >> TRAIT_CODES.index("severely_ill") & 1 == 1
    second = (chance > 1 - SECOND_CATEGORY) | (ill & (chance > 0.8))
    categories[second] |= np.uint16(1 << CATEGORY_CODES.index("rigid_expenditure"))
    return categories


def person_table(world: World, homes: Homes, people: People, on: date) -> pa.Table:
    """The `persons` table; names and phone numbers are plainly invented, identity numbers blank."""
    rng = stream(world.seed, "persons", "table")
    count = len(people.household)
    extreme = people.categories >> CATEGORY_CODES.index("extreme_hardship") & 1 == 1
    home = homes.village[people.household] >= 0
    institution = home & extreme & (people.age >= 60) & (rng.random(count, dtype=np.float32) < 0.3)
    source = rng.choice(len(SOURCES), len(homes.size), p=SOURCE_ODDS)[people.household]
    stems, branches = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
    names = [f"示例{stem}{branch}" for stem in stems for branch in branches]
    phones = [f"1000000{number:04d}" for number in range(10_000)]
    phone = np.where(rng.random(count, dtype=np.float32) < 0.6, rng.integers(0, len(phones), count), -1)
    groups = people.categories.astype(np.int64) | people.traits.astype(np.int64) << len(CATEGORIES)
    return assembled(
        "persons",
        count,
        person=running("P", count),
        household=numbered("H", people.household),
        categories=listed(CATEGORY_CODES, people.categories),
        traits=listed(TRAIT_CODES, people.traits),
        groups=listed(_GROUPS, groups),
        birth_year=whole(on.year - people.age.astype(np.int64), rng.random(count, dtype=np.float32) < 0.003),
        sex=coded(SEXES, rng.integers(0, len(SEXES), count)),
        living=coded(LIVING, np.where(institution, 1, np.where(people.age < 60, -1, 0))),
        name=chosen(names, rng.integers(0, len(names), count)),
        phone=chosen(phones, phone),
        source=chosen(SOURCES, source),
        as_of=stamped(on, source),
    )
