"""The snapshot: all that a plan needs, as immutable integer-coded columns sorted by the bytes of keys."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.digest import digest_of, digest_of_parts

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.int8]
Bits = npt.NDArray[np.uint16]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Keys = Any
"""A pyarrow StringArray without nulls."""

NONE = -1
"""Index or number of a blank cell."""
LONG_AGO = int(np.iinfo(np.int32).min)
"""Day of a blank start: before every date. Days count from 1970-01-01."""
FOREVER = int(np.iinfo(np.int32).max)
"""Day of a blank end: after every date."""
PROVINCE, CITY, COUNTY, TOWN, VILLAGE = range(5)
"""Positions in `graph.model.LEVELS`."""
OFFER, VOLUNTEER, CASEWORKER = range(3)
"""Positions in `graph.model.PROVIDER_TYPES`."""
ON_NEED, ON_VILLAGE, ON_HOUSEHOLD = range(3)
"""Positions in `graph.model.LOCK_SUBJECTS`."""
PROPOSED, ACCEPTED, DELIVERED = range(3)
"""Positions in `graph.model.ASSIGNMENT_STATUSES`; from ACCEPTED on an assignment is a fact."""
SHUANGBAI, CLERK, ASSISTANT = range(3)
"""Positions in `graph.model.CASEWORKER_TYPES`."""
SPENDERS = ("offers", "organizations", "funds", "volunteers")
"""Tables whose rows needs use up: units of offers, yuan of organisations and funds, minutes of volunteers."""


@dataclass(frozen=True)
class Ragged:
    """Lists of integers: list i is `values[offsets[i]:offsets[i + 1]]`."""

    offsets: Longs
    values: Ints

    def __getitem__(self, row: int) -> Ints:
        return self.values[self.offsets[row] : self.offsets[row + 1]]

    @property
    def lengths(self) -> Longs:
        """Length of each list."""
        return np.diff(self.offsets)

    @property
    def owners(self) -> Ints:
        """For each value, the list it stands in."""
        return np.repeat(np.arange(len(self.offsets) - 1, dtype=np.int32), self.lengths)


@dataclass(frozen=True)
class Regions:
    """The tree of places: n rows sorted by code; `parent` is an index, NONE for the root alone."""

    key: Keys
    name: Keys
    level: Bytes
    parent: Ints
    lon: Floats
    lat: Floats
    population: Longs

    @cached_property
    def ancestor(self) -> Ints:
        """Shape (n, 5): the place's ancestor (or itself) at each level, NONE where the chain has none."""
        n = len(self.level)
        found = np.full((n, 5), NONE, np.int32)
        at = np.arange(n, dtype=np.int32)
        alive = np.ones(n, bool)
        for _ in range(5):
            rows = np.flatnonzero(alive)
            found[rows, self.level[at[rows]]] = at[rows]
            at[rows] = self.parent[at[rows]]
            alive = at != NONE
        return found

    @cached_property
    def county_slot(self) -> Ints:
        """The county of each place; the city where it has no counties; the place itself above that."""
        found = self.ancestor[:, COUNTY].copy()
        for level in (CITY, PROVINCE):
            found = np.where(found == NONE, self.ancestor[:, level], found)
        own = self.level < COUNTY
        found[own] = np.flatnonzero(own)
        return found.astype(np.int32)

    @cached_property
    def breadth(self) -> Bytes:
        """The level that each region has as an area that is served: its own; a county's for a city without counties."""
        whole = self.level == CITY
        whole[self.ancestor[(self.level == COUNTY) & (self.ancestor[:, CITY] != NONE), CITY]] = False
        return np.where(whole, COUNTY, self.level).astype(np.int8)

    @cached_property
    def real(self) -> Bools:
        """Towns and villages that the guarantee counts: town part 001-399, village part 001-199 or 200-399."""
        number = np.array([int(code) if code.isdigit() and len(code) == 12 else 0 for code in self.key.to_pylist()])
        town, village = number // 1000 % 1000, number % 1000
        real_town = (town >= 1) & (town <= 399)
        real_village = real_town & (village >= 1) & (village <= 399)
        return np.where(self.level == VILLAGE, real_village, (self.level < TOWN) | real_town)

    def inside(self, place: Ints, area: Ints) -> Bools:
        """Whether each place is the area of the same position or lies inside it; a NONE place lies nowhere."""
        within: Bools = (place != NONE) & (self.ancestor[place, self.level[area]] == area)
        return within


@dataclass(frozen=True)
class Travel:
    """Minutes of the `travel` table, both directions of each pair."""

    origin: Ints
    destination: Ints
    minutes: Ints


@dataclass(frozen=True)
class Kinds:
    """Service kinds; `broader` holds the direct links, as indices."""

    key: Keys
    name_zh: Keys
    name_en: Keys
    kind_class: Bytes
    unit: Keys
    minutes: Ints
    divisible: Bools
    recurring: Bools
    broader: Ragged


@dataclass(frozen=True)
class Dialects:
    """The dialects that households ask for and caseworkers speak; a dialect is its own key."""

    key: Keys


@dataclass(frozen=True)
class Households:
    """Households; `village` NONE for a stranger passing through, `alert` 5 for none, `weight` as it counts.

    `dialect` is that which its worker should speak, NONE where it asks for none. `hukou_city` are the first four digits of
    the division where it is registered, NONE where that is blank.
    """

    key: Keys
    village: Ints
    alert: Bytes
    weight: Ints
    dialect: Ints
    hukou_city: Ints


