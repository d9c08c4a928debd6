"""Organisations: who provides."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict

from api.fields import described
from api.paging import Asked, Page, RegionAsked, page, scope_of
from api.problems import answers
from api.revisions import etag
from api.service import resources
from api.who import Caller, allowed

router = APIRouter(tags=["organizations"])
Reader = Annotated[Caller, Depends(allowed("organizations.read"))]


class Organization(BaseModel):
    model_config = ConfigDict(json_schema_extra=described("organizations"))

    organization: str
    name: str
    type: str
    credit_code: str | None
    region: str | None
    budget: int | None
    version: int


@router.get("/organizations", responses=answers(401, 403, 404, 409))
def list_organizations(caller: Reader, asked: Asked, region: RegionAsked = None) -> Page[Organization]:
    """Organisations by their seat, within a region; a provider sees its own alone."""
    scope, own = scope_of(caller, region), caller.holder.organization
    if own is not None:
        row = resources.row_of(caller.settings, "organizations", own)
        here = scope is None or (row["region"] and caller.tree.within(row["region"], scope))
        return Page(items=[Organization(**row)] if here else [], next=None)
    return page(
        Organization, resources.list_rows(caller.settings, "organizations", scope, asked.start, asked.limit), asked
    )


@router.get("/organizations/{organization:key}", responses=answers(401, 403, 404, 409))
def show_organization(organization: str, caller: Reader, response: Response) -> Organization:
    """One organisation; a provider sees its own alone."""
    row = resources.row_of(caller.settings, "organizations", organization)
    caller.require_organization(organization)
    response.headers["ETag"] = etag(row["version"])
    return Organization(**row)
