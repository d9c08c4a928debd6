"""Forms that were filled in and not taken because the session was over: the way back to them, filled in as they were."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from api.pages.rendering import AGAIN, address_of, inside

LONGEST_WAY = 8_000
"""Characters of a way back; what was typed is let go where it would be longer, since servers refuse longer addresses."""
_HELD_BACK = ("csrf", "once", "password")
"""Fields that stand in no address."""


def to_sign_in(request: Request) -> Response:
    """Let a stranger sign in and come back here; whose session ended over a form comes back to the form, filled in."""
    if request.method == "GET":
        return RedirectResponse(f"/sign-in?next={quote(address_of(request), safe='')}", 303)
    return RedirectResponse(f"/sign-in?ended=true&next={quote(way_back(request) or '/', safe='')}", 303)


def way_back(request: Request) -> str | None:
    """The address of the form that was sent, which fills it in as it was; None for what none of our pages sent."""
    came = urlsplit(request.headers.get("referer", ""))
    if came.netloc != request.url.netloc or not came.path:
        return None
    form = getattr(request.state, "form", None)
    typed = [] if form is None else [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    told = [(name, value) for name, value in typed if name not in _HELD_BACK]
    kept = [(name, value) for name, value in parse_qsl(came.query) if name not in {AGAIN, *(name for name, _ in typed)}]
    path = inside(came.path)
    for query in ([*kept, *told, (AGAIN, "true")], [*kept, (AGAIN, "true")]):
        if len(way := f"{path}?{urlencode(query)}") <= LONGEST_WAY:
            return way
    return path
