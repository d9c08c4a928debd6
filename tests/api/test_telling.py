"""No sum that is told of a region or of a wider one, less the rows that are told, points at households."""

from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from api.service.hiding import few_of
from api.service.telling import Hides, Telling, telling
from graph.gap_figures import Figures
from graph.gap_tree import rows_at
from graph.snapshot import CITY, COUNTY, TOWN, Longs, Regions

PARENT = {"44": "", "4414": "44", "441401": "4414", "441402": "4414"} | {
    f"{county}{town}": county for county in ("441401", "441402") for town in ("100", "101", "102")
}
KEYS = sorted(code.ljust(12, "0") for code in PARENT)
REGIONS = Regions(
    key=pa.array(KEYS),
    name=pa.array(KEYS),
    level=np.array([{2: 0, 4: CITY, 6: COUNTY, 9: TOWN}[len(code)] for code in sorted(PARENT)], np.int8),
    parent=np.array([-1 if not up else KEYS.index(up.ljust(12, "0")) for _, up in sorted(PARENT.items())], np.int32),
    lon=np.zeros(len(KEYS)),
    lat=np.zeros(len(KEYS)),
    population=np.zeros(len(KEYS), np.int64),
)
KINDS, URGENCIES, ALERTS = ("bathing", "food"), ("green", "red"), ("blue", "none")
COUNTS = st.tuples(st.integers(0, 12) | st.integers(0, 60), st.integers(0, 60)).map(lambda two: (max(two), min(two)))
ROWS = st.dictionaries(
    st.tuples(st.sampled_from([*range(2, len(KEYS))]), st.integers(0, 1), st.integers(0, 1)),
    COUNTS.filter(lambda two: two[0] > 0),
    min_size=1,
)
Rows = dict[tuple[int, int, int], tuple[int, int]]


def coded(values: list[int], of: tuple[str, ...]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(values, pa.int32()), pa.array(of))


def figures(rows: Rows) -> Figures:
    """Needs of those cells, kinds and urgencies; households of the first kind, by alert."""
    cell, kind, urgency = (list(each) for each in zip(*rows, strict=True))
    whole, part = (pa.array(each, pa.int32()) for each in zip(*rows.values(), strict=True))
    needs = {"cell": pa.array(cell, pa.int32()), "kind": coded(kind, KINDS), "urgency": coded(urgency, URGENCIES)}
    homes = {"cell": pa.array(cell, pa.int32()), "alert": coded(urgency, ALERTS)}
    return Figures(
        "440000000000",
        REGIONS,
        pa.table(needs | {"needs": whole, "met": part}),
        pa.table(homes | {"needing": whole, "cared_for": part, "helped": part}),
        pa.table({}),
        None,  # type: ignore[arg-type]
    )


def sums(hides: Hides, rows: Rows, level: int, by: str) -> tuple[Longs, Longs]:
    """Whole and part of each row of a level, in the order of its numbers."""
    place = rows_at(REGIONS, level)
    found = dict.fromkeys(hides.number.tolist(), (0, 0))
    for (cell, kind, urgency), (whole, part) in rows.items():
        at = int(place[cell])
        number = {"needs": (at * len(KINDS) + kind) * 2 + urgency, "kinds": at * len(KINDS) + kind}.get(
            by, at * 2 + urgency
        )
        found[number] = (found[number][0] + whole, found[number][1] + part)
    wholes, parts = (np.array(each, np.int64) for each in zip(*found.values(), strict=True))
    return wholes, parts


def few(whole: Longs, part: Longs, *, parts: bool) -> bool:
    """Whether what some rows hold together points at households: where each has one, the rest must not be few."""
    if 0 < whole.sum() < 5 + len(whole) - 1:
        return True
    return parts and any(0 < each.sum() < 5 for each in (part, whole - part))


@given(ROWS)
def test_no_sum_that_is_told_less_the_rows_that_are_told_points_at_households(rows: Rows) -> None:
    found: Telling = telling(figures(rows))
    tables: dict[str, Any] = {"needs": found.needs, "kinds": found.kinds, "households": found.households}
    for name, by_level in tables.items():
        for level, hides in by_level.items():
            whole, part = sums(hides, rows, level, name)
            assert not few_of([whole])[~hides.wholes].any()
            assert not few_of([whole, part, whole - part])[~hides.hides].any()
            assert (hides.hides | ~hides.wholes).all()
            parts = len(hides.number) and int(np.prod([len(each) for each in hides.values]))
            region, mine = hides.number // parts, hides.number % parts
            groups = [region]
            for wider, above in by_level.items():
                if wider < level:
                    number = rows_at(REGIONS, wider)[region] * parts + mine
                    told = ~above.hides[np.searchsorted(above.number, number)]
                    groups.append(np.where(told, number, -1))
                    assert set(number[~told]) <= set(number[hides.wholes])
            if name == "needs":
                kinds, kind = found.kinds[level], hides.number // len(URGENCIES)
                groups.append(np.where(kinds.among(kind, ~kinds.hides), kind, -1))
                assert set(kinds.number[kinds.hides]) <= set(kind[hides.wholes])
                groups.append(np.where(hides.number % 2 == 1, region, -1))
            for group in groups:
                for each in set(group.tolist()) - {-1}:
                    for hide in (hides.wholes, hides.hides):
                        at = (group == each) & hide
                        if ((group == each) & ~hide).any():
                            assert not few(whole[at], part[at], parts=hide is hides.hides)


@given(ROWS)
def test_a_region_whose_sum_says_what_its_rows_hold_names_none(rows: Rows) -> None:
    found = telling(figures(rows))
    for level, hides in found.needs.items():
        whole, _ = sums(hides, rows, level, "needs")
        region = hides.number // (len(KINDS) * len(URGENCIES))
        for each in set(region.tolist()):
            at = region == each
            if hides.hides[at].all() and (at.sum() == 1 or few(whole[at], whole[at], parts=False)):
                assert hides.alone[at].all()
            kinds = found.kinds[level]
            if not hides.hides[at].all():
                unnamed = kinds.alone[kinds.number // len(KINDS) == each].all()
                red = at & (hides.number % len(URGENCIES) == URGENCIES.index("red"))
                all_red = hides.hides[red].all() and (red.sum() == 1 or few(whole[red], whole[red], parts=False))
                assert hides.alone[at & ~red].any() == unnamed
                assert not red.any() or hides.alone[red].all() == (unnamed or all_red)


def test_the_one_town_whose_few_needs_a_county_would_tell_hides_with_the_next_smallest() -> None:
    """The county is told, so that the two towns must hide in it; each has enough of another kind beside it."""
    towns = [KEYS.index(f"441401{town}000") for town in ("100", "101", "102")]
    rows = {(town, 1, 0): (whole, 0) for town, whole in zip(towns, (30, 3, 20), strict=True)}
    rows |= {(town, 0, 0): (40, 0) for town in towns}
    found = telling(figures(rows))
    for hides in (found.kinds[TOWN], found.needs[TOWN]):
        food = hides.number // (2 if hides is found.needs[TOWN] else 1) % 2 == 1
        assert hides.hides[food].tolist() == [False, True, True]
        assert not found.kinds[COUNTY].hides.any()
