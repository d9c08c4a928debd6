"""Plans in folders: stored, read back, exported, and verified from the folders alone."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from graph.as_tables import as_tables
from graph.assemble import assemble
from graph.errors import ZhongfuError
from graph.snapshot import Snapshot
from loaders.contract import check
from loaders.plan_folder import (
    CERTIFICATE,
    POLICY,
    PlanFolder,
    PlanFolderFault,
    export_plan,
    keep_plan,
    read_plan_folder,
    read_state,
)
from loaders.write.folder import Format
from matching.certificate import CertificateError, Verdict
from matching.plan import Plan
from matching.plan_id import plan_id
from matching.plan_tables import EXCLUSIONS, SCHEMAS, exclusion_table, plan_tables
from matching.policy import PolicyError, policy_of, policy_toml
from matching.verify import Told, plan_told, verify_told


class PlanMissing(ZhongfuError):
    """No plan of this id is kept."""

    code = "plan_missing"
    en = "There is no plan {plan} in {where}."
    zh = "{where} 中没有方案 {plan}。"
    repair_en = "`zhongfu plans` lists the plans there are."
    repair_zh = "`zhongfu plans` 可列出已有方案。"


class InputAtFault(ZhongfuError):
    """The input folder that a plan is held against does not pass the check."""

    code = "input_at_fault"
    en = "{folder} does not pass the check: {count} errors, the first in {file}, row {row}: {message}"
    zh = "{folder} 未通过检查：{count} 处错误，首处在 {file} 第 {row} 行：{message_zh}"
    repair_en = "Give the folder that the plan was made from, or export it with `--with-input`."
    repair_zh = "请给出方案所用的数据文件夹，或用 `--with-input` 导出。"


class StateUnknown(ZhongfuError):
    """A plan for a part of the region cannot be held against files that do not say what is promised elsewhere."""

    code = "state_unknown"
    en = "{folder} does not say what was published at revision {revision}, outside the plan's scope {scope}."
    zh = "{folder} 未包含第 {revision} 版发布内容，无法得知范围 {scope} 之外的占用。"
    repair_en = "Export the plan with `--with-input` and give the folder `input` of the export."
    repair_zh = "请用 `--with-input` 导出方案，并使用导出中的 `input` 文件夹。"


def store_plan(plan: Plan, snapshot: Snapshot, plans: Path) -> Path:
    """Keep a plan in a folder of its id under `plans`; whole or not at all."""
    keep_plan(_folder_of(plan, snapshot), plans / plan.id)
    return plans / plan.id


def load_plan(plan: str, snapshot: Snapshot, plans: Path) -> Plan:
    """The kept plan of this id, made from this snapshot."""
    folder = plans / plan
    if not plan or not folder.is_dir():
        raise PlanMissing(plan=plan, where=plans)
    try:
        found, wrong = plan_told(told_in(folder), snapshot)
    except CertificateError as error:
        raise _certificate_fault(folder, error) from error
    if wrong or plan_id(found, snapshot) != plan:
        raise PlanFolderFault(file=folder, what="the plan kept here is damaged", what_zh="此处保存的方案已损坏")
    return found


def export(plan: Plan, snapshot: Snapshot, folder: Path, form: Format = "csv", *, with_input: bool = False) -> None:
    """Write what a plan says into a folder, and in its `input` the snapshot that it was made from."""
    export_plan(_folder_of(plan, snapshot), folder, form, as_tables(snapshot) if with_input else None)


def verify_folder(folder: Path, input_folder: Path) -> tuple[Plan, Verdict]:
    """Recheck every hard rule of an exported plan from its folder and that of its input, with no database.

    Raises a fault where a file cannot be read as what it should be; what can be read and is wrong is a breach.
    """
    told = told_in(folder)
    try:
        return verify_told(told, _snapshot_in(input_folder, told))
    except CertificateError as error:
        raise _certificate_fault(folder, error) from error


def _folder_of(plan: Plan, snapshot: Snapshot) -> PlanFolder:
    tables = plan_tables(plan, snapshot) | {"exclusions": exclusion_table(snapshot, plan.on)}
    return PlanFolder(tables, policy_toml(plan.policy), plan.certificate.as_json())


def told_in(folder: Path) -> Told:
    """What a plan's folder tells, in the words of its files. Raises PlanFolderFault."""
    read = read_plan_folder(folder, SCHEMAS | {"exclusions": EXCLUSIONS})
    try:
        policy = policy_of(tomllib.loads(read.policy))
    except (tomllib.TOMLDecodeError, PolicyError) as error:
        raise PlanFolderFault(file=folder / POLICY, what=str(error), what_zh=str(error)) from error
    return Told(read.tables, policy, read.certificate)


def _certificate_fault(folder: Path, error: CertificateError) -> PlanFolderFault:
    return PlanFolderFault(file=folder / CERTIFICATE, what=str(error), what_zh=error.zh)


def _snapshot_in(folder: Path, told: Told) -> Snapshot:
    """The snapshot of an input folder, with the published state that stands beside its tables."""
    checked = check(folder)
    if not checked.ok:
        first = next(iter(checked.issues))
        raise InputAtFault(
            folder=folder,
            count=checked.issues.errors,
            file=first.file,
            row=first.row or 1,
            message=first.message_en,
            message_zh=first.message_zh,
        )
    tables, state = dict(checked.tables), read_state(folder)
    revision = int(told.certificate.get("base_revision", 0))
    if state is None:
        _nothing_elsewhere(folder, tables["regions"], told, revision)
        state = {"exclusions": _answers(told.tables["exclusions"])}
    else:
        paused = pc.is_in(tables["offers"]["offer"], value_set=state.pop("paused")["offer"].combine_chunks())
        tables["offers"] = tables["offers"].append_column("paused", paused)
    return assemble(tables | state, revision)


def _nothing_elsewhere(folder: Path, regions: pa.Table, told: Told, revision: int) -> None:
    """Files alone tell enough when nothing was published before, or the plan is for all they hold."""
    scope = told.certificate.get("scope")
    whole = regions.filter(pc.is_null(regions["parent"]))["code"].to_pylist() == [scope]
    if revision and not whole:
        raise StateUnknown(folder=folder, revision=revision, scope=scope)


def _answers(exclusions: pa.Table) -> pa.Table:
    """The exclusions that come from answers, which no file of the input holds."""
    rows = exclusions.filter(pc.is_null(exclusions["lock"]))
    return rows.select(["subject", "provider_type", "provider", "since", "reason"]).rename_columns({"subject": "need"})
