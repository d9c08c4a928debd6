"""Exported plans, verified from their folders alone: with the rules for files in, and no database."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from api.plan_files import told_in
from graph.assemble import assemble
from graph.errors import ZhongfuError
from graph.snapshot import Snapshot, nothing_published
from loaders.contract import check
from loaders.plan_folder import CERTIFICATE, PlanFolderFault, read_state
from matching.certificate import Certificate, CertificateError, Verdict, certificate_of
from matching.plan import Plan
from matching.verify import Told, verify_told


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


def verify_folder(folder: Path, input_folder: Path) -> tuple[Plan, Verdict]:
    """Recheck every hard rule of an exported plan from its folder and that of its input, with no database.

    Raises a fault where a file cannot be read as what it should be; what can be read and is wrong is a breach.
    """
    told = told_in(folder)
    try:
        return verify_told(told, _snapshot_in(input_folder, told, certificate_of(told.certificate)))
    except CertificateError as error:
        raise _certificate_fault(folder, error) from error


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
