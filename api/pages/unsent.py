"""Forms that were not taken because the session was over: the way back to them, filled in as they were where that can be."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from api.forms import Shown, shown_of
from api.pages.rendering import AGAIN, LONGEST_WAY, address_of

_FILLED, _PLAIN = (AGAIN, "filled"), (AGAIN, "plain")
"""What the address of a way back says: the form is there as it was, or has to be filled in anew."""
_UNTOLD = ("csrf", "once", "password")
"""Fields that stand in no address."""


def to_sign_in(request: Request) -> Response:
    """Let a stranger sign in and come back here; whose session ended over a form comes back to the form's page."""
    if request.method == "GET":
        back = address_of(request)
    elif shown_of(request) is None:
        back = "/"  # nothing that one would do once more
    else:
        back = way_back(request) or f"/?{urlencode([_PLAIN])}"
    return RedirectResponse(f"/sign-in?next={quote(back if len(back) <= LONGEST_WAY else '/', safe='')}", 303)


def way_back(request: Request) -> str | None:
    """The page of the form that was sent, filled in as it was where it can be; None for what none of our pages sent."""
    came, shown = urlsplit(request.headers.get("referer", "")), shown_of(request)
    if came.netloc != request.url.netloc or shown is None:
        return None
    path = shown.path(request)
    kept = parse_qsl(came.query) if unquote(came.path) == unquote(path) else []
    asked = [(name, value) for name, value in kept if name not in {AGAIN, *_UNTOLD, *shown.fields}]
    told = list(_told(request, shown))
    for query in ([*asked, *told, _FILLED if told else _PLAIN], [*asked, _PLAIN], [_PLAIN]):
        if len(way := f"{path}?{urlencode(query)}") <= LONGEST_WAY:
            return way
    return None


def _told(request: Request, shown: Shown) -> Iterator[tuple[str, str]]:
    """What was filled in of the fields that the form's page fills in again."""
    form = getattr(request.state, "form", None)
    sent = [*request.path_params.items(), *([] if form is None else form.multi_items())]
    return ((name, value) for name, value in sent if name in shown.fields and isinstance(value, str))
