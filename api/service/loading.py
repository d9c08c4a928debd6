"""Tables into a folder, and a folder into the graph."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from api.service.calls import day_of, region_code, region_of
from api.service.opening import Progress, fetch_jars, opened, silent
from api.settings import Settings
from graph.closing import REPLACEABLE, NotReplaceable
from graph.errors import CallError
from graph.folders import whole_folder
from graph.model import TABLES
from loaders.load import Loaded, load, prepare_import
from loaders.report import write_issues
from loaders.sample import write_sample

ISSUE_FILES = (".xlsx", ".csv", ".json")
SAMPLED = [name for name in TABLES if name not in ("travel", "locks")]
"""Tables that a sample has."""


class ReplaceNeedsRegion(CallError):
    """Rows may be closed within a region that is named, never everywhere by mistake."""

    code = "replace_needs_region"
    en = "`--replace` and `--region` go together: rows that the folder lacks are closed within that region alone."
    zh = "`--replace` 与 `--region` 须同时使用：只关闭该行政区划内文件未列出的行。"
    repair_en = "For example `zhongfu load FOLDER --replace offers --region 441402`."
    repair_zh = "例如 `zhongfu load FOLDER --replace offers --region 441402`。"


class FolderTaken(CallError):
    """What is to be written whole would overwrite what a folder holds."""

    code = "folder_taken"
    en = "{folder} holds files already; none is overwritten."
    zh = "{folder} 中已有文件；不会覆盖任何文件。"
    repair_en = "Name a folder that is empty or not there yet, or empty this one."
    repair_zh = "请指定空文件夹或尚不存在的文件夹，或先清空该文件夹。"


class ForServerAlone(CallError):
    """Files for a server are of a whole folder without fault; other options have nothing to say there."""

    code = "for_server_alone"
    en = "`--for-server` writes a whole folder for an empty server; {options} cannot go with it."
    zh = "`--for-server` 为空服务器写出整个文件夹，不能与 {options} 同时使用。"
    repair_en = "Check first (`zhongfu load FOLDER --check --issues issues.xlsx`), then run `--for-server OUT` alone."
    repair_zh = "请先检查（`zhongfu load FOLDER --check --issues issues.xlsx`），再单独使用 `--for-server OUT`。"


class IssuesFile(CallError):
    """A file for the issues of no known kind."""

    code = "issues_file"
    en = "Issues are written as .xlsx, .csv or .json, not as {name!r}."
    zh = "问题清单可写为 .xlsx、.csv 或 .json，不能写为“{name}”。"
    repair_en = "Name the file after one of these, such as issues.xlsx."
    repair_zh = "请使用其中一种扩展名，例如 issues.xlsx。"


def make_sample(
    out: Path,
    *,
    region: str,
    seed: int,
    scale: float = 1.0,
    on: str | None = None,
    form: Literal["csv", "parquet"] = "csv",
    dirty: bool = False,
    progress: Progress = silent,
) -> dict[str, int]:
    """Write an invented world on real regions into a folder, whole or not at all; gives the rows of each table.

    Raises
    ------
    FolderTaken, UnknownRegion, BadScale, BadSeed, DirtyNeedsCsv, BadDate
        The call cannot be followed; nothing is written.
    DiskFull, NoRights
        There is no room, or no right to write.
    """
    _require_free(out)
    written: list[str] = []

    def told(table: str, _rows: int) -> None:
        written.append(table)
        progress(table, len(written) / len(SAMPLED))

    day = day_of(on)
    with whole_folder(out, setting="OUT") as growing:
        return write_sample(growing, region, seed, scale, day, form, dirty, told)


def load_folder(
    settings: Settings,
    folder: Path,
    *,
    check_only: bool = False,
    skip_errors: bool = False,
    issues: Path | None = None,
    replaced: Sequence[str] = (),
    region: str | None = None,
    progress: Progress = silent,
) -> Loaded:
    """Check a folder whole and, unless there is an error or only the check is asked for, write it into the graph.

    Raises
    ------
    ReplaceNeedsRegion, NotReplaceable, RegionUnknown, IssuesFile
        The call cannot be followed; nothing is read.
    LoadBusy, LoadUnderWay
        Another load writes.
    """
    _refuse_wrong_call(settings, issues, replaced, region)
    if not check_only:
        fetch_jars(settings)
    loaded = load(
        folder,
        settings.actor,
        home=settings.home,
        address=settings.graph,
        check_only=check_only,
        skip_errors=skip_errors,
        replaced=tuple(replaced),
        region=region_code(region) if region else "",
        progress=progress,
    )
    if issues is not None:
        write_issues(loaded.checked.issues, issues, progress)
    return loaded


def write_for_server(settings: Settings, folder: Path, out: Path, progress: Progress = silent) -> tuple[Loaded, str]:
    """Write a checked folder as files of Neo4j's import tool, for a server that holds nothing; gives the line to run there.

    The line is empty where the check found an error; nothing is written then. Raises FolderTaken, DiskFull and NoRights.
    """
    _require_free(out)
    return prepare_import(folder, out, settings.actor, home=settings.home, progress=progress)


def _require_free(out: Path) -> None:
    """Refuse a folder that holds files, and a file in its place."""
    if out.is_dir() and any(out.iterdir()):
        raise FolderTaken(folder=out)
    if out.exists() and not out.is_dir():
        raise FileExistsError(errno.EEXIST, "a file of this name", str(out))


def _refuse_wrong_call(settings: Settings, issues: Path | None, replaced: Sequence[str], region: str | None) -> None:
    if issues is not None and issues.suffix.lower() not in ISSUE_FILES:
        raise IssuesFile(name=issues.name)
    if issues is not None and not issues.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "no such folder", str(issues.parent))
    if bool(replaced) != bool(region):
        raise ReplaceNeedsRegion
    for table in replaced:
        if table not in REPLACEABLE:
            raise NotReplaceable(table=table, known=", ".join(REPLACEABLE))
    if region is not None:
        with opened(settings) as graph:
            region_of(graph, region)
