"""Regions by name, for whoever fills in a form; names of places are no secret."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from api.service import places
from api.who import settings_of
from graph.errors import CallError
from graph.within import RegionTree

router = APIRouter()
_SHOWN = 60
"""Characters of a text that are told again."""


class PlaceUnclear(CallError):
    """A place that nobody knows, or that several are called."""

    code = "place_unclear"
    en = "{text!r} is {detail}."
    zh = "区划“{text}”{detail_zh}。"
    repair_en = "Write the code, or the name after that of the city or county, such as 梅州市 梅江区."
    repair_zh = "请填写代码，或在名称前加上所属市、县，例如：梅州市 梅江区。"


@router.get("/places")
def find_places(request: Request, q: Annotated[str, Query(max_length=100)] = "") -> Response:
    tree = places.tree(settings_of(request))
    return JSONResponse(
        [{"code": each.code, "name": places.whole_name(tree, each.code)} for each in places.found(tree, q)]
    )


def place_meant(tree: RegionTree, text: str) -> str:
    """The code of the one region that is meant. Raises PlaceUnclear."""
    hits = places.found(tree, text)
    text = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    exact = [each for each in hits if each.name == text.rsplit(maxsplit=1)[-1]]
    if len(exact) == 1 or len(hits) == 1:
        return (exact or hits)[0].code
    if not hits:
        raise PlaceUnclear(text=text, detail="no region that was loaded", detail_zh="不是已导入的行政区划")
    some = "; ".join(f"{places.whole_name(tree, each.code)} ({each.code})" for each in hits[:5])
    raise PlaceUnclear(text=text, detail=f"the name of several regions: {some}", detail_zh=f"对应多个行政区划：{some}")
