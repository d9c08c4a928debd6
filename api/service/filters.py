"""Filters of lists that name what there is none of: refused, since an empty list would hide a slip of the pen."""

from __future__ import annotations

from collections.abc import Mapping

from api.service.kinds import all_kinds
from api.service.opening import opened
from api.settings import Settings
from graph.edit import versions_of
from graph.errors import CallError
from graph.model import ServiceKind

_TABLES: Mapping[str, tuple[str, ...]] = {
    "need": ("needs",),
    "organization": ("organizations",),
    "provider": ("offers", "volunteers"),
}
"""Tables of which a filter names a key."""


class FilterUnknown(CallError):
    """A filter whose value is none."""

    code = "filter_unknown"
    en = "{name} = {value!r}: there is none such. {known}"
    zh = "{name} = “{value}”：没有这一项。{known_zh}"
    repair_en = "Correct the value, or leave {name} out for all of them."
    repair_zh = "请更正该值；不写 {name} 则不限。"


def require_kind(settings: Settings, kind: str | None) -> ServiceKind | None:
    """The service kind that is named, if any; one that there is not is refused. Raises FilterUnknown."""
    if kind is None:
        return None
    kinds = {each.kind: each for each in all_kinds(settings)}
    if kind not in kinds:
        known = [*kinds]
        told, told_zh = f"The service kinds are {', '.join(known)}.", f"服务项目有 {'、'.join(known)}。"
        raise FilterUnknown(name="kind", value=kind, known=told, known_zh=told_zh)
    return kinds[kind]


def require_key(settings: Settings, name: str, key: str | None) -> None:
    """Refuse a need, an organization or a provider that never was; what is closed by now may still be asked for. Raises FilterUnknown."""
    if key is None:
        return
    tables = _TABLES[name]
    with opened(settings) as graph:
        if any(versions_of(graph, table, [key])[key] for table in tables):
            return
    lists = [f"/api/v1/{table}" for table in tables]
    told, told_zh = f"Their keys are in {' and '.join(lists)}.", f"编号见 {'、'.join(lists)}。"
    raise FilterUnknown(name=name, value=key, known=told, known_zh=told_zh)
