"""Where the forms of pages are shown: the way back to one, and what of it its page fills in by its address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request
from fastapi.routing import APIRoute

from api.addresses import part
from api.route_calls import calls_of


@dataclass(frozen=True)
class Shown:
    """The address of a form's page, parts of that which the form is sent to in braces, and the fields that it fills in."""

    page: str
    fields: tuple[str, ...]

    def path(self, request: Request) -> str:
        """The page for the form that a request sends."""
        return self.page.format_map({name: part(str(given)) for name, given in request.path_params.items()})


def shown_at(page: str) -> Callable[[], None]:
    """A dependency that tells where the form of a route that strangers may call is shown."""

    def tell() -> None:
        """Nothing is required."""

    tell.shown = Shown(page, ())  # type: ignore[attr-defined] # found by `shown_of`
    return tell


def shown_of(request: Request) -> Shown | None:
    """Where the form that a request sends is shown; None where it is sent from pages of every kind, or by none of ours."""
    route = request.scope.get("route")
    if not isinstance(route, APIRoute):
        return None
    return next((call.shown for call in calls_of(route.dependant) if hasattr(call, "shown")), None)
