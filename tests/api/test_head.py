"""HEAD of a stream is over with its headers."""

import asyncio
from collections.abc import AsyncIterator

import httpx
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from api.head import HeadAsGet


async def endless(scope: Scope, receive: Receive, send: Send) -> None:
    """An app that streams for as long as somebody listens."""
    request = Request(scope, receive)

    async def parts() -> AsyncIterator[bytes]:
        while not await request.is_disconnected():
            yield b"part"
            await asyncio.sleep(0)

    assert request.method == "GET"
    await StreamingResponse(parts(), media_type="text/event-stream")(scope, receive, send)


def test_head_of_a_stream_ends_though_the_stream_would_not() -> None:
    async def headed() -> httpx.Response:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(HeadAsGet(endless)), base_url="http://test"
        ) as client:
            return await client.head("/")

    answer = asyncio.run(asyncio.wait_for(headed(), 60))
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"].startswith("text/event-stream")
