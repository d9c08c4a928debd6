"""Tokens by which programs act as one's own account."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from api.paging import Asked, Page, page_of
from api.problems import answers
from api.service import accounts
from api.who import Caller, allowed
from graph.sessions import position_of

router = APIRouter(tags=["tokens"])
Writer = Annotated[Caller, Depends(allowed("tokens.write"))]


class Token(BaseModel):
    token: str = Field(description="its name; the secret is shown once, when it is made")
    label: str = Field(description="what it is for, as its owner says")
    writes: bool
    began: str = Field(description="moment it was made")
    expires_at: str


class NewToken(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"label": "nightly figures", "days": 30}})

    label: str = Field(min_length=1, max_length=100, description="what it is for")
    writes: bool = Field(False, description="whether it may change anything")
    days: int = Field(90, ge=1, le=366, description="after which it opens nothing")


class MadeToken(Token):
    secret: str = Field(description="to be sent as Authorization: Bearer …; shown this once")


@router.get("/tokens", responses=answers(401, 403))
def list_tokens(caller: Annotated[Caller, Depends(allowed("tokens.read"))], asked: Asked) -> Page[Token]:
    """One's own tokens, the newest first."""
    found = accounts.tokens(caller.settings, caller.name, asked.start, asked.one_more)
    return page_of(Token, found, asked, position_of)


@router.post("/tokens", status_code=201, responses=answers(401, 403))
def new_token(caller: Writer, new: NewToken) -> MadeToken:
    """Make a token for a program; its secret is in this answer alone. A token may not."""
    caller.require_session()
    made = accounts.new_token(caller.settings, caller.holder, new.label, writes=new.writes, days=new.days)
    return MadeToken(**vars(made.token), secret=made.secret)


@router.delete("/tokens/{token}", status_code=204, responses=answers(401, 403, 404))
def end_token(token: str, caller: Writer) -> None:
    """End one of one's own tokens. A token may not."""
    caller.require_session()
    accounts.end_token(caller.settings, caller.name, token)
