"""Signing in and out, and who one is."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from api.fields import coded
from api.problems import answers
from api.service import accounts
from api.who import SESSION, Caller, allowed, csrf_of, settings_of
from graph.model import ROLES

router = APIRouter(tags=["session"])


class Entry(BaseModel):
    name: str = Field(max_length=100)
    password: str = Field(max_length=1000)


class Me(BaseModel):
    name: str
    role: str = Field(json_schema_extra=coded(ROLES))
    region: str | None = Field(description="the account works within this region; null for everywhere")
    organization: str | None
    csrf: str = Field(description="to be sent as X-CSRF-Token with every change by session; blank for a token")


class SignedIn(BaseModel):
    csrf: str = Field(description="to be sent as X-CSRF-Token with every change")


@router.post("/session", status_code=201, responses=answers(401))
def sign_in(request: Request, response: Response, entry: Entry) -> SignedIn:
    """Sign in; the answer sets the cookie of the session."""
    secret = accounts.sign_in(settings_of(request), entry.name, entry.password)
    set_cookie(request, response, secret)
    return SignedIn(csrf=csrf_of(secret))


@router.delete("/session", status_code=204, responses=answers(401, 403))
def sign_out(request: Request, response: Response, caller: Annotated[Caller, Depends(allowed("me.read"))]) -> None:
    """Sign out: the session is over."""
    accounts.sign_out(caller.settings, request.cookies.get(SESSION, ""))
    response.delete_cookie(SESSION)


@router.get("/me", responses=answers(401))
def show_me(caller: Annotated[Caller, Depends(allowed("me.read"))]) -> Me:
    """Who calls."""
    holder = caller.holder
    return Me(
        name=holder.name, role=holder.role, region=holder.region, organization=holder.organization, csrf=caller.csrf
    )


def set_cookie(request: Request, response: Response, secret: str) -> None:
    """Give the browser its session: no script reads it, no other site sends it along."""
    response.set_cookie(
        SESSION,
        secret,
        max_age=accounts.SESSION_SECONDS,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
