"""`demo`: the whole path on a sample city."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.text import Text

from api.cli.options import AsFormat, surroundings
from api.cli.screen import Format, messages, note, progress, said, show

if TYPE_CHECKING:
    from api.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(name="demo", epilog="Example: zhongfu demo --lang zh")(demo)


@dataclass
class Steps:
    """The steps with their seconds, each told on stderr when it is done."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str, en: str, zh: str, *, bar: bool = True) -> Iterator[Callable[[str, float], None]]:
        """One step: a bar while it runs, unless it has its own, and a line when it is done."""
        begun = time.perf_counter()
        with progress() as told:
            if bar:
                told(said(en, zh), 0.0)
            yield told
        self.seconds[name] = round(time.perf_counter() - begun, 1)
        line = Text.assemble(("✓ ", "bold green"), f"{self.seconds[name]:5.1f} s  ", said(en, zh))
        messages().print(line)


def demo(
    language: Annotated[
        Literal["en", "zh"] | None, typer.Option("--lang", help="Language; by default that of the terminal.")
    ] = None,
    serve: Annotated[
        bool, typer.Option("--serve", help="Then open it for browsers, with an account for each role.")
    ] = False,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    form: AsFormat = Format.table,
) -> None:
    """Show the whole path on a sample of Meizhou: check, load, match, verify, publish, and what came of it.

    It works in the folder `demo` of the home and leaves everything else alone; run again, it goes on from what is there.
    """
    if language:
        os.environ["ZHONGFU_LANG"] = language
    from api.cli import demo_screen as screen
    from api.service import demo as world
    from api.service.gaps import find_gaps
    from api.service.loading import load_folder
    from api.service.making import make_plan
    from api.service.opening import fetch_jars
    from api.service.plans import export_plan, publish_plan
    from api.service.verifying import verify_plan

    settings = world.demo_settings(surroundings())
    done = Steps()
    screen.show_welcome(settings)
    with done.step("jars", "Neo4j's jars, fetched once for this machine", "Neo4j 的 jar，每台机器只取一次", bar=False):
        fetch_jars(settings)  # no server yet: the first load fills an empty graph without one
    with done.step(
        "sample", "sample of Meizhou: real regions, invented people", "梅州样例：真实区划，虚构人员"
    ) as told:
        data = world.demo_data(settings, told)
    issues = settings.home / "issues.xlsx"
    with done.step("load", "files checked whole, clean rows loaded", "整体检查数据文件，导入无误的行") as told:
        loaded = load_folder(settings, data, skip_errors=True, issues=issues, progress=told)
    screen.show_issues(loaded, issues)
    with done.step("match", "matched: workers to villages, needs to offers", "匹配：社工到村居，需求到供给") as told:
        made = make_plan(settings, region=world.REGION, on=world.DAY, progress=told)
    with done.step("verify", "rechecked by a program that makes no plans", "由独立程序复核") as told:
        _, verdict = verify_plan(settings, made.plan.id, progress=told)
    with done.step("publish", "published in one switch", "一次切换发布") as told:
        published = publish_plan(settings, made.plan.id, told)
    out = settings.home / "plan"
    with done.step("export", "written as files", "导出为文件") as told:
        files = export_plan(settings, made.plan.id, out, "csv", progress=told)
    with done.step("gaps", "gaps counted county by county", "按县区统计缺口") as told:
        found = find_gaps(settings, region=world.REGION, level="county", on=world.DAY, progress=told).gaps
    certificate = made.plan.certificate.as_json()
    if form is Format.table:
        screen.show_result(settings, certificate, made.stored, verdict, found, files, done.seconds, published.revision)
        if serve:
            _serve(settings, port)
        return
    rows: list[dict[str, Any]] = found.summary.to_pylist()
    whole = {
        "plan": made.plan.id,
        "revision": published.revision,
        "certificate": certificate,
        "counties": rows,
        "seconds": done.seconds,
        "home": str(settings.home),
        "files": [str(path) for path in files],
    }
    show(rows, form, whole=json.loads(json.dumps(whole)))
    sys.stdout.flush()


def _serve(settings: Settings, port: int) -> None:
    """Open the demonstration for browsers until Ctrl-C."""
    from api.service.demo import ACCOUNTS, demo_accounts
    from api.serving import serve_until_stopped

    password = demo_accounts(settings)
    os.environ["ZHONGFU_HOME"] = str(settings.home)  # where the processes of the service look
    names = ", ".join(ACCOUNTS)

    def opened(address: str) -> None:
        note(
            f"Open {address} and sign in as one of {names}, with the password {password} — Ctrl-C stops it.",
            f"请打开 {address} ，以 {names} 之一登录，密码为 {password}；按 Ctrl-C 停止。",
        )

    serve_until_stopped("127.0.0.1", port, 2, opened)
