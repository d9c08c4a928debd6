"""Public instances: their files are read as they are written, and as worlds of ours they keep their optimum."""

import itertools

import numpy as np
import pytest

from bench.instances import ONE_ORDER
from bench.public.formats import Generalised, read_assignment, read_generalised
from bench.public.worlds import assignment, generalised
from matching.serve import serve


def test_the_costs_of_an_assignment_file_run_over_lines() -> None:
    assert read_assignment(" 2\n 1 2 3\n 4\n").tolist() == [[1, 2], [3, 4]]


def test_a_generalised_file_has_several_problems_one_after_the_other() -> None:
    first, second = read_generalised("2\n1 2\n 5 6\n 7 8\n 9\n2 1\n 1\n 2\n 3\n 4\n 5 6\n")
    assert (first.profit.tolist(), first.spent.tolist(), first.most.tolist()) == ([[5, 6]], [[7, 8]], [9])
    assert (second.profit.tolist(), second.spent.tolist(), second.most.tolist()) == ([[1], [2]], [[3], [4]], [5, 6])


def test_a_file_that_is_longer_than_it_says_is_refused() -> None:
    with pytest.raises(ValueError, match="7 numbers where 6"):
        read_generalised("1 1 1 5 7 9 4")


@pytest.mark.parametrize("seed", range(10))
def test_an_assignment_as_a_world_costs_the_least(seed: int) -> None:
    costs = np.random.default_rng(seed).integers(1, 30, (5, 5))
    least = min(sum(costs[job, agent] for job, agent in enumerate(each)) for each in itertools.permutations(range(5)))
    served = serve(assignment(costs))
    assert (len(served.assignments.need), served.assignments.minutes.sum()) == (5, least)


@pytest.mark.parametrize("seed", range(10))
def test_a_generalised_assignment_as_a_world_spends_what_it_may_and_earns_what_it_says(seed: int) -> None:
    chance = np.random.default_rng(seed)
    instance = Generalised(
        chance.integers(1, 20, (2, 4)), chance.integers(1, 10, (2, 4)), chance.integers(8, 20, 2).astype(np.int64)
    )
    plan = serve(generalised(instance, ONE_ORDER)).assignments
    agent, job = plan.provider // 4, plan.need
    assert (np.bincount(agent, instance.spent[agent, job], 2) <= instance.most).all()
    assert (plan.minutes == instance.profit.max() - instance.profit[agent, job]).all()
