"""Routes for programs, one file a resource; each says which act of the table of rights it is."""

from __future__ import annotations

from fastapi import APIRouter, Depends, FastAPI

from api.known_query import require_known_query_of_strangers
from api.routes import (
    assignments,
    caseworkers,
    coverage,
    gaps,
    health,
    households,
    kinds,
    locks,
    needs,
    offering,
    offers,
    organizations,
    plans,
    publications,
    regions,
    registrations,
    runs,
    session,
    tokens,
    uploads,
    users,
    volunteers,
)

RESOURCES = (
    session,
    registrations,
    regions,
    kinds,
    households,
    needs,
    organizations,
    offers,
    offering,
    volunteers,
    caseworkers,
    locks,
    assignments,
    coverage,
    runs,
    plans,
    publications,
    gaps,
    uploads,
    users,
    tokens,
)


def register(app: FastAPI) -> None:
    """Add the routes: health at the root, everything else under /api/v1."""
    app.include_router(health.router)
    everything = APIRouter(prefix="/api/v1", dependencies=[Depends(require_known_query_of_strangers)])
    for resource in RESOURCES:
        everything.include_router(resource.router)
    app.include_router(everything)
