"""Peers on tiny instances: all exact ones reach one optimum, and one that does not finish is told as killed."""

import itertools

import numpy as np
import pytest

from bench.peers import PEERS, peer
from bench.peers.pairs import Optimum, Pairs, together
from bench.peers.race import race


def instance(seed: int) -> Pairs:
    """Five needs of two levels and three offers with too little for all."""
    chance = np.random.default_rng(seed)
    need, offer = (each.astype(np.int32) for each in np.nonzero(chance.random((5, 3)) < 0.6))
    minutes = chance.integers(0, 40, len(need)).astype(np.int32)
    return Pairs(need, offer, minutes, np.array([1, 0, 1, 0, 1], np.int32), 2, np.array([1, 2, 1]))


def best(pairs: Pairs) -> Optimum:
    """By trying every choice: most of the first level, then of the second, then fewest minutes."""
    choices = [[-1, *np.flatnonzero(pairs.need == need)] for need in range(len(pairs.level))]
    found = []
    for choice in itertools.product(*choices):
        taken = np.zeros(len(pairs.need), bool)
        taken[[at for at in choice if at >= 0]] = True
        if (np.bincount(pairs.offer[taken], minlength=3) <= pairs.capacity).all():
            found.append(together([(pairs, taken)]))
    return max(found, key=lambda each: (each.served, -each.minutes))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", sorted(PEERS.keys() - {"greedy"}))
def test_every_exact_peer_reaches_the_optimum(name: str, seed: int) -> None:
    pairs = instance(seed)
    assert together([(pairs, peer(name)(pairs))]) == best(pairs)


def test_greedy_serves_the_first_level_first_and_overdraws_nobody() -> None:
    pairs = Pairs(
        need=np.array([0, 1, 1], np.int32),
        offer=np.array([0, 0, 1], np.int32),
        minutes=np.array([0, 1, 5], np.int32),
        level=np.array([1, 0], np.int32),
        levels=2,
        capacity=np.array([1, 1]),
    )
    assert peer("greedy")(pairs).tolist() == [False, True, False]


def test_a_peer_that_finishes_tells_what_it_cost_and_reached() -> None:
    raced = race("min_cost_flow", [instance(0), instance(1)], 60)
    assert raced.optimum == together([(each, peer("min_cost_flow")(each)) for each in (instance(0), instance(1))])
    figures = raced.beside(raced.cost["seconds"] / 2, raced.cost["cpu_seconds"] / 4)
    assert figures["times_faster_than_min_cost_flow"] == pytest.approx(2)
    assert figures["times_faster_than_min_cost_flow_by_cpu"] == pytest.approx(4)


def test_a_peer_that_does_not_finish_is_killed_at_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = Pairs(
        need=np.repeat(np.arange(300, dtype=np.int32), 300),
        offer=np.tile(np.arange(300, dtype=np.int32), 300),
        minutes=np.random.default_rng(1).integers(0, 999, 90_000).astype(np.int32),
        level=np.zeros(300, np.int32),
        levels=1,
        capacity=np.ones(300, np.int64),
    )
    raced = race("network_simplex", [wide], 0.5)
    assert raced.optimum is None
    figures = raced.beside(0.1, 0.1)
    assert figures["network_simplex_killed_at"] == 0.5
    assert figures["times_faster_than_network_simplex_by_cpu"] >= 5


def test_a_peer_that_fails_is_told_as_failed() -> None:
    impossible = Pairs(*(np.zeros(0, np.int32),) * 3, np.zeros(0, np.int32), 1, np.full(1, -1))
    raced = race("min_cost_flow", [impossible], 60)
    assert raced.optimum is None
    assert raced.beside(1, 1)["min_cost_flow_failed"] == 1
