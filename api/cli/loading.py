"""`sample` and `load`: tables into a folder, and a folder into the graph."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from api.cli.options import AsFormat, surroundings
from api.cli.screen import Format, messages, note, progress, results, said, show, table_of

if TYPE_CHECKING:
    from api.settings import Settings
    from loaders.load import Loaded

_SHOWN = 20
"""Issues on the terminal; `--issues` writes all."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(name="sample", epilog="Example: zhongfu sample data --region 441402 --seed 1")(sample)
    app.command(name="load", epilog="Example: zhongfu load data --check --issues issues.xlsx")(load_tables)


def sample(
    out: Annotated[Path, typer.Argument(help="Folder to write the tables into.")],
    region: Annotated[str, typer.Option(help="Code of a county, a city or the province, 12 digits or its first six.")],
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")],
    scale: Annotated[float, typer.Option(help="Multiplies households, providers and workers.")] = 1.0,
    on: Annotated[str, typer.Option(help="The day that the sample is of.")] = "2026-11-02",
    form: Annotated[Literal["csv", "parquet"], typer.Option("--format", help="Format of the files.")] = "csv",
    dirty: Annotated[bool, typer.Option("--dirty", help="Add rows with named faults, to try the check.")] = False,
) -> None:
    """Write an invented world on Guangdong's real regions: every table but travel and locks; nobody in it is real."""
    from api.service.loading import make_sample

    with progress() as told:
        rows = make_sample(out, region=region, seed=seed, scale=scale, on=on, form=form, dirty=dirty, progress=told)
    show([{"table": table, "rows": count} for table, count in rows.items()], Format.table, title=str(out))
    note(f"Next: zhongfu load {out}", f"下一步：zhongfu load {out}")


def load_tables(
    folder: Annotated[Path, typer.Argument(help="Folder of CSV, XLSX or Parquet files, one table each.")],
    check: Annotated[bool, typer.Option("--check", help="Check only; nothing is written.")] = False,
    issues: Annotated[Path | None, typer.Option(help="Write every issue to this file: .xlsx, .csv or .json.")] = None,
    skip_errors: Annotated[
        bool, typer.Option("--skip-errors", help="Write the rows without fault, and list the rest.")
    ] = False,
    replace: Annotated[
        list[str] | None,
        typer.Option(metavar="TABLE", help="Close the table's rows in --region that the folder lacks."),
    ] = None,
    region: Annotated[
        str | None, typer.Option(help="Where --replace closes rows: a code of 12 digits or its first six.")
    ] = None,
    for_server: Annotated[
        Path | None,
        typer.Option(
            metavar="OUT", help="Write files for the import tool of a server that is empty instead, and print its line."
        ),
    ] = None,
    form: AsFormat = Format.table,
) -> None:
    """Check a folder whole and write it into the graph; with any error nothing is written."""
    from api.service.loading import load_folder
    from loaders.report import issue_table

    settings = surroundings()
    if for_server is not None:
        _require_alone(
            {
                "--check": check,
                "--issues": issues is not None,
                "--skip-errors": skip_errors,
                "--replace": bool(replace),
                "--region": region is not None,
            }
        )
        _write_for_server(settings, folder, for_server, form)
        return
    with progress() as told:
        loaded = load_folder(
            settings,
            folder,
            check_only=check,
            skip_errors=skip_errors,
            issues=issues,
            replaced=replace or (),
            region=region,
            progress=told,
        )
    found = loaded.checked.issues
    if len(found):
        messages().print(issue_table(found, _SHOWN, settings.lang))
    _show(loaded, form)
    if issues is not None:
        note(f"All {len(found):,} issues are in {issues}.", f"全部 {len(found):,} 条问题已写入 {issues}。")
    _say_what_became(loaded, check_only=check)
    if found.blocked or (found.errors and not skip_errors):
        raise typer.Exit(1)


def _require_alone(given: dict[str, bool]) -> None:
    """Refuse options that say nothing of files for a server."""
    from api.service.loading import ForServerAlone

    others = [name for name, there in given.items() if there]
    if others:
        raise ForServerAlone(options=", ".join(others))


def _write_for_server(settings: Settings, folder: Path, out: Path, form: Format) -> None:
    """Write the import tool's files, or list the errors that keep from it."""
    from api.service.loading import write_for_server
    from loaders.report import issue_table

    with progress() as told:
        loaded, line = write_for_server(settings, folder, out, told)
    if len(loaded.checked.issues):
        messages().print(issue_table(loaded.checked.issues, _SHOWN, settings.lang))
    if not line:
        _say_what_became(loaded, check_only=False)
        raise typer.Exit(1)
    if form is Format.table:
        results().print(line, soft_wrap=True, highlight=False, markup=False)
        note(
            "Run this line on the server, with the database stopped and the files in reach; then set ZHONGFU_GRAPH to its "
            "address: the next command makes the constraints.",
            "请在服务器上停止数据库后运行此行（须能读到这些文件），再将 ZHONGFU_GRAPH 设为其地址：下一条命令会建立约束。",
        )
    else:
        show([vars(count) for count in loaded.counts], form, whole={"folder": str(out), "line": line})


def _show(loaded: Loaded, form: Format) -> None:
    from loaders.report import records, totals

    found = loaded.checked.issues
    rows: list[dict[str, Any]] = [vars(count) for count in loaded.counts] or [
        {"table": name, "rows": len(part.bad), "at_fault": int(part.bad.sum())}
        for name, part in loaded.checked.parts.items()
    ]
    if form is Format.table:
        if rows:
            results().print(table_of(rows, said("tables", "数据表")))
        return
    kept = {table: list(keys) for table, keys in loaded.kept.items()}
    written = {"load": loaded.load, "way": loaded.way, "tables": rows, "kept": kept}
    show(rows, form, whole=written | {"totals": totals(found), "issues": list(records(found))})


def _say_what_became(loaded: Loaded, *, check_only: bool) -> None:
    for table, keys in loaded.kept.items():
        some = ", ".join(keys[:5])
        note(
            f"{len(keys):,} rows of {table} were edited in the program later and stay as they are: {some}",
            f"{table} 中 {len(keys):,} 行在程序中有更晚的修改，予以保留：{some}",
        )
    if loaded.load is not None:
        note(f"Load {loaded.load} is written. Next: zhongfu match", f"导入 {loaded.load} 已写入。下一步：zhongfu match")
    elif not check_only:
        note("Nothing is written.", "未写入任何内容。")
    elif loaded.checked.ok:
        note("No errors; nothing is written, as `--check` asks.", "没有错误；按 `--check` 要求未写入。")
