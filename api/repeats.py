"""Changes that may be sent again: under one Idempotency-Key a request is made once and answered alike ever after."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import Depends, Header, Request, Response
from fastapi.routing import APIRoute
from python_multipart.multipart import parse_options_header

from api.problems import answers
from api.route_calls import guard_of
from api.service.opening import prepared
from api.settings import Settings
from api.who import SAFE, known_caller, settings_of
from graph.errors import GraphError
from graph.repeats import LEASE_SECONDS, Answer, Claim, claim_answer
from graph.repeats import Request as Sent
from graph.secrets import open_vault

KEY, REPLAYED = "Idempotency-Key", "Idempotency-Replayed"
LONGEST = 200
"""Characters of the longest key."""
_KEPT = ("content-type", "location", "etag")
"""Headers of an answer that are given again with it."""

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


def _key(
    key: Annotated[
        str | None,
        Header(
            alias=KEY,
            min_length=1,
            max_length=LONGEST,
            description="made up for this change, such as a UUID: sent again within a day it changes nothing and gets the same answer",
        ),
    ] = None,
) -> None:
    """Tell of the header in the OpenAPI document; whoever sent it is answered before the route is asked."""


def _mark(request: Request) -> str | None:
    mark: str | None = getattr(request.state, "mark", None)
    return mark


Once = Annotated[str | None, Depends(_mark)]
"""The mark of a request under a key, for what it makes: a request whose answer was lost with the server finds what it made."""


class Repeatable(APIRoute):
    """A route that makes a change once, however often the request is sent under its key."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **given: Any) -> None:
        if not SAFE.issuperset(given["methods"]):
            given["dependencies"] = [*(given["dependencies"] or ()), Depends(_key)]
            given["responses"] = answers(409) | given["responses"]
        super().__init__(path, endpoint, **given)

    def get_route_handler(self) -> Handler:
        """The route's own handler, asked once for each key."""
        handle = super().get_route_handler()
        require = guard_of(self.dependant)

        async def once(request: Request) -> Response:
            key = request.headers.get(KEY, "")
            if request.method in SAFE or not 0 < len(key) <= LONGEST:
                return await handle(request)
            sender = await run_sync(_sender, request, require)
            sent = Sent(sender, key, await _content(request))
            claim = await run_sync(_claimed, settings_of(request), sent)
            if isinstance(claim, Answer):
                return Response(claim.body, claim.status, {**claim.headers, REPLAYED: "true"})
            request.state.mark = claim.mark
            return await _answered(handle, request, claim)

        return once


async def _content(request: Request) -> bytes:
    """What tells a request from others: method, address and body, less the boundary that clients make up at each sending."""
    target = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    _, options = parse_options_header(request.headers.get("content-type"))
    boundary = options.get(b"boundary", b"")
    body = await request.body()
    return target + (body.replace(boundary, b"") if boundary else body)


async def _answered(handle: Handler, request: Request, claim: Claim) -> Response:
    """The answer of the handler, kept where the request was followed."""
    settings = settings_of(request)
    beating = asyncio.create_task(_beating(settings, claim))
    try:
        response = await handle(request)
    except BaseException:
        await run_sync(_give_up, settings, claim)
        raise
    finally:
        beating.cancel()
    headers = {name: response.headers[name] for name in _KEPT if name in response.headers}
    await run_sync(_keep, settings, claim, Answer(response.status_code, headers, bytes(response.body)))
    return response


async def _beating(settings: Settings, claim: Claim) -> None:
    while True:
        await asyncio.sleep(LEASE_SECONDS / 3)
        with suppress(GraphError):  # the next may come through
            await run_sync(_beat, settings, claim)


def _sender(request: Request, require: Callable[..., Any] | None) -> str:
    """The account that sends a request, refused as by its route; blank for a stranger where strangers may."""
    caller = known_caller(request)
    if require is not None:
        require(request, caller)
    return caller.name if caller else ""


def _claimed(settings: Settings, sent: Sent) -> Claim | Answer:
    with prepared(settings) as graph:
        claim = claim_answer(graph, sent)
    if isinstance(claim, Claim) or not claim.body:
        return claim
    return replace(claim, body=open_vault(settings.home).open_bytes(claim.body, _seal_of(sent.place)))


def _beat(settings: Settings, claim: Claim) -> None:
    with prepared(settings) as graph:
        claim.beat(graph)


def _keep(settings: Settings, claim: Claim, answer: Answer) -> None:
    """Keep an answer, sealed: it may hold what somebody sent of people."""
    if answer.body:
        answer = replace(answer, body=open_vault(settings.home).seal_bytes(answer.body, _seal_of(claim.place)))
    with prepared(settings) as graph:
        claim.keep(graph, answer)


def _seal_of(place: str) -> str:
    return f"answers/{place}"


def _give_up(settings: Settings, claim: Claim) -> None:
    with prepared(settings) as graph:
        claim.give_up(graph)
