"""Plans in folders: stored, read back, exported, and verified from the folders alone."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from graph.as_tables import as_tables
from graph.assemble import assemble
from graph.errors import ZhongfuError
from graph.snapshot import Snapshot, nothing_published
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
    read_table,
)
from loaders.write.folder import Format
from matching.certificate import Certificate, CertificateError, Verdict, certificate_of
from matching.plan import Plan
from matching.plan_id import plan_id
from matching.plan_tables import EXCLUSIONS, SCHEMAS, Named, exclusion_table, plan_tables
from matching.policy import PolicyError, policy_of, policy_toml
from matching.verify import Told, plan_told, verify_told


class PlanMissing(ZhongfuError):
    """The files of a plan are not kept here."""

    code = "plan_missing"
    en = "The files of plan {plan} are not in {where}."
    zh = "{where} 中没有方案 {plan} 的文件。"
    repair_en = "They lie where it was matched; match again here with the same region, day and policy to have them too."
    repair_zh = "文件保存在当初匹配的机器上；在此以相同的区划、日期与策略重新匹配即可再次生成。"


class PlanDamaged(PlanFolderFault):
    """The files of a kept plan are not those of its id any more."""

    code = "plan_damaged"
    en = "The plan kept in {file} is damaged: {what}"
    zh = "保存在 {file} 的方案已损坏：{what_zh}"
    repair_en = "Match again with the same region, day and policy: the plan is made and kept anew."
    repair_zh = "请以相同的区划、日期与策略重新匹配，方案将重新生成并保存。"


class InputAtFault(ZhongfuError):
    """The input folder that a plan is held against does not pass the check."""

    code = "input_at_fault"
    en = "{folder} does not pass the check; errors: {count}, the first in {file}{row}: {message}"
    zh = "{folder} 未通过检查：错误 {count} 处，首处在 {file}{row_zh}：{message_zh}"
    repair_en = "Give the folder that the plan was made from, or export it with `--with-input`."
    repair_zh = "请给出方案所用的数据文件夹，或用 `--with-input` 导出。"


class StateUnknown(ZhongfuError):
    """Tables alone do not say what was published, answered and spent before the plan was made."""

    code = "state_unknown"
    en = (
        "{folder} does not say what was published, answered and spent by revision {revision}, which the plan stands on."
    )
    zh = "{folder} 未包含截至第 {revision} 版的发布、答复与支出情况，而方案以此为依据。"
    repair_en = "Export the plan with `--with-input` and give the folder `input` of the export."
    repair_zh = "请用 `--with-input` 导出方案，并使用导出中的 `input` 文件夹。"


def store_plan(plan: Plan, snapshot: Snapshot, plans: Path) -> Path:
    """Keep a plan in a folder of its id under `plans`; whole or not at all, in place of one that is damaged."""
    folder = plans / plan.id
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


def verify_folder(folder: Path, input_folder: Path) -> tuple[Plan, Verdict]:
    """Recheck every hard rule of an exported plan from its folder and that of its input, with no database.

    Raises a fault where a file cannot be read as what it should be; what can be read and is wrong is a breach.
    """
    told = told_in(folder)
    try:
        return verify_told(told, _snapshot_in(input_folder, told, certificate_of(told.certificate)))
    except CertificateError as error:
        raise _certificate_fault(folder, error) from error


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
        policy = policy_of(tomllib.loads(read.policy))
    except tomllib.TOMLDecodeError as error:
        raise PlanFolderFault(file=folder / POLICY, what=f"not TOML: {error}", what_zh=f"不是 TOML：{error}") from error
    except PolicyError as error:
        raise PlanFolderFault(file=folder / POLICY, what=error, what_zh=error.zh) from error
    return Told(read.tables, policy, read.certificate)


def _damaged(folder: Path, error: CertificateError) -> PlanDamaged:
    return PlanDamaged(file=folder / CERTIFICATE, what=error, what_zh=error.zh)


def _certificate_fault(folder: Path, error: CertificateError) -> PlanFolderFault:
    return PlanFolderFault(file=folder / CERTIFICATE, what=error, what_zh=error.zh)


def _snapshot_in(folder: Path, told: Told, certificate: Certificate) -> Snapshot:
    """The snapshot of an input folder, with the published state that stands beside its tables.

    Without that state the tables are enough only where nothing was published before the plan was made: else capacity
    may be promised elsewhere, needs be answered and money spent, be the plan's scope all that the tables hold or not.
    Answers' rules are then those of the plan's own exclusions; what a provider paused shows in the snapshot's digest.
    """
    checked = check(folder)
    if not checked.ok:
        first = next(iter(checked.issues))
        raise InputAtFault(
            folder=folder,
            count=checked.issues.errors,
            file=first.file,
            row=f", row {first.row}" if first.row else "",
            row_zh=f" 第 {first.row} 行" if first.row else "",
            message=first.message_en,
            message_zh=first.message_zh,
        )
    tables, state = dict(checked.tables), read_state(folder)
    if state is None:
        if certificate.published != nothing_published().digest:
            raise StateUnknown(folder=folder, revision=certificate.base_revision)
        state = {"exclusions": _answers(told.tables["exclusions"])}
    else:
        paused = pc.is_in(tables["offers"]["offer"], value_set=state.pop("paused")["offer"].combine_chunks())
        tables["offers"] = tables["offers"].append_column("paused", paused)
    return assemble(tables | state, certificate.base_revision)


def _answers(exclusions: pa.Table) -> pa.Table:
    """The exclusions that come from answers, which no file of the input holds."""
    rows = exclusions.filter(pc.is_null(exclusions["lock"]))
    return rows.select(["subject", "provider_type", "provider", "since", "reason"]).rename_columns({"subject": "need"})
