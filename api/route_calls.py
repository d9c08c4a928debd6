"""What a route calls: its function and all that it depends on, some of which say something of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi.dependencies.models import Dependant


def calls_of(dependant: Dependant) -> Iterator[Any]:
    """A route's function and everything that it depends on."""
    yield dependant.call
    for inner in dependant.dependencies:
        yield from calls_of(inner)
