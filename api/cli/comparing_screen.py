"""Two plans side by side on the terminal: what each reaches, and who gains and who loses by the second."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.text import Text

from api.cli.plan_screen import gap_of, next_step, signed, stage_rows
from api.cli.screen import Format, note, results, said, show, table_of
from api.cli.words import VALUES
from api.stage_words import STAGES

if TYPE_CHECKING:
    from api.service.comparing import Compared

_MOST_REGIONS = 20
"""Regions told on the terminal, those that lose the most units first."""
_MEASURES = ("usual_quantity", "provider_order", "operating", "waiting_months")
"""Settings by which a stage is counted."""
_GROUPS = {
    "urgency": ("needs by urgency", "按紧急程度"),
    "kind": ("needs by service kind", "按服务项目"),
    "region": ("needs by region", "按区划"),
    "workers": ("places and households with a Double Hundred worker", "有双百社工的地点与家庭"),
}
_SUBJECTS = {"place": ("places: {}", "地点：{}"), "household": ("households: {}", "家庭：{}")}


def show_compared(compared: Compared, called: tuple[str, str], form: Format) -> None:
    """Print two plans; `called` are the names of their policies."""
    if form is not Format.table:
        show(_plain_rows(compared), form, whole=compared.as_json())
        return
    screen = results()
    for mark, made, name in zip("AB", (compared.first, compared.second), called, strict=True):
        screen.print(Text(f"{mark}  {said('plan', '方案')} {made.plan.id[:12]}  {name}", "bold"))
    if compared.first.plan.id == compared.second.plan.id:
        note("The two policies are the same, and so is the plan.", "两份策略相同，方案也相同。")
        return
    screen.print()
    settings = [
        {"setting": each.setting, "A": _written(each.first), "B": _written(each.second)} for each in compared.settings
    ]
    screen.print(table_of(settings, said("settings that differ", "不同的设置")))
    screen.print()
    screen.print(table_of(_stage_rows(compared), said("what each reaches", "各自达到")))
    if any(each.setting.split(".")[0] in _MEASURES for each in compared.settings):
        note(
            "A stage is counted by its own policy's settings: where these differ, compare units, places and minutes.",
            "各阶段按各自策略的设置计值；设置不同之处，请以数量、地点与分钟相比。",
        )
    names = compared.names()
    for group, title in _GROUPS.items():
        rows = _worker_rows(compared) if group == "workers" else _need_rows(compared, group, names.get(group, {}))
        if group == "urgency" and not rows:
            screen.print()
            screen.print(said("No need gains, loses or moves.", "没有需求增加、减少或换提供方。"))
        if rows:
            screen.print()
            screen.print(table_of(rows[:_MOST_REGIONS], said(*title)))
        if len(rows) > _MOST_REGIONS:
            rest = len(rows) - _MOST_REGIONS
            note(f"and {rest} more: --format json tells all", f"另有 {rest} 项：--format json 列出全部")
    note("Both plans are kept; one of them may be published.", "两个方案均已保存，可发布其中一个。")
    for mark, made in zip("AB", (compared.first, compared.second), strict=True):
        if step := next_step(made.stored):
            note(f"{mark}: {step[0]}", f"{mark}：{step[1]}")


def _stage_rows(compared: Compared) -> list[dict[str, Any]]:
    """The stages of both plans; a stage that only one has is blank in the other."""
    first, second = (
        {row["stage"]: row for row in stage_rows(made.plan.certificate.as_json())}
        for made in (compared.first, compared.second)
    )
    rows = []
    for name in [name for name in STAGES if name in first or name in second]:
        one, other = first.get(name), second.get(name)
        rows.append(
            {
                "stage": said(*STAGES[name]),
                "A": round(one["value"], 2) if one else None,
                "B": round(other["value"], 2) if other else None,
                "A_gap": gap_of(one) if one else None,
                "B_gap": gap_of(other) if other else None,
            }
        )
    return rows


def _need_rows(compared: Compared, group: str, names: Mapping[str, tuple[str, str]]) -> list[dict[str, Any]]:
    """The needs by a group, where something changes; regions by what they lose. `names` are what its codes are called."""
    needs = [each for each in compared.changes.needs if each.by == group and each.gained + each.lost + each.moved]
    if group == "region":
        needs.sort(key=lambda each: (each.units_gained - each.units_lost, each.code))
    return [
        {
            group: said(*names[each.code]) if each.code in names else each.code,
            "needs": each.needs,
            "met_A": each.met_first,
            "met_B": each.met_second,
            "gained": each.gained,
            "lost": each.lost,
            "moved": each.moved,
            "net_units": signed(each.units_gained - each.units_lost),
        }
        for each in needs
    ]


def _worker_rows(compared: Compared) -> list[dict[str, Any]]:
    """The places and households whose workers change."""
    return [
        {
            "what": said(*(text.format(_called(each.code)) for text in _SUBJECTS[each.by])),
            "A": each.first,
            "B": each.second,
            "gained": each.gained,
            "lost": each.lost,
            "changed": each.moved,
        }
        for each in compared.changes.workers
        if each.gained or each.lost or each.moved
    ]


def _plain_rows(compared: Compared) -> list[dict[str, Any]]:
    """All groups as rows of one form, for CSV; of workers no units are counted."""
    workers = [
        {
            "by": each.by,
            "code": each.code,
            "needs": None,
            "met_first": each.first,
            "met_second": each.second,
            "gained": each.gained,
            "lost": each.lost,
            "moved": each.moved,
            "units_gained": None,
            "units_lost": None,
        }
        for each in compared.changes.workers
    ]
    return [*(asdict(each) for each in compared.changes.needs), *workers]


def _called(code: str) -> str:
    """A level or an alert in words."""
    if code == "none":
        return said("without an alert", "无预警")
    return said(code, VALUES.get(code, ("", ""))[0] or code)


def _written(value: Any) -> str:
    return said("default", "默认") if value is None else str(value)
