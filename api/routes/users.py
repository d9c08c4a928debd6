"""Accounts: listed, made and changed by administrators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.config import JsonDict

from api.addresses import part
from api.fields import coded
from api.paging import Asked, Page, RegionAsked, page_of, scope_of
from api.problems import answers
from api.repeats import Repeatable
from api.revisions import IfMatch, beside_present, etag
from api.rights import Role
from api.service import accounts
from api.who import Caller, allowed
from graph.model import ROLES, USER_STATES
from graph.users import User as Stored
from graph.users import position_of

router = APIRouter(tags=["users"], route_class=Repeatable)
Reader = Annotated[Caller, Depends(allowed("users.read"))]
Admin = Annotated[Caller, Depends(allowed("users.write"))]


def _blank_is_none(given: Any) -> Any:
    return (given.strip() or None) if isinstance(given, str) else given


Bound = Annotated[str | None, BeforeValidator(_blank_is_none)]
"""A region or an organisation; blank is none."""


class User(BaseModel):
    name: str
    role: str = Field(json_schema_extra=coded(ROLES))
    region: str | None = Field(description="the account works within this region; null for everywhere")
    region_name: str | None
    organization: str | None
    organization_name: str | None
    state: str = Field(json_schema_extra=coded(USER_STATES))
    version: int
    actor: str = Field(description="who changed it last")
    created_at: str


_EXAMPLE: JsonDict = {"name": "li.mei", "role": "coordinator", "password": "several plain words", "region": "441427"}


class NewUser(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": _EXAMPLE})

    name: str = Field(max_length=40)
    role: Role
    password: str = Field(max_length=200)
    region: Bound = Field(None, max_length=12)
    organization: Bound = Field(None, max_length=200)


class UserChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    # what is not named stays as it is; null is for the bounds alone
    role: Role = Field(None)  # type: ignore[arg-type] # never read unless given
    password: str = Field(None, max_length=200)  # type: ignore[assignment]
    region: Bound = Field(None, max_length=12)
    organization: Bound = Field(None, max_length=200)
    state: str = Field(None, pattern="^(active|disabled)$")  # type: ignore[assignment]


@router.get("/users", responses=answers(401, 403, 404, 409))
def list_users(caller: Reader, asked: Asked, region: RegionAsked = None) -> Page[User]:
    """Accounts that work within a region, in order of name."""
    found = accounts.users_within(caller.settings, scope_of(caller, region), asked.start, asked.one_more)
    return page_of(User, found, asked, position_of)


@router.get("/users/{name:key}", responses=answers(401, 403, 404, 409))
def show_user(name: str, caller: Reader, response: Response) -> User:
    """One account with its version as ETag."""
    found = mine(caller, name)
    response.headers["ETag"] = etag(found.version)
    return _user(found)


@router.post("/users", status_code=201, responses=answers(401, 403, 404, 409))
def add_user(caller: Admin, new: NewUser, response: Response) -> User:
    """Make an account that works within the caller's region."""
    require_account(caller, new.region, new.organization)
    made = accounts.add_user(
        caller.settings, new.name, new.role, new.password, region=new.region, organization=new.organization
    )
    response.headers["Location"] = f"/api/v1/users/{part(made.name)}"
    response.headers["ETag"] = etag(made.version)
    return _user(made)


@router.patch("/users/{name:key}", responses=answers(401, 403, 404, 409, 412, 428))
def change_user(name: str, caller: Admin, change: UserChange, version: IfMatch, response: Response) -> User:
    """Change what is named of an account, as it was at the version in If-Match; its sessions and tokens end."""
    given: dict[str, Any] = {field: getattr(change, field) for field in change.model_fields_set}
    require_change(caller, name, given)
    with beside_present(lambda: _user(mine(caller, name))):
        changed = accounts.change_user(caller.settings, name, version, given)
    response.headers["ETag"] = etag(changed.version)
    return _user(changed)


def require_account(caller: Caller, region: str | None, organization: str | None) -> None:
    """Refuse an account that would work beyond the caller's region. Raises OutsideScope."""
    if caller.holder.region is not None:
        caller.require_within(accounts.place_of(caller.settings, region, organization))


def require_change(caller: Caller, name: str, given: Mapping[str, Any]) -> None:
    """Refuse to change an account that works beyond the caller's region, or is to do so. Raises UserUnknown and OutsideScope."""
    now = mine(caller, name)
    region, organization = (given.get(each, getattr(now, each)) for each in ("region", "organization"))
    require_account(caller, region, organization)


def mine(caller: Caller, name: str) -> Stored:
    """An account that works within the caller's region. Raises UserUnknown and OutsideScope."""
    found = accounts.user_named(caller.settings, name)
    caller.require_within(found.place)
    return found


def _user(user: Stored) -> User:
    return User(**asdict(user))
