"""The demonstration on the terminal: what it sets out to do, the faults it met, the result, and what to type next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.panel import Panel
from rich.text import Text

from api.cli.gaps_screen import cause_tables, regions_table
from api.cli.plan_screen import met_rows, workers_line
from api.cli.screen import messages, results, said, table_of

if TYPE_CHECKING:
    from api.settings import Settings
    from graph.gaps import Gaps
    from graph.plans import StoredPlan
    from loaders.issues import Issue, Issues
    from loaders.load import Loaded
    from matching.certificate import Verdict

FAULTS = 8
"""Faults shown and explained; the workbook holds all."""


def show_welcome(settings: Settings) -> None:
    """Say what comes."""
    text = said(
        "Departments' files → Neo4j → optimiser → a plan with proof → published → gaps, for the city of Meizhou: "
        "real regions to village level, invented people. Everything is kept in {}",
        "部门数据文件 → Neo4j → 优化 → 有证明的方案 → 发布 → 缺口，以梅州市为例：区划真实到村，人员纯属虚构。全部内容保存在 {}",
    )
    messages().print(
        Panel(Text(text.format(settings.home)), title=said("Zhongfu 众扶", "众扶 Zhongfu"), border_style="cyan")
    )


def show_issues(loaded: Loaded, workbook: Path) -> None:
    """Explain some faults, of as many files as there are, and say where all of them stand."""
    from loaders.report import totals

    console, found = messages(), loaded.checked.issues
    counted = totals(found)
    whole = sum(len(part.bad) for part in loaded.checked.parts.values())
    console.print(
        Text(
            said(
                f"          {whole:,} rows; {counted['error']} errors planted on purpose and found, for example:",
                f"          共 {whole:,} 行；有意埋入的错误查出 {counted['error']} 处，例如：",
            )
        )
    )
    for issue in one_of_each_file(found)[:FAULTS]:
        message, repair = said(issue.message_en, issue.message_zh), said(issue.repair_en, issue.repair_zh)
        where = said(f"{issue.file} row {issue.row}", f"{issue.file} 第 {issue.row} 行")
        console.print(
            Text.assemble(
                ("            ✗ ", "red"),
                (where, "bold"),
                f"  {issue.column}: {message}" if issue.column else f"  {message}",
            )
        )
        console.print(Text(f"              → {repair}", "dim"))
    console.print(
        Text(said(f"          all of them, with repairs: {workbook}", f"          全部问题及处理办法：{workbook}"))
    )


def one_of_each_file(issues: Issues) -> list[Issue]:
    """The first error of each file, those of people and needs before those of regions."""
    first: dict[str, Issue] = {}
    for issue in issues:
        if issue.severity == "error" and issue.row is not None:
            first.setdefault(issue.file, issue)
    order = ("needs", "persons", "households", "offers")
    return sorted(first.values(), key=lambda issue: (Path(issue.file).stem not in order, issue.file))


def show_result(
    settings: Settings,
    certificate: Mapping[str, Any],
    stored: StoredPlan,
    verdict: Verdict,
    found: Gaps,
    files: Sequence[Path],
    seconds: Mapping[str, float],
    revision: int,
) -> None:
    """Print what came of it: by county, against greedy, the proof, the files, what to type next."""
    screen = results()
    screen.print()
    screen.rule(
        Text(
            said(
                f"Meizhou, {certificate['period']}: plan {certificate['plan'][:12]}, published as revision {revision}",
                f"梅州市 {certificate['period']}：方案 {certificate['plan'][:12]}，已发布为第 {revision} 版",
            ),
            "bold",
        ),
        align="left",
    )
    screen.print()
    screen.print(regions_table(found))
    screen.print()
    screen.print(
        table_of(
            met_rows(certificate),
            said(
                "the whole city, and how much more than greedy: the more urgent always come first",
                "全市，及比贪心法多出多少：更紧急的总是优先",
            ),
        )
    )
    screen.print()
    for table in cause_tables(found):
        screen.print(table)
        screen.print()
    for line in (*proof_lines(certificate, verdict), workers_line(certificate), _time_line(seconds)):
        screen.print(Text("• ", "cyan") + line)
    screen.print()
    screen.print(Text(said("Files", "文件"), "bold"))
    for path in files:
        screen.print(Text(f"  {path}", "dim"))
    _say_next(settings, stored)


def proof_lines(certificate: Mapping[str, Any], verdict: Verdict) -> list[Text]:
    """The proof in plain words."""
    stages = {stage["stage"]: stage for stage in certificate["stages"]}
    needs = [stage for name, stage in stages.items() if name.startswith("needs_")]
    exact = sum(stage["exact"] for stage in needs)
    widest = max((stage["gap"] for stage in needs), default=0.0)
    lines = [
        Text(
            said(
                f"proof: {exact} of {len(needs)} urgencies are met as far as anybody could; "
                f"the widest gap to what is proven is {widest:.2%}",
                f"证明：{len(needs)} 个紧急程度中 {exact} 个已达任何方案之极限；与已证上限的最大差距为 {widest:.2%}",
            )
        )
    ]
    if "operating" in stages:
        gap = f"{stages['operating']['gap']:.1%}"
        lines.append(
            Text(
                said(
                    f"workers' operating cost is at most {gap} above what is proven",
                    f"社工运行成本高出已证下界至多 {gap}",
                )
            )
        )
    rows = f"{sum(verdict.checks.values()):,}"
    passed = said(
        f"rechecked: {len(verdict.checks)} rules, {rows} rows, "
        + ("no breach" if verdict.passed else f"{len(verdict.breaches)} breaches"),
        f"复核：{len(verdict.checks)} 条规则，{rows} 行，"
        + ("无一违反" if verdict.passed else f"{len(verdict.breaches)} 处违反"),
    )
    return [*lines, Text(passed)]


def _time_line(seconds: Mapping[str, float]) -> Text:
    words = {
        "jars": ("jars", "jar"),
        "sample": ("sample", "样例"),
        "load": ("check and load", "检查与导入"),
        "match": ("match", "匹配"),
        "verify": ("verify", "复核"),
        "publish": ("publish", "发布"),
        "export": ("export", "导出"),
        "gaps": ("gaps", "缺口"),
    }
    each = ", ".join(f"{said(*words[name])} {value:.1f}" for name, value in seconds.items())
    total = sum(seconds.values())
    return Text(said(f"{total:.0f} seconds: {each}", f"共 {total:.0f} 秒：{each}"))


def _say_next(settings: Settings, stored: StoredPlan) -> None:
    plan = stored.id[:8]
    commands = (
        (
            "zhongfu demo --serve",
            said("open it in a browser, with an account for each role", "在浏览器中打开，每种角色各有账号"),
        ),
        (f"export ZHONGFU_HOME={settings.home}", said("go on with this data", "在此数据上继续")),
        ("zhongfu gaps --region 441402 --level town", said("one county, town by town", "一个县区，逐镇查看")),
        (f"zhongfu show {plan}", said("the plan with its proof", "方案及其证明")),
        (f"zhongfu export {plan} out --with-input", said("the plan and what it was made from", "导出方案及其依据")),
        ("zhongfu verify out --input out/input", said("recheck it without the database", "脱离数据库复核")),
        ("zhongfu load FOLDER --check", said("check files of your own", "检查您自己的数据")),
    )
    screen = results()
    screen.print()
    screen.print(Text(said("What to type next", "接下来可以输入"), "bold"))
    width = max(len(command) for command, _ in commands)
    for command, why in commands:
        screen.print(Text.assemble("  ", (command.ljust(width), "cyan"), f"  {why}"), soft_wrap=True)
