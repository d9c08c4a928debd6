"""On the exact class the served units are lexicographically most: by pairwise flow."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from matching.problem import Problem
from matching.serve import Served, serve
from matching.serve.levels import levels, usual_quantities
from tests.matching.worlds import Rows, may_serve, problem_of, random_world, worlds


def order_of_levels(problem: Problem) -> list[tuple[int, int]]:
    """Level and usual quantity of each counting need, the order in which units are served."""
    counting = problem.counting
    usual = usual_quantities(problem).of_kind[problem.snapshot.needs.kind[counting]]
    return list(zip(levels(problem, counting).tolist(), usual.tolist(), strict=True))


def served_by_level(problem: Problem, served: Served) -> dict[tuple[int, int], int]:
    units = np.zeros(len(problem.snapshot.needs.key), np.int64)
    np.add.at(units, served.assignments.need, served.assignments.quantity)
    found: dict[tuple[int, int], int] = {}
    for level, need in zip(order_of_levels(problem), problem.counting.tolist(), strict=True):
        found[level] = found.get(level, 0) + int(units[need])
    return found


def most_units(rows: Rows, problem: Problem, up_to: tuple[int, int]) -> int:
    """Most units of the levels up to one, by a flow between single needs and offers."""
    by_key = {row["need"]: row for row in rows["needs"]}
    keys = problem.snapshot.needs.key.to_pylist()
    needs = [
        by_key[keys[at]]
        for at, level in zip(problem.counting.tolist(), order_of_levels(problem), strict=True)
        if level <= up_to
    ]
    offers = rows["offers"]
    size = len(needs) + len(offers) + 2
    capacity = np.zeros((size, size), np.int32)
    for at, one in enumerate(needs):
        capacity[size - 2, at] = one["quantity"]
        for by, each in enumerate(offers):
            if may_serve(rows, one, each):
                capacity[at, len(needs) + by] = one["quantity"]
    for by, each in enumerate(offers):
        capacity[len(needs) + by, size - 1] = each.get("capacity", 10**6)
    return int(maximum_flow(csr_array(capacity), size - 2, size - 1).flow_value)


def assert_most_at_every_level(rows: Rows) -> None:
    problem = problem_of(rows)
    got = served_by_level(problem, serve(problem))
    total = 0
    for level in sorted(got):
        total += got[level]
        assert total == most_units(rows, problem, level), f"level {level}"


@settings(max_examples=150, deadline=None)
@given(worlds(8, 5))
def test_units_are_lexicographically_most_on_small_worlds(rows: Rows):
    assert_most_at_every_level(rows)


@pytest.mark.parametrize("seed", range(6))
def test_units_are_lexicographically_most_on_middling_worlds(seed: int):
    assert_most_at_every_level(random_world(seed, 120, 40, most=5))


@settings(max_examples=60, deadline=None)
@given(worlds(8, 4), st.integers(0, 10**6))
def test_another_offer_never_serves_fewer_units(rows: Rows, seed: int):
    more = random_world(seed, 1, 1)["offers"][0] | {"offer": "O999"}
    problem = problem_of(rows)
    larger = problem_of(rows | {"offers": [*rows["offers"], more]})
    before = served_by_level(problem, serve(problem))
    after = served_by_level(larger, serve(larger))
    ordered = sorted(before)
    assert [after[level] for level in ordered] >= [before[level] for level in ordered]


@settings(max_examples=80, deadline=None)
@given(worlds(10, 5))
def test_every_stage_of_the_exact_class_is_proven(rows: Rows):
    served = serve(problem_of(rows))
    needs = [stage for stage in served.stages if stage.stage.startswith("needs_")]
    assert [stage.stage for stage in needs] == [f"needs_{u}" for u in ("red", "orange", "yellow", "blue", "green")]
    assert all(stage.exact and stage.value == stage.bound and stage.gap == 0 for stage in needs)


@settings(max_examples=60, deadline=None)
@given(worlds(10, 6), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: Rows, draw: random.Random):
    mixed = {name: draw.sample(each, len(each)) for name, each in rows.items()}
    one, other = serve(problem_of(rows)), serve(problem_of(mixed))
    for name in ("need", "provider_type", "provider", "quantity", "minutes", "cost"):
        assert np.array_equal(getattr(one.assignments, name), getattr(other.assignments, name))
    assert one.unmet.facts.to_pylist() == other.unmet.facts.to_pylist()
    assert np.array_equal(one.prices.level, other.prices.level)
