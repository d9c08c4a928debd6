"""The door of an account: no more passwords are tried on it at once than wrong ones are left before it is shut for a while."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic, sleep
from uuid import uuid4

from graph.connect import Graph
from graph.queries import query

WRONG_IN_A_ROW, LOCKED_SECONDS = 5, 300
"""So many wrong passwords in a row shut the door for so long."""
LEASE_SECONDS = 30
"""An attempt of which nothing is heard for so long counts as a wrong one."""
_PAUSE_SECONDS = 0.05


@dataclass(frozen=True)
class Attempt:
    """An attempt to enter that may be held against the password (its hash) of an account at a version and in a state."""

    name: str
    mark: str
    password: str
    version: int
    state: str

    def end(self, graph: Graph, *, right: bool) -> None:
        """Say whether the password was right, which forgets the wrong ones before it."""
        given = {"most": WRONG_IN_A_ROW, "seconds": LOCKED_SECONDS}
        graph.write(query("end_attempt"), name=self.name, mark=self.mark, right=right, **given)


def begin_attempt(graph: Graph, name: str) -> Attempt | None:
    """Begin an attempt to enter; None where the door is shut or there is no such account.

    While as many are under way as could be wrong before the door is shut, it waits for one of them: right ones all come in,
    however many come at once, and of wrong ones no more are looked at side by side than one after another.
    """
    mark, until = uuid4().hex, monotonic() + LEASE_SECONDS
    given = {"most": WRONG_IN_A_ROW, "seconds": LOCKED_SECONDS, "lease": LEASE_SECONDS}
    while monotonic() < until:
        rows = graph.write(query("begin_attempt"), name=name, mark=mark, **given)
        if not rows or rows[0]["shut"]:
            return None
        if rows[0]["begins"]:
            return Attempt(name, mark, *(rows[0][each] for each in ("password", "version", "state")))
        sleep(_PAUSE_SECONDS)
    return None
