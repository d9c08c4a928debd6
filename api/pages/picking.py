"""Regions by name, for whoever fills in a form; names of places are no secret."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from api.service import places
from api.who import settings_of

router = APIRouter()


@router.get("/places")
def find_places(request: Request, q: Annotated[str, Query(max_length=100)] = "") -> Response:
    tree = places.tree(settings_of(request))
    return JSONResponse(
        [{"code": each.code, "name": places.whole_name(tree, each.code)} for each in places.found(tree, q)]
    )
