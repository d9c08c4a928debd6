"""Verification of what a plan's files say: their keys, their certificate and their id beside every rule of a plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from graph.snapshot import Snapshot
from matching.certificate import CertificateError, Verdict, certificate_of, gap_of
from matching.plan import Plan
from matching.plan_id import plan_id
from matching.plan_tables import Named, WrongCells, exclusion_table, plan_of_tables
from matching.policy import MatchPolicy
from matching.verify.case import EPOCH
from matching.verify.check import Check, Look, check, judge, together
from matching.verify.figures import SLACK
from matching.verify.verdict import verify


class ScopeGone(CertificateError):
    """The certificate's scope is no region of the snapshot."""


@dataclass(frozen=True)
class Told:
    """What a plan's files say: tables by name, `exclusions` among them, the policy, the certificate as JSON values."""

    tables: Mapping[str, pa.Table]
    policy: MatchPolicy
    certificate: Mapping[str, Any]

    @property
    def on(self) -> int:
        """The run's day, counted from 1970-01-01. Raises CertificateError."""
        try:
            return date.fromisoformat(str(self.certificate["on"])).toordinal() - EPOCH
        except (KeyError, ValueError) as error:
            given = self.certificate.get("on")
            raise CertificateError("on", f"is no day: {given!r}", f"不是日期：{given!r}") from error


def plan_told(told: Told, snapshot: Named) -> tuple[Plan, list[WrongCells]]:
    """The plan that files say, and the cells that name nothing. Raises CertificateError, ScopeGone among them."""
    certificate = certificate_of(told.certificate)
    try:
        return plan_of_tables(told.tables, certificate, told.policy, told.on, snapshot)
    except KeyError as error:
        raise ScopeGone(
            "scope", f"names no region of the input: {error}", f"不是数据中的行政区划：{error.args[0]!r}"
        ) from error


def verify_told(told: Told, snapshot: Snapshot) -> tuple[Plan, Verdict]:
    """Recheck a plan from its files: every rule of `verify`, and that the files are whole and their own.

    Raises CertificateError where the certificate cannot be read.
    """
    plan, wrong = plan_told(told, snapshot)
    files = Files(told, snapshot, plan, wrong)
    keys, *others = OF_FILES
    return plan, together(judge([keys], files), verify(plan, snapshot), judge(others, files))


@dataclass(frozen=True)
class Files:
    """A plan's files with the plan that they say, the cells left out of it, and the snapshot."""

    told: Told
    snapshot: Snapshot
    plan: Plan
    wrong: list[WrongCells]


@check(
    "{table}, row {row}, column {column}: {found} names nothing in the input, or not what stands there",
    "{table} 第 {row} 行 {column} 列：{found} 在数据中不存在或不符",
)
def file_keys(files: Files) -> Look:
    """Every key of the files names what the input holds, every number is there."""
    cells = [(each, at) for each in files.wrong for at in range(len(each.rows))]

    def facts(row: int) -> dict[str, Any]:
        each, at = cells[row]
        value = each.values[at].as_py()
        # the header is row 1 of a file
        return {"table": each.table, "row": int(each.rows[at]) + 1, "column": each.column, "found": value}

    return Look(sum(len(table) for table in files.told.tables.values()), np.arange(len(cells)), facts)


@check("stage {figure} says a gap of {found}; it is {expected}", "阶段 {figure} 的差距为 {found}，实为 {expected}")
def gap(files: Files) -> Look:
    """Every gap is |bound − value| ÷ max(1, |bound|) (model (27))."""
    figures = []
    for stage in files.told.certificate["stages"]:
        figures.append((stage["stage"], stage))
        figures += [(f"{stage['stage']} band {band['band']}", band) for band in stage.get("bands", ())]
    true = [gap_of(float(said["value"]), float(said["bound"])) for _, said in figures]
    told = [said.get("gap") for _, said in figures]
    wrong = [at for at, said in enumerate(told) if not isinstance(said, int | float) or abs(said - true[at]) > SLACK]
    return Look(
        len(figures),
        np.array(wrong, np.int64),
        lambda at: {"figure": figures[at][0], "found": told[at], "expected": true[at]},
    )


@check(
    "the exclusion of {subject} and {provider} stands {found} times in the file instead of {expected}",
    "{subject} 与 {provider} 的排除在文件中出现 {found} 次，应为 {expected} 次",
)
def exclusions(files: Files) -> Look:
    """The exclusions are those of the locks that hold and of the answers."""
    said, true = (
        Counter(tuple(row.values()) for row in table.to_pylist())
        for table in (files.told.tables["exclusions"], exclusion_table(files.snapshot, files.plan.on))
    )
    differing = sorted((row for row in said | true if said[row] != true[row]), key=str)

    def facts(at: int) -> dict[str, Any]:
        row = differing[at]
        return {"subject": row[1], "provider": row[3], "found": said[row], "expected": true[row]}

    return Look(sum(said.values()), np.arange(len(differing)), facts)


@check(
    "the files say plan {expected}, but their content is that of {found}: something in them was changed",
    "文件标明方案 {expected}，其内容却对应 {found}：内容已被改动",
)
def unchanged(files: Files) -> Look:
    """The plan's id is the digest of everything but the seconds (model (28))."""
    true = plan_id(files.plan, files.snapshot)
    wrong = [] if true == files.plan.id else [0]
    return Look(1, np.array(wrong, np.int64), lambda _: {"found": true, "expected": files.plan.id})


OF_FILES: tuple[Check[Files], ...] = (file_keys, gap, exclusions, unchanged)
"""Checks of what files alone can get wrong; the first comes before every rule of the plan."""
