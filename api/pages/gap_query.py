"""What a page of gaps is asked for, as its address says it and as its links change it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import Depends, Query

from api.paging import scope_of
from api.who import Caller, allowed

Measure = Literal["villages", "households", "needs", "red"]
Sort = Literal["region", "towns", "villages", "households", "needs", "red", "kind"]


@dataclass(frozen=True)
class GapQuery:
    """A region, the level of the rows, the measure of the map or in its place a service kind, the order, a part of a name, a page."""

    region: str | None = None
    level: str | None = None
    measure: str = "villages"
    kind: str = ""
    sort: str = "region"
    order: str = "up"
    find: str = ""
    page: int = 1

    def to(self, path: str = "/gaps", **changes: Any) -> str:
        """The address with some of it changed; whatever is changed but the page itself leads to the first page."""
        changed = replace(self, **({"page": 1} | changes))
        told = {name: value for name, value in asdict(changed).items() if value != getattr(GapQuery, name)}
        return path + (f"?{urlencode(told)}" if told else "")

    def showing(self, measure: str) -> str:
        """The address with another measure on the map, in place of a service kind too."""
        return self.to(measure=measure, kind="", sort="region" if self.sort == "kind" else self.sort, page=self.page)

    def sorted_by(self, sort: str) -> str:
        """The address in order of a column, turned round where it stands so already."""
        again = self.sort == sort and self.order == "up"
        return self.to(sort=sort, order="down" if again else "up")

    def aria_sort(self, sort: str) -> str:
        """How the table stands by a column, as `aria-sort` says it."""
        return "none" if self.sort != sort else "ascending" if self.order == "up" else "descending"


Reader = Annotated[Caller, Depends(allowed("gaps.read"))]


def _query(
    caller: Reader,
    region: Annotated[str | None, Query(max_length=12)] = None,
    level: Annotated[str | None, Query(max_length=10)] = None,
    measure: Measure = "villages",
    kind: Annotated[str, Query(max_length=200)] = "",
    sort: Sort = "region",
    order: Literal["up", "down"] = "up",
    find: Annotated[str, Query(max_length=50)] = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> GapQuery:
    if sort == "kind" and not kind:
        sort = "region"
    return GapQuery(scope_of(caller, region), level or None, measure, kind, sort, order, find.strip(), page)


Asked = Annotated[GapQuery, Depends(_query)]
"""What is asked for, within the caller's region. Raises RegionUnknown and OutsideScope."""
