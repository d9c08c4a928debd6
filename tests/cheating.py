"""A greedy run spoken to by keys, so that a test can cheat in its own words."""

from __future__ import annotations

from typing import Any

from graph.snapshot import OFFER, VOLUNTEER, Snapshot
from matching.plan import Plan
from matching.policy import DEFAULT_POLICY
from tests import tiny
from tests.greedy import Greedy
from tests.plans import ON, write_down

Rows = dict[str, dict[str, dict[str, Any]]]


def world(patches: Rows | None = None, **tables: list[dict[str, Any]]) -> Snapshot:
    """The tiny world with cells changed, by table and key, and other rows in whole tables; a new key adds a row."""
    changed = dict(tables)
    for table, cells in (patches or {}).items():
        key = next(iter(tiny.ROWS[table][0]))
        rows = {row[key]: row for row in tiny.ROWS[table]}
        changed[table] = list((rows | {each: rows.get(each, {key: each}) | cells[each] for each in cells}).values())
    return tiny.snapshot(**changed)


class Run(Greedy):
    """A run in the tiny world with some cells changed."""

    def __init__(self, patches: Rows | None = None, scope: str = tiny.PROVINCE) -> None:
        snapshot = world(patches)
        super().__init__(snapshot, snapshot.regions.key.index(scope).as_py(), ON, DEFAULT_POLICY)
        self.serve()
        self.staff()

    def at(self, table: str, key: str) -> int:
        return int(getattr(self.snapshot, table).key.index(key).as_py())

    def pair(self, need: str, provider: str) -> tuple[int, int, int]:
        kind, table = (VOLUNTEER, "volunteers") if provider.startswith("V") else (OFFER, "offers")
        return self.at("needs", need), kind, self.at(table, provider)

    def give(self, need: str, provider: str, quantity: int) -> None:
        """Let a need have so many units from this provider alone."""
        for pair in [pair for pair in self.assigned if pair[0] == self.at("needs", need)]:
            self.take(pair, -self.assigned.pop(pair))
        self.assign(self.pair(need, provider), quantity)

    def let_cover(self, place: str, worker: str) -> None:
        self.do_cover(self.at("regions", place), self.at("caseworkers", worker))

    def let_go(self, place: str, worker: str) -> None:
        """Take a place, and the households there, from a worker."""
        at, by = self.at("regions", place), self.at("caseworkers", worker)
        self.cover.discard((at, by))
        self.villages[by] -= 1
        for home in [home for home in self.charge if self.snapshot.households.village[home] == at]:
            self.load[self.charge.pop(home)] -= int(self.snapshot.households.weight[home])

    def put_in_charge(self, household: str, worker: str) -> None:
        self.do_charge(self.at("households", household), self.at("caseworkers", worker))

    def plan(self) -> Plan:
        return write_down(self, "2026-11")
