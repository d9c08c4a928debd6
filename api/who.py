"""Who calls: by the session of a browser or the token of a program, and what they may do."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

from fastapi import Depends, Form, Request

from api.acceptable import require_acceptable
from api.act_words import ACTS
from api.forms import Shown
from api.known_query import require_known_query
from api.problems.refusals import (
    CsrfMissing,
    FewBehind,
    Forbidden,
    NotSignedIn,
    OtherOrganization,
    OutsideScope,
    TokenReads,
)
from api.rights import may
from api.service import offering, places
from api.service.opening import prepared
from api.settings import Settings
from graph.errors import CallError
from graph.model import ROLES
from graph.sessions import Holder, session_of, token_holder
from graph.within import RegionTree

SESSION = "zhongfu_session"
"""Name of the cookie that holds the secret of a session."""
SAFE = frozenset(("GET", "HEAD", "OPTIONS"))
"""Methods that change nothing."""
_WIDE = {"province", "city", "county"}
"""Levels whose figures by urgency point at no household."""
_ROLE_ZH = {code.code: code.zh for code in ROLES}


class SessionNeeded(CallError):
    """A program that asks for what its owner alone may do."""

    code = "session_needed"
    en = "A token makes and ends no tokens; {name} does so when signed in."
    zh = "令牌不能新建或停用令牌；须由 {name} 本人登录后操作。"
    repair_en = "Sign in with name and password, and do it there."
    repair_zh = "请用账号和密码登录后再操作。"


@dataclass(frozen=True)
class Caller:
    """An account at work, the settings under which it works, and the mark that its own forms carry."""

    holder: Holder
    settings: Settings
    csrf: str

    @property
    def name(self) -> str:
        """Name of the account."""
        return self.holder.name

    @property
    def role(self) -> str:
        """Role of the account."""
        return self.holder.role

    @cached_property
    def tree(self) -> RegionTree:
        """The regions, read once for all that a request asks of them."""
        return places.tree(self.settings)

    def may(self, act: str) -> bool:
        """Whether the account may do an act."""
        return may(self.role, act)

    @property
    def sees_cases(self) -> bool:
        """Whether the account has the right to the cases themselves, so that small counts need not be withheld."""
        return self.may("needs.read")

    def require_session(self) -> None:
        """Refuse a token, which would outlive itself by another that it made. Raises SessionNeeded."""
        if not self.csrf:
            raise SessionNeeded(name=self.name)

    def organization_or_own(self, organization: str | None) -> str:
        """The organisation named, or one's own; one that the account may speak for. Raises OrganizationUnknown and OutsideScope."""
        named = organization or self.holder.organization or ""
        self.require_organization(named)
        return named

    def require_organization(self, organization: str) -> None:
        """Refuse an organisation that the account may not speak for: a provider its own alone, others those seated in their region.

        Raises OrganizationUnknown and OutsideScope.
        """
        own = self.holder.organization
        if own is None:
            self.require_within(offering.seat(self.settings, organization))
        elif organization != own:
            raise OtherOrganization(place=organization, place_zh=organization, name=self.name, own=own)

    def require_offer(self, organization: str, place: str | None) -> None:
        """Refuse an offer that is neither of an organisation that the account may speak for nor begins within its region.

        Raises OrganizationUnknown and OutsideScope.
        """
        own, region = self.holder.organization, self.holder.region
        here = own is None and None not in {region, place} and self.tree.within(str(place), region)
        if not here:
            self.require_organization(organization)

    def sees_cases_of(self, place: str) -> bool:
        """Whether the account has the right to the cases of a place, so that small counts need not be withheld."""
        return self.sees_cases and self.tree.within(place, self.holder.region)

    def sees_figures_of(self, place: str | None) -> bool:
        """Whether the account may see exact figures by urgency of a place: it has the right to the cases, or many live there."""
        if self.sees_cases or place is None:
            return True
        return self.tree.region(place).level in _WIDE

    def require_figures_of(self, place: str) -> None:
        """Refuse exact figures by urgency of a place that few live in. Raises FewBehind."""
        if not self.sees_figures_of(place):
            raise FewBehind(place=self.tree.region(place).name)

    def require_within(self, code: str | None) -> None:
        """Refuse a region outside the account's own; None is everywhere. Raises RegionUnknown and OutsideScope."""
        scope = self.holder.region
        if code is None and scope is None:
            return
        tree = self.tree
        place = None if code is None else tree.region(code).name
        if scope is not None and (code is None or not tree.within(code, scope)):
            named = {"place": place or "everywhere", "place_zh": place or "全部区域"}
            raise OutsideScope(**named, name=self.name, scope=tree.region(scope).name)


def settings_of(request: Request) -> Settings:
    """The settings of this service."""
    held: Settings = request.app.state.settings
    return held


def known_caller(request: Request) -> Caller | None:
    """Who calls; None for a stranger."""
    settings = settings_of(request)
    kind, _, bearer = request.headers.get("authorization", "").partition(" ")
    cookie = request.cookies.get(SESSION, "")
    if not kind and not cookie:
        return None
    with prepared(settings) as graph:
        by_token = token_holder(graph, bearer.strip()) if kind.lower() == "bearer" else None
        holder = by_token if kind else session_of(graph, cookie)
    if holder is None:
        return None
    mine = settings.model_copy(update={"actor": holder.name})
    return Caller(holder, mine, "" if kind else csrf_of(cookie))


Known = Annotated[Caller | None, Depends(known_caller)]
Right = Callable[..., Any]


def allowed(act: str) -> Right:
    """A dependency of routes: the caller, who must have the right to this act and show that a change is meant."""

    def require(request: Request, caller: Known) -> Caller:
        known = require_right(request, caller, act, request.headers.get("x-csrf-token", ""))
        if request.url.path.startswith("/api/"):  # a page is shown whatever the browser says that it accepts
            require_known_query(request)
            require_acceptable(request)
        return known

    return _marked(require, act)


def allowed_form(act: str, page: str | None, *fields: str) -> Right:
    """The same for a form, which carries the mark in a field of its own, and is shown on a page that fills in these fields."""

    async def require(request: Request, caller: Known, csrf: Annotated[str, Form()] = "") -> Caller:
        request.state.form = (
            await request.form()
        )  # by which the form is filled in again where the session ended over it
        return require_right(request, caller, act, csrf)

    if page is not None:
        require.shown = Shown(page, fields)  # type: ignore[attr-defined] # found by `shown_of`
    return _marked(require, act)


def _marked(require: Right, act: str) -> Right:
    require.act = act  # type: ignore[attr-defined] # by which every route is held against the table
    return require


def require_right(request: Request, caller: Caller | None, act: str, mark: str = "") -> Caller:
    """The caller, who must have the right to an act and show a change to be meant. Raises NotSignedIn, CsrfMissing and Forbidden."""
    if caller is None:
        raise NotSignedIn
    changes = request.method not in SAFE
    if changes and caller.csrf and not hmac.compare_digest(mark.encode(errors="replace"), caller.csrf.encode()):
        raise CsrfMissing
    said, said_zh = ACTS[act]
    if caller.may(act) and changes and not caller.holder.writes:
        raise TokenReads(name=caller.name, said=said, said_zh=said_zh)
    if not caller.may(act):
        role_zh = _ROLE_ZH[caller.role]
        raise Forbidden(name=caller.name, role=caller.role, role_zh=role_zh, act=act, said=said, said_zh=said_zh)
    return caller


def csrf_of(secret: str) -> str:
    """The mark of a session's own forms: who cannot read the cookie cannot make it."""
    return hashlib.sha256(b"csrf:" + secret.encode()).hexdigest()[:32]
