"""Coverage and gaps: a map beside the table of a region, why there are gaps, and the table as a file."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.language import language_of
from api.pages.gap_query import Asked, GapQuery, Reader
from api.pages.maps import MARGIN, map_of
from api.pages.rendering import page
from api.service import places
from api.service.gap_files import gaps_csv, gaps_xlsx
from api.service.gap_rows import GapRows, gap_rows, is_told
from api.service.gap_told import told_causes, told_worth
from api.service.gaps import causes_of, kept_gaps
from api.service.kinds import all_kinds
from api.who import Caller
from graph.snapshot import VILLAGE
from matching.reasons import in_few_words

router = APIRouter()

_ROWS = 200
"""Rows of a page."""
_ON_MAP = 400
"""Regions that are drawn by the page itself; more are for the points of villages."""
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/gaps")
def gaps(request: Request, caller: Reader, asked: Asked) -> Response:
    settings = caller.settings
    rows = _rows(caller, asked)
    tree = places.tree(settings)
    scope = tree.region(rows.scope)
    drawn = rows if len(rows.places) <= _ON_MAP else _rows(caller, GapQuery(rows.scope, kind=asked.kind))
    measure = "kind" if asked.kind else asked.measure
    if measure not in drawn.shares:
        measure = GapQuery.measure
    whole = kept_gaps(settings, region=rows.scope, level=scope.level)
    line = [each for each in reversed(list(tree.line(scope.code))) if tree.within(each.code, caller.holder.region)]
    kinds = all_kinds(settings)
    facts: dict[str, Any] = {
        "asked": asked,
        "sees": caller.sees_cases,
        "measure": measure,
        "measures": drawn.shares,
        "points": drawn.level != "village" and is_told(measure, VILLAGE, caller.sees_cases),
        "found": whole,
        "rows": rows,
        "shown": rows.rows((asked.page - 1) * _ROWS, _ROWS),
        "pages": -(-len(rows) // _ROWS),
        "first": (asked.page - 1) * _ROWS + 1,
        "line": line,
        "map": map_of(tree, scope.code, drawn.every(), measure),
        "margin": MARGIN,
        "causes": causes_of(whole.gaps) if caller.sees_cases else told_causes(whole),
        "worth": whole.gaps.worth.to_pylist() if caller.sees_cases else told_worth(whole),
        "words": in_few_words,
        "capacity": whole.gaps.capacity.to_pylist(),
        "kinds": kinds,
        "named": {kind.kind: (kind.name_en or kind.name_zh, kind.name_zh) for kind in kinds},
    }
    return page(request, "gaps.html", caller, **facts)


@router.get("/gaps.csv")
def gaps_as_csv(request: Request, caller: Reader, asked: Asked) -> Response:
    rows = _rows(caller, asked)
    return _file(gaps_csv(rows, language_of(request)), "text/csv; charset=utf-8", rows, "csv")


@router.get("/gaps.xlsx")
def gaps_as_xlsx(request: Request, caller: Reader, asked: Asked) -> Response:
    rows = _rows(caller, asked)
    return _file(gaps_xlsx(rows, language_of(request)), _XLSX, rows, "xlsx")


def _rows(caller: Caller, asked: GapQuery) -> GapRows:
    return gap_rows(
        caller.settings,
        cases=caller.sees_cases,
        region=asked.region,
        level=asked.level,
        kind=asked.kind or None,
        find=asked.find,
        sort=asked.sort,
        descending=asked.order == "down",
    )


def _file(content: bytes, kind: str, rows: GapRows, ending: str) -> Response:
    name = f"gaps-{rows.scope}-{rows.level}.{ending}"
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
