"""What lies within what: the tree of regions as one piece, and where organisations have their seat."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from graph.connect import Graph
from graph.errors import CallError
from graph.gap_tree import NothingLoaded, RegionUnknown
from graph.model import LEVELS
from graph.queries import query

_DEPTH = {level.code: at for at, level in enumerate(LEVELS)}


class OrganizationUnknown(CallError):
    """No organisation has this number."""

    code = "organization_unknown"
    en = "There is no organisation {organization} in the graph."
    zh = "图库中没有机构 {organization}。"
    repair_en = "Give the number of an organisation as its file has it."
    repair_zh = "请使用数据表中的机构编号。"


@dataclass(frozen=True)
class Region:
    """One region; coordinates and population where they are known."""

    code: str
    name: str
    level: str
    parent: str | None
    lon: float | None
    lat: float | None
    population: int | None


@dataclass(frozen=True)
class RegionTree:
    """Every region by its code."""

    regions: dict[str, Region]

    @cached_property
    def children(self) -> dict[str, list[str]]:
        """Codes of the regions right inside each one, in order."""
        inside: dict[str, list[str]] = {code: [] for code in self.regions}
        for region in self.regions.values():
            if region.parent is not None:
                inside[region.parent].append(region.code)
        return inside

    @cached_property
    def roots(self) -> list[str]:
        """Regions that are part of no other."""
        return [code for code, region in self.regions.items() if region.parent is None]

    @cached_property
    def named(self) -> list[tuple[Region, str]]:
        """Every region, the wider ones first, with the names of all that it is part of, a line each."""
        found = sorted(self.regions.values(), key=lambda each: (_DEPTH[each.level], each.code))
        return [(each, "\n".join(above.name for above in islice(self.line(each.code), 1, None))) for each in found]

    @cached_property
    def by_name(self) -> dict[str, list[tuple[Region, str]]]:
        """The same by the region's own name."""
        found: dict[str, list[tuple[Region, str]]] = {}
        for each, line in self.named:
            found.setdefault(each.name, []).append((each, line))
        return found

    @cached_property
    def names(self) -> str:
        """Every name that a region has, a line each."""
        return "\n".join(self.by_name)

    @property
    def root(self) -> str:
        """The code of the region that everything is part of. Raises NothingLoaded."""
        if not self.roots:
            raise NothingLoaded
        return self.roots[0]

    def region(self, code: str) -> Region:
        """The region of this code. Raises RegionUnknown."""
        if code not in self.regions:
            raise RegionUnknown(region=code)
        return self.regions[code]

    def line(self, code: str) -> Iterator[Region]:
        """The region and all that it is part of, upwards."""
        at: str | None = code
        while at is not None:
            yield self.region(at)
            at = self.regions[at].parent

    def inside(self, scope: str | None) -> list[str]:
        """Codes of the scope and of all inside it, in order; None is everywhere. Raises RegionUnknown."""
        if scope not in self._inside:
            codes = [self.region(scope).code] if scope is not None else [*self.roots]
            for code in codes:  # grows as it goes
                codes.extend(self.children[code])
            self._inside[scope] = sorted(codes)
        return self._inside[scope]

    @cached_property
    def _inside(self) -> dict[str | None, list[str]]:
        return {}

    def within(self, code: str, scope: str | None) -> bool:
        """Whether a region is the scope or lies inside it; everything lies inside None."""
        return scope is None or (code in self.regions and any(each.code == scope for each in self.line(code)))


def region_tree(graph: Graph) -> RegionTree:
    """The regions that the graph holds."""
    found = graph.columns(query("region_tree"))
    rows = zip(*(found[name] for name in Region.__dataclass_fields__), strict=True)
    return RegionTree({row[0]: Region(*row) for row in rows})


def seat_of(graph: Graph, organization: str) -> str | None:
    """The region in which an organisation has its seat, None where it has none. Raises OrganizationUnknown."""
    rows = graph.read(query("organization_region"), key=organization)
    if not rows:
        raise OrganizationUnknown(organization=organization)
    seat: str | None = rows[0]["region"]
    return seat
