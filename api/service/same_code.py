"""Registrations of a credit code that an organisation has already: that organisation beside them, and who may approve them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.service.opening import opened
from api.service.places import tree
from api.settings import Settings
from graph.registrations import Registration
from graph.shown import shown_rows

_COMPARED = ("name", "type", "region")


@dataclass(frozen=True)
class SameCode:
    """An organisation as it stands that has the credit code of a registration, for which the account would speak."""

    organization: str
    name: str | None
    type: str | None
    region: str | None
    region_name: str | None
    differs: tuple[str, ...]
    """Of name, type and region those in which the registration says something else."""
    within: str | None
    """The narrowest region whose coordinators may approve the registration, as those of wider ones may; None is everywhere alone."""
    within_name: str | None


def same_codes(settings: Settings, registrations: Sequence[Registration]) -> dict[str, SameCode]:
    """The organisation beside each registration that waits and whose code is known, by the registration's number."""
    known = {each.registration: each for each in registrations if each.state == "waiting" and each.known}
    if not known:
        return {}
    regions = tree(settings)
    with opened(settings) as graph:
        rows = shown_rows(graph, "organizations", sorted({str(each.known) for each in known.values()}))
    stands = {row["organization"]: row for row in rows}
    found = {}
    for number, asked in known.items():
        if (row := stands.get(str(asked.known))) is None:
            continue  # closed at this very moment
        line = regions.line(row["region"]) if row["region"] in regions.regions else ()
        within = next((each for each in line if regions.within(asked.region, each.code)), None)
        seat = regions.regions.get(row["region"] or "")
        found[number] = SameCode(
            organization=row["organization"],
            **{name: row[name] for name in _COMPARED},
            region_name=seat.name if seat else None,
            differs=tuple(name for name in _COMPARED if row[name] != getattr(asked, name)),
            within=within.code if within else None,
            within_name=within.name if within else None,
        )
    return found
