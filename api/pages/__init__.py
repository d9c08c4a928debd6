"""Pages for people: rendered by the server, usable without JavaScript, in Chinese and English."""

from __future__ import annotations

from fastapi import FastAPI

from api.pages import (
    account,
    entry,
    gaps,
    home,
    offers,
    picking,
    plans,
    registrations,
    runs,
    tokens,
    uploads,
    users,
)
from api.pages.faults import fault_page

__all__ = ["fault_page", "register"]

PAGES = (entry, account, tokens, registrations, picking, home, offers, uploads, runs, plans, gaps, users)


def register(app: FastAPI) -> None:
    """Add the pages; programs have their own routes, so that no page is in the OpenAPI document."""
    for page in PAGES:
        app.include_router(page.router, include_in_schema=False)
