"""Who may do what: the one table that every route is held against."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Role = Literal["coordinator", "provider", "planner", "admin"]

EVERYBODY = frozenset[Role](("coordinator", "provider", "planner", "admin"))
STATE = frozenset[Role](("coordinator", "planner", "admin"))
OFFERING = frozenset[Role](("coordinator", "provider"))
PLANNING = frozenset[Role](("coordinator", "planner"))
COORDINATOR = frozenset[Role](("coordinator",))
ADMIN = frozenset[Role](("admin",))

RIGHTS: Mapping[str, frozenset[Role]] = {
    "me.read": EVERYBODY,
    "me.write": EVERYBODY,
    "tokens.read": EVERYBODY,
    "tokens.write": EVERYBODY,
    "regions.read": EVERYBODY,
    "kinds.read": EVERYBODY,
    "plans.read": STATE,
    "plans.decide": COORDINATOR,
    "prices.read": COORDINATOR,
    "publications.read": STATE,
    "gaps.read": STATE,
    "households.read": COORDINATOR,
    "needs.count": EVERYBODY,
    "needs.read": COORDINATOR,
    "assignments.read": COORDINATOR,
    "volunteers.read": COORDINATOR,
    "caseworkers.read": PLANNING,
    "coverage.read": PLANNING,
    "locks.read": COORDINATOR,
    "registrations.read": COORDINATOR,
    "registrations.decide": COORDINATOR,
    "offers.read": EVERYBODY,
    "offers.write": OFFERING,
    "organizations.read": EVERYBODY,
    "runs.read": STATE,
    "runs.write": COORDINATOR,
    "uploads.read": OFFERING,
    "uploads.write": OFFERING,
    "users.read": ADMIN,
    "users.write": ADMIN,
}
"""Roles that may do each act. Beside the role, whoever has a region sees and changes only what lies within it, and a provider
only what is its organisation's."""


def may(role: str, act: str) -> bool:
    """Whether a role may do an act; KeyError for an act that the table does not know."""
    return role in RIGHTS[act]
