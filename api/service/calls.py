"""What a call names — a region, a day, a period, a policy — understood or refused."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from api.clock import today
from graph.connect import Graph
from graph.errors import CallError
from graph.gap_tree import RegionUnknown
from graph.ties import places_of
from matching.certificate import MONTH
from matching.policy import DEFAULT_POLICY, MatchPolicy, PolicyError, policy_in, read_policy

_FIRST_YEAR, _LAST_YEAR = 2000, 2199
"""Years in which a match makes sense; dates near the ends of the calendar cannot be counted with."""
_FARTHEST_MONTHS = 12
_COUNT = re.compile(r"[0-9]{1,18}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class BadDate(CallError):
    """A day that is not one."""

    code = "bad_date"
    en = "{value!r} is not a day."
    zh = "“{value}”不是有效日期。"
    repair_en = "Write a day of the calendar as 2026-12-01, of the years 2000 to 2199."
    repair_zh = "请按 2026-12-01 的格式写日期，年份在 2000 至 2199 之间。"


class BadPeriod(CallError):
    """A period that is no month."""

    code = "bad_period"
    en = "{value!r} is not a period; a period is a calendar month."
    zh = "“{value}”不是有效的期；一期为一个自然月。"
    repair_en = "Write it as 2026-12, or leave it out for the month of the day."
    repair_zh = "请写作 2026-12；不写则取当日所在月份。"


class PeriodFar(CallError):
    """A period so far from the day that one of the two is hardly meant."""

    code = "period_far"
    en = "The period {period} lies more than twelve months from the day {day}."
    zh = "期 {period} 与匹配日 {day} 相距超过十二个月。"
    repair_en = "Choose a period within twelve months of the day, or the day that is meant."
    repair_zh = "请选择与匹配日相距不超过十二个月的期，或更正匹配日。"


class BadMostChanges(CallError):
    """A limit on changes that is no number of them."""

    code = "bad_max_changes"
    en = "{value!r} is no limit on changes of what is published."
    zh = "“{value}”不是有效的变动上限。"
    repair_en = "Write a whole number, 0 or more, or leave it out: without it there is no limit."
    repair_zh = "请填写不小于 0 的整数；不填则不限。"


class BadPolicy(CallError):
    """A policy file that cannot be read or has a setting at fault."""

    code = "bad_policy"
    en = "The policy {file} is at fault: {detail}"
    zh = "匹配策略 {file} 有误：{detail_zh}"
    repair_en = "Correct what is named; a setting left out keeps its default, and every export of a plan holds a whole policy.toml."
    repair_zh = "请更正所指之处；未写的设置取默认值，任一方案导出中的 policy.toml 均可作范本。"


def day_of(text: str | None) -> date:
    """The day that is written, today where none is. Raises BadDate."""
    if text is None:
        return today()
    try:
        if _DAY.fullmatch(text) and _FIRST_YEAR <= int(text[:4]) <= _LAST_YEAR:
            return date.fromisoformat(text)
    except ValueError as error:
        raise BadDate(value=text) from error
    raise BadDate(value=text)


def days(day: date) -> int:
    """A day counted from 1970-01-01."""
    return (day - date(1970, 1, 1)).days


def period_of(text: str | None, on: date) -> str:
    """The period that is written, the month of the day where none is. Raises BadPeriod."""
    period = text if text is not None else f"{on:%Y-%m}"
    if not MONTH.fullmatch(period):
        raise BadPeriod(value=period)
    return period


def require_near(period: str, on: date) -> None:
    """Refuse a period more than twelve months before or after the month of a day. Raises PeriodFar."""
    year, month = map(int, period.split("-"))
    if abs(12 * (year - on.year) + month - on.month) > _FARTHEST_MONTHS:
        raise PeriodFar(period=period, day=on.isoformat())


def policy_of_file(path: Path | None) -> MatchPolicy:
    """The policy of a file, the default where none is named. Raises BadPolicy, and OSError for a path that leads nowhere."""
    if path is None:
        return DEFAULT_POLICY
    try:
        return read_policy(path)
    except PolicyError as error:
        raise BadPolicy(file=path, detail=error, detail_zh=error.zh) from error


def policy_of_text(text: str | None) -> MatchPolicy:
    """The policy written in TOML, the default where nothing is. Raises BadPolicy."""
    try:
        return policy_in(text) if text else DEFAULT_POLICY
    except PolicyError as error:
        raise BadPolicy(file="TOML", detail=error, detail_zh=error.zh) from error


def limited(policy: MatchPolicy, most: int | str | None) -> MatchPolicy:
    """The policy with at most so many free changes of what is published, as it is where none is given. Raises BadMostChanges."""
    if most is None:
        return policy
    if not _COUNT.fullmatch(str(most)):
        raise BadMostChanges(value=most)
    return policy.model_copy(update={"max_changes": int(most)})


def region_code(written: str) -> str:
    """A region's code of 12 digits; the zeros at the end may be left out."""
    return written.strip().ljust(12, "0")


def region_of(graph: Graph, written: str | None) -> str | None:
    """The code of a loaded region; None for everything. Raises RegionUnknown."""
    if written is None:
        return None
    code = region_code(written)
    if not places_of(graph, code):
        raise RegionUnknown(region=written)
    return code
