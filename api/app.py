"""The service: routes for programs under /api/v1, pages for people, one table of rights and one of faults."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from api import openapi, pages, problems, routes
from api.addresses import KeysWhole
from api.head import HeadAsGet
from api.headers import SecureHeaders
from api.log import keep_log
from api.problems.handlers import register as register_problems
from api.service.counted import count_ahead
from api.service.opening import kept_open, never_used
from api.settings import Settings, hand_down, read_settings

_DESCRIPTION = """Matches households in need with services and caseworkers.

**Who calls.** A program sends `Authorization: Bearer TOKEN`; its owner makes the token once, signed in, by
`POST /api/v1/tokens`, where `writes` says whether it may change anything. A browser signs in by `POST /api/v1/session`.
What an account sees and changes lies within its region, or is its organisation's.

**Lists** come by pages, `{"items": […], "next": …}`: send `next` as `cursor`, with the same address and filters, until it is
null. A page may be shorter than `limit` before the last. Small lists that have no `limit` come whole.
A parameter that an address under `/api/v1` does not take, and a filter whose value there is none of, are refused (422, 404).

**Changes.** What people edit has a `version`, which is its `ETag`: send it as `If-Match`. Where someone else was first, the
answer is 412 with what stands now as `present`; decide, then send the change again with the new `ETag`. A change sent with an
`Idempotency-Key` of one's own is made once, however often it is sent within a day; but a session or a token, whose secret is kept
nowhere, is made anew each time.

**Faults** are problems (RFC 9457): `code` for programs, `detail` and `repair` in the language that `Accept-Language` likes
best, and `messages` and `repairs` in English and Chinese. 503 and `Retry-After`: the graph is away or busy, ask again.

**Writing of values.** Codes of regions are texts of 12 digits, days `2026-12-01`, periods `2026-12`, moments ISO 8601 in UTC,
money whole yuan.
Keys in addresses are percent-encoded. Dots alone would lead upwards: one more `~` stands before a key `.` or `..`, and before
those that are already so, `~.` or `~~..`."""

_MOST_BYTES = 1 << 20
"""Bytes of a request; where files are sent the routes allow more."""


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service under these settings, by default those of the environment."""
    held = settings or read_settings()
    keep_log()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        hand_down(held)
        with kept_open(held):
            if not never_used(held):
                count_ahead(held)
            yield

    app = FastAPI(
        title="Zhongfu 众扶",
        description=_DESCRIPTION,
        version=version("zhongfu"),
        lifespan=lifespan,
        docs_url=None,  # those pages fetch scripts from elsewhere
        redoc_url=None,
        responses=problems.answers(409, 422, 500, 503, 507),
        generate_unique_id_function=openapi.named,
        max_body_size=_MOST_BYTES,
    )
    app.state.settings = held
    register_problems(app, pages.fault_page)
    routes.register(app)
    pages.register(app)
    openapi.complete(app)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "pages" / "static"), "static")
    app.add_middleware(GZipMiddleware, minimum_size=800, compresslevel=5)
    _around_everything(app)
    return app


def _around_everything(app: FastAPI) -> None:
    """Give the headers to every answer: those of faults that nobody foresaw are made outside what `add_middleware` adds."""
    inner = app.build_middleware_stack
    app.build_middleware_stack = lambda: SecureHeaders(HeadAsGet(KeysWhole(inner())))  # type: ignore[method-assign] # FastAPI has no other way
