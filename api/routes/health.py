"""Whether the process lives, and whether it can work."""

from __future__ import annotations

from fastapi import APIRouter, Request

from api.problems import answers
from api.service.opening import prepared
from api.who import settings_of
from graph.state import loading

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def show_alive() -> dict[str, bool]:
    """Say that the process lives, however long others wait for a thread."""
    return {"alive": True}


@router.get("/readyz", responses=answers(503))
def show_ready(request: Request) -> dict[str, bool]:
    """Say that the graph answers; 503 with Retry-After while it is away."""
    with prepared(settings_of(request)) as graph:
        return {"ready": True, "loading": loading(graph)}
