"""Rechecking plans: a kept one against its snapshot, an exported one from its folder alone."""

from __future__ import annotations

import errno
from pathlib import Path

from api.exported import verify_folder
from api.plan_files import verify_kept
from api.service.opening import Progress, opened, silent
from api.service.plans import snapshot_of
from api.settings import Settings
from graph.errors import CallError
from graph.plans import plan_named
from loaders.plan_folder import INPUT
from matching.certificate import Verdict
from matching.plan import Plan


class InputMissing(CallError):
    """A folder to be verified without the tables that it was made from."""

    code = "input_missing"
    en = "The plan in {folder} can only be rechecked against the tables that it was made from."
    zh = "核验 {folder} 中的方案需要其所依据的数据表。"
    repair_en = "Name their folder: `zhongfu verify {folder} --input FOLDER`; `zhongfu export PLAN DIR --with-input` writes both."
    repair_zh = "请指明数据文件夹：`zhongfu verify {folder} --input 文件夹`；`zhongfu export PLAN DIR --with-input` 会一并导出。"


class InputUnused(CallError):
    """A kept plan is held against its own snapshot; another input would judge another question."""

    code = "input_unused"
    en = "There is no folder {plan}; `--input` goes with the folder of an exported plan."
    zh = "没有文件夹 {plan}；`--input` 须与导出的方案文件夹同用。"
    repair_en = "Check the path; or leave `--input` out to recheck the kept plan {plan} against its own snapshot."
    repair_zh = "请检查路径；或去掉 `--input`，按方案自身的快照核验已保存的方案 {plan}。"


def verify_plan(
    settings: Settings, plan: str, given: Path | None = None, progress: Progress = silent
) -> tuple[Plan, Verdict]:
    """Recheck every hard rule of a plan: of a folder from files alone, else of the kept plan of this id.

    Raises
    ------
    InputMissing, InputUnused
        The call does not say what to hold the plan against.
    FileNotFoundError
        A path leads nowhere.
    PlanFolderFault, InputAtFault, StateUnknown
        The folder, or that of its input, cannot be judged.
    PlanMissing, PlanDamaged, SnapshotMissing, SnapshotDamaged
        The files of the kept plan are not here, or cannot be read.
    """
    folder = Path(plan)
    if folder.is_dir():
        given = given or (folder / INPUT if (folder / INPUT).is_dir() else None)
        if given is None:
            raise InputMissing(folder=folder)
        if not given.is_dir():
            raise FileNotFoundError(errno.ENOENT, "no such folder", str(given))
        progress("verify", 0.1)
        return verify_folder(folder, given)
    if given is not None:
        raise InputUnused(plan=plan)
    if folder.name != plan:
        raise FileNotFoundError(errno.ENOENT, "no such folder", plan)
    with opened(settings, progress) as graph:
        stored = plan_named(graph, plan)
    progress("read", 0.1)
    snapshot = snapshot_of(settings, stored)
    progress("verify", 0.3)
    return verify_kept(stored.id, snapshot, settings.plans)
