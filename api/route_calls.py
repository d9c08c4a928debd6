"""What a route calls: its function and all that it depends on, some of which say something of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi.dependencies.models import Dependant


def guard_of(dependant: Dependant) -> Any | None:
    """What holds a route to its act of the table of rights; None where strangers may call."""
    return next((call for call in calls_of(dependant) if hasattr(call, "act")), None)


def calls_of(dependant: Dependant) -> Iterator[Any]:
    """A route's function and everything that it depends on."""
    yield dependant.call
    for inner in dependant.dependencies:
        yield from calls_of(inner)