@dataclass(frozen=True)
class Persons:
    """Members; categories and traits are bit sets in the order of the code lists, `birth_year` 0 where unknown."""

    key: Keys
    household: Ints
    categories: Bits
    traits: Bits
    birth_year: npt.NDArray[np.int16]
    institution: Bools


@dataclass(frozen=True)
class Needs:
    """Needs that are not closed; `urgency` as it counts, `place` the incident place or else the household's village."""

    key: Keys
    household: Ints
    person: Ints
    kind: Ints
    quantity: Longs
    urgency: Bytes
    opened_on: Ints
    due_on: Ints
    incident_place: Ints
    paused: Bools
    place: Ints


@dataclass(frozen=True)
class Organizations:
    """Organisations; `budget` in yuan for the year of the period, NONE without limit."""

    key: Keys
    name: Keys
    type: Bytes
    region: Ints
    budget: Longs


@dataclass(frozen=True)
class Funds:
    """Funds; an empty list of kinds means all."""

    key: Keys
    name: Keys
    region: Ints
    amount: Longs
    kinds: Ragged
    valid_from: Ints
    valid_to: Ints


@dataclass(frozen=True)
class Offers:
    """Offers; empty bit sets accept all, `capacity` NONE is unlimited, ages NONE are no limit, `place` as it counts."""

    key: Keys
    organization: Ints
    kind: Ints
    capacity: Longs
    unit_cost: Longs
    fund: Ints
    place: Ints
    serves: Ragged
    categories: Bits
    traits: Bits
    min_age: npt.NDArray[np.int16]
    max_age: npt.NDArray[np.int16]
    valid_from: Ints
    valid_to: Ints
    paused: Bools


@dataclass(frozen=True)
class Volunteers:
    """Volunteers; `minutes_limit` NONE is no limit."""

    key: Keys
    village: Ints
    skills: Ragged
    hours: Ints
    minutes_limit: Ints


@dataclass(frozen=True)
class Caseworkers:
    """Caseworkers; limits NONE are none."""

    key: Keys
    town: Ints
    type: Bytes
    capacity: Longs
    dialects: Ragged
    minutes_limit: Ints
    villages_limit: Ints


@dataclass(frozen=True)
class Locks:
    """Locks; `subject` and `provider` are indices into the tables that their types name."""

    key: Keys
    subject_type: Bytes
    subject: Ints
    provider_type: Bytes
    provider: Ints
    keep: Bools
    until: Ints
    reason: Keys


@dataclass(frozen=True)
class Exclusions:
    """Pairs that an answer forbids: need, provider type and provider, with the day and the reason."""

    need: Ints
    provider_type: Bytes
    provider: Ints
    since: Ints
    reason: Keys


@dataclass(frozen=True)
class Published:
    """What holds at a revision: assignments, coverage and responsibilities, as indices into the snapshot.

    `status` is a position in ASSIGNMENT_STATUSES; accepted and delivered assignments are facts. What was delivered to
    needs that are closed stands as what is `spent` of a `spender`, a row of the table SPENDERS[`spender_table`], in a
    month `spent_in` counted from 1970-01, NONE where it is not known.
    """

    revision: int
    need: Ints
    provider_type: Bytes
    provider: Ints
    quantity: Longs
    status: Bytes
    place: Ints
    place_caseworker: Ints
    household: Ints
    household_caseworker: Ints
    spender_table: Bytes
    spender: Ints
    spent_in: Ints
    spent: Longs

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of the revision and all that holds; answers give one revision several states."""
        columns = (part.name for part in fields(self) if part.name != "revision")
        parts = ((name, digest_of(getattr(self, name))) for name in columns)
        return digest_of_parts([(str(self.revision), b""), *parts]).hex()


@dataclass(frozen=True)
class Snapshot:
    """One consistent, pseudonymous read of the input tables and of the published state."""

    regions: Regions
    travel: Travel | None
    kinds: Kinds
    dialects: Dialects
    households: Households
    persons: Persons
    needs: Needs
    organizations: Organizations
    funds: Funds
    offers: Offers
    volunteers: Volunteers
    caseworkers: Caseworkers
    locks: Locks
    exclusions: Exclusions
    published: Published = field(default_factory=lambda: nothing_published())

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of the input tables; the published state, which has a digest of its own, is left out."""
        parts = (part.name for part in fields(self) if part.name != "published")
        return digest_of_parts((name, digest_of(getattr(self, name))) for name in parts).hex()

    @cached_property
    def members(self) -> Ragged:
        """Persons of each household, in order of their keys."""
        order = np.argsort(self.persons.household, kind="stable").astype(np.int32)
        counts = np.bincount(self.persons.household, minlength=len(self.households.key))
        return Ragged(np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), order)


@dataclass(frozen=True)
class KeyColumn:
    """The keys of a table alone."""

    key: Keys


@dataclass(frozen=True)
class RegionKeys:
    """The codes of the regions with their levels."""

    key: Keys
    level: Bytes


@dataclass(frozen=True)
class SnapshotKeys:
    """What a snapshot calls its rows, under the names that they have there, without the rest of it."""

    digest: str
    regions: RegionKeys
    households: KeyColumn
    needs: KeyColumn
    offers: KeyColumn
    volunteers: KeyColumn
    caseworkers: KeyColumn


def nothing_published() -> Published:
    """The published state of an empty graph, revision 0."""
    ints, codes, longs = np.zeros(0, np.int32), np.zeros(0, np.int8), np.zeros(0, np.int64)
    return Published(0, ints, codes, ints, longs, codes, ints, ints, ints, ints, codes, ints, ints, longs)
