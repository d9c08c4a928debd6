"""Plans in folders: stored, read back, exported, and verified from the folders alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow as pa

from graph.as_tables import as_tables
from graph.errors import ZhongfuError
from graph.folders import sweep_unfinished
from graph.snapshot import Snapshot
from loaders.plan_folder import (
    CERTIFICATE,
    POLICY,
    PlanFolder,
    PlanFolderFault,
    export_plan,
    keep_plan,
    read_plan_folder,
    read_table,
)
from loaders.write.folder import Format
from matching.certificate import CertificateError, Verdict
from matching.plan import Plan
from matching.plan_columns import EXCLUSIONS, SCHEMAS
from matching.plan_id import plan_id
from matching.plan_tables import Named, exclusion_table, plan_tables
from matching.policy import PolicyError, policy_of, policy_toml
from matching.toml_text import NotToml, read_toml
from matching.verify import Told, plan_told, verify_told


class PlanMissing(ZhongfuError):
    """The files of a plan are not kept here."""

    code = "plan_missing"
    en = "The files of plan {plan} are not in {where}."
    zh = "{where} 中没有方案 {plan} 的文件。"
    repair_en = (
        "They lie where it was matched: bring them from there or from a backup, or match and publish a new plan. Only as "
        "long as nothing was loaded or published since does matching again with the same region, period, day and policy "
        "make the same plan."
    )
    repair_zh = (
        "文件保存在当初匹配的机器上：请从该机器或备份取回，或重新匹配并发布新方案。"
        "仅当此后未曾导入或发布时，以相同的区划、时段、日期与策略重新匹配才会生成同一方案。"
    )


class PlanDamaged(PlanFolderFault):
    """The files of a kept plan are not those of its id any more."""

    code = "plan_damaged"
    en = "The plan kept in {file} is damaged: {what}"
    zh = "保存在 {file} 的方案已损坏：{what_zh}"
    repair_en = (
        "Bring the folder back from a backup, or match and publish a new plan. Only as long as nothing was loaded or "
        "published since does matching again with the same region, period, day and policy make the same plan anew."
    )
    repair_zh = (
        "请从备份恢复该文件夹，或重新匹配并发布新方案。"
        "仅当此后未曾导入或发布时，以相同的区划、时段、日期与策略重新匹配才会重新生成同一方案。"
    )


def store_plan(plan: Plan, snapshot: Snapshot, plans: Path) -> Path:
    """Keep a plan in a folder of its id under `plans`; whole or not at all, in place of one that is damaged.

    What killed writers left there is taken away.
    """
    folder = plans / plan.id
    sweep_unfinished(plans)
    if folder.is_dir():
        try:
            kept_plan(plan.id, snapshot, plans)
        except PlanDamaged:
            shutil.rmtree(folder)
    keep_plan(_folder_of(plan, snapshot), folder)
    return folder


def kept_plan(plan: str, snapshot: Named, plans: Path) -> tuple[Told, Plan]:
    """What the files of the kept plan of this id tell, and the plan that they say, made from this snapshot.

    Raises PlanMissing, and PlanDamaged where their content is not that of the id.
    """
    told, folder = told_of(plan, plans), plans / plan
    try:
        found, wrong = plan_told(told, snapshot)
    except CertificateError as error:
        raise _damaged(folder, error) from error
    if wrong or found.id != plan or plan_id(found, snapshot) != plan:
        raise PlanDamaged(file=folder, what="its content is that of another plan", what_zh="内容与方案编号不符")
    return told, found


def told_of(plan: str, plans: Path) -> Told:
    """What the files of the kept plan of this id tell. Raises PlanMissing, and PlanDamaged where one cannot be read."""
    folder = plans / plan
    if not plan or not folder.is_dir():
        raise PlanMissing(plan=plan, where=plans)
    try:
        return told_in(folder)
    except PlanFolderFault as error:
        raise PlanDamaged(**error.facts) from error


def export(plan: Plan, snapshot: Snapshot, folder: Path, form: Format = "csv", *, with_input: bool = False) -> None:
    """Write what a plan says into a folder, and in its `input` the snapshot that it was made from."""
    export_plan(_folder_of(plan, snapshot), folder, form, as_tables(snapshot) if with_input else None)


def kept_tables(plan: str, plans: Path, *names: str) -> list[pa.Table]:
    """Some tables of the kept plan of this id, as its files say. Raises PlanMissing, and PlanDamaged for one that is none."""
    folder = plans / plan
    if not folder.is_dir():
        raise PlanMissing(plan=plan, where=plans)
    try:
        return [read_table(folder, name, SCHEMAS[name]) for name in names]
    except PlanFolderFault as error:
        raise PlanDamaged(**error.facts) from error


def verify_kept(plan: str, snapshot: Snapshot, plans: Path) -> tuple[Plan, Verdict]:
    """Recheck the kept plan of this id from its files. Raises PlanMissing, and PlanDamaged where one cannot be read."""
    told = told_of(plan, plans)
    try:
        return verify_told(told, snapshot)
    except CertificateError as error:
        raise _damaged(plans / plan, error) from error


def _folder_of(plan: Plan, snapshot: Snapshot) -> PlanFolder:
    tables = plan_tables(plan, snapshot) | {"exclusions": exclusion_table(snapshot, plan.on)}
    return PlanFolder(tables, policy_toml(plan.policy), plan.certificate.as_json())


def told_in(folder: Path) -> Told:
    """What a plan's folder tells, in the words of its files. Raises PlanFolderFault."""
    read = read_plan_folder(folder, SCHEMAS | {"exclusions": EXCLUSIONS})
    try:
        policy = policy_of(read_toml(read.policy))
    except (NotToml, PolicyError) as error:
        raise PlanFolderFault(file=folder / POLICY, what=error, what_zh=error.zh) from error
    return Told(read.tables, policy, read.certificate)


def _damaged(folder: Path, error: CertificateError) -> PlanDamaged:
    return PlanDamaged(file=folder / CERTIFICATE, what=error, what_zh=error.zh)
