"""From a template to a page: in the reader's language, with what every page shows."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from api.addresses import part, quoted
from api.clock import HERE
from api.forms import shown_of
from api.language import language_of
from api.place_words import itself
from api.service.counting import rounded
from api.unit_words import unit_name
from api.who import SAFE, Caller
from graph.errors import Language
from graph.model import (
    ALERTS,
    KIND_CLASSES,
    LEVELS,
    ORGANIZATION_TYPES,
    PLAN_STATES,
    REGISTRATION_STATES,
    ROLES,
    RUN_STATES,
    SEVERITIES,
    UPLOAD_STATES,
    USER_STATES,
    Code,
)

_CODES: dict[str, tuple[Code, ...]] = {
    "level": LEVELS,
    "urgency": ALERTS,
    "plan_state": PLAN_STATES,
    "kind_class": KIND_CLASSES,
    "organization_type": ORGANIZATION_TYPES,
    "registration_state": REGISTRATION_STATES,
    "role": ROLES,
    "run_state": RUN_STATES,
    "severity": SEVERITIES,
    "upload_state": UPLOAD_STATES,
    "user_state": USER_STATES,
}
AGAIN = "again"
"""What an address says of a form that was sent and not saved, because the session was over: `filled`, as it was, or `plain`."""
LONGEST_WAY = 8_000
"""Characters of a way back; servers refuse longer addresses."""
_NAMES = {(lists, code.code): code for lists, codes in _CODES.items() for code in codes}

_TEMPLATES = Environment(
    loader=PackageLoader("api.pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Words:
    """The texts of one page in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, en: str, zh: str, **facts: object) -> str:
        """The text in this language, its braces filled."""
        text = zh if self.language == "zh" else en
        return text.format(**facts) if facts else text

    def many(self, number: int, one_en: str, many_en: str, zh: str) -> str:
        """The text for a number of things, whose braces `{many}` it fills: English has two."""
        return self(one_en if number == 1 else many_en, zh, many=grouped(number))

    def about(self, number: int) -> str:
        """A number to the nearest five, for those to whom the exact one might give a household away."""
        near = rounded(number)
        return self("about {near}", "约 {near}", near=grouped(near)) if near else self("a few", "少量")

    def unit(self, unit: str) -> str:
        """A unit of a service kind in this language."""
        return unit_name(unit, self.language)

    def itself(self, name: str, level: str) -> str:
        """The name of a region's own row among those inside it in this language."""
        return self(*itself(name, level))

    def name(self, codes: str, code: str) -> str:
        """The name of a code of one of the vocabulary's lists; the code itself where there is none."""
        found = _NAMES.get((codes, code))
        return code if found is None else found.zh if self.language == "zh" else found.en


def page(request: Request, template: str, caller: Caller | None, status: int = 200, **facts: Any) -> Response:
    """A page from a template; `t` in it is the Words of the reader."""
    words = Words(language_of(request))
    shown = _TEMPLATES.get_template(template).render(
        t=words,
        caller=caller,
        unsent=request.query_params.get(AGAIN),
        here=_here(request),
        path=request.url.path,
        **facts,
    )
    return HTMLResponse(shown, status)


def _here(request: Request) -> str:
    """Where the reader finds this page again: of what a form was answered with, the page of the form."""
    if request.method in SAFE:
        return address_of(request)
    shown = shown_of(request)
    return "/" if shown is None else shown.path(request)


def address_of(request: Request) -> str:
    """The address of the page with what is asked of it, within this site."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def typed(request: Request, *names: str) -> dict[str, str]:
    """What the address fills the fields of a form with."""
    return {name: request.query_params[name] for name in names if name in request.query_params}


def inside(address: str) -> str:
    """An address of this site, for a way back; anything else leads home, and so does one that is overlong."""
    own = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if own and len(address) <= LONGEST_WAY else "/"


def grouped(number: float | None) -> str:
    """A number with its thousands apart."""
    return "–" if number is None else f"{number:,.0f}"


def share(part: float | None, whole: float | None) -> str:
    """A part of a whole in per cent; never a hundred while something is missing, nor none while something is there."""
    if not whole or part is None:
        return "–"
    percent = 100 * part / whole
    if part < whole:
        percent = min(percent, 99.9)
    if part > 0:
        percent = max(percent, 0.1)
    return f"{percent:.1f}%"


def moment(at: datetime | str | None) -> str:
    """A moment to the minute by the clock of China."""
    told = datetime.fromisoformat(at) if isinstance(at, str) else at
    return "–" if told is None else f"{told.astimezone(HERE):%Y-%m-%d %H:%M}"


def once() -> str:
    """A mark by which a form that is sent twice makes one thing."""
    return uuid4().hex


_TEMPLATES.filters |= {"grouped": grouped, "moment": moment, "part": part, "quoted": quoted}
_TEMPLATES.globals |= {"share": share, "once": once}
