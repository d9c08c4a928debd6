"""A plan on the terminal: what was reached, what is proven, what was checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.text import Text

from api.cli.screen import Format, cell_of, moment, results, said, show, table_of
from api.stage_words import ENGINES, STAGES, short_of

if TYPE_CHECKING:
    from graph.plans import StoredPlan
    from matching.certificate import Verdict

Certificate = Mapping[str, Any]

_TOLD = 20
"""Breaches told on the terminal."""
_WIDEST = 10
"""A gap beyond it says only that no useful bound is known."""


def show_certificate(
    certificate: Certificate, stored: StoredPlan, form: Format, facts: Mapping[str, Any] | None = None
) -> None:
    """Print a plan: as JSON its id, facts about it and its certificate, as CSV the stages, as tables what people ask first."""
    if form is not Format.table:
        whole = {"plan": certificate["plan"], **(facts or {}), "certificate": certificate}
        show(stage_rows(certificate), form, whole=whole)
        return
    screen = results()
    screen.print(_headline(certificate, stored))
    if stored.decided_by:
        screen.print(_decision(stored))
    screen.print()
    screen.print(table_of(met_rows(certificate), said("needs to offers", "需求匹配供给")))
    screen.print()
    screen.print(workers_line(certificate))
    if changed := changes_line(certificate):
        screen.print(changed)
    screen.print()
    proof = [
        {
            "stage": said(*STAGES[row["stage"]]),
            "reached": round(row["value"], 2),
            "bound": round(row["bound"], 2),
            "gap": gap_of(row),
            "exact": row["exact"],
            "seconds": row["seconds"],
            "engine": said(row["engine"], ENGINES.get(row["engine"], row["engine"])),
        }
        for row in stage_rows(certificate)
    ]
    screen.print(
        table_of(
            proof,
            said(
                "proof: what was reached, and what nobody could exceed within the order of stages and of waiting",
                "证明：达到的值，以及按阶段与等待时间的先后次序不可超越的界",
            ),
        )
    )
    if missing := short_of(stage_rows(certificate)):
        screen.print(Text(said(*missing), "yellow"))
    screen.print()
    screen.print(_verdict_line(certificate["verify"]["checks"], passed=certificate["verify"]["passed"]))


def next_step(plan: StoredPlan) -> tuple[str, str] | None:
    """What can be done with a plan that was just made, in both languages; None where nothing is left to do."""
    if plan.state in {"draft", "approved"}:
        waits = plan.review and plan.state == "draft"
        command = f"zhongfu {'approve' if waits else 'publish'} {plan.id[:8]}"
        return f"Next: {command}", f"下一步：{command}"
    if plan.state == "rejected":
        return (
            f"{plan.decided_by} rejected plan {plan.id[:8]}; other data, another day or policy give another.",
            f"方案 {plan.id[:8]} 已被 {plan.decided_by} 否决；数据、日期或策略改变后方案才会不同。",
        )
    return None


def show_verdict(plan: str, verdict: Verdict, form: Format) -> None:
    """Print what a recheck found: on the terminal the rules that are broken, and the first breaches in words."""
    rows = [
        {"check": check, "looked_at": rows, "breaches": verdict.found.get(check, 0)}
        for check, rows in verdict.checks.items()
    ]
    if form is not Format.table:
        show(rows, form, whole={"plan": plan} | verdict.as_json())
        return
    screen = results()
    screen.print(Text(f"{said('plan', '方案')} {plan[:12]}", "bold"))
    if not verdict.passed:
        screen.print(table_of([row for row in rows if row["breaches"]]))
        screen.print()
    for breach in verdict.breaches[:_TOLD]:
        screen.print(Text("✗ ", "bold red") + Text(said(breach["en"], breach["zh"])))
    untold = sum(verdict.found.values()) - min(_TOLD, len(verdict.breaches))
    if untold:
        screen.print(Text(said(f"  and {untold:,} more", f"  另有 {untold:,} 处"), "dim"))
    screen.print(_verdict_line(verdict.checks, passed=verdict.passed))
    if verdict.passed:
        screen.print(Text("  " + _files_line(verdict.checks), "dim"))


def stage_rows(certificate: Certificate) -> list[dict[str, Any]]:
    """The stages as rows, their bands left out."""
    names = ("stage", "value", "bound", "gap", "exact", "seconds", "engine", "status")
    return [{name: stage[name] for name in names} for stage in certificate["stages"]]


def gap_of(stage: Mapping[str, Any]) -> str | None:
    """The gap of a stage in percent; None where it is too wide to tell anything."""
    return f"{stage['gap']:.2%}" if stage["gap"] <= _WIDEST else None


def met_rows(certificate: Certificate) -> list[dict[str, Any]]:
    """Needs and units open and met by urgency, how many more than greedy, and how far the proven bound is.

    Nothing is said of greedy where the plan's changes were limited, since greedy keeps no limit.
    """
    greedy = certificate["baseline"]["served"]
    gaps = {stage["stage"]: stage["gap"] for stage in certificate["stages"]}
    rows = []
    for urgency, wanted in certificate["open"].items():
        served, plain = certificate["served"][urgency], greedy.get(urgency)
        rows.append(
            {
                "urgency": urgency,
                "needs_open": wanted["needs"],
                "needs_met": served["needs"],
                "met": share(served["needs"], wanted["needs"]),
                **({"beyond_greedy": signed(served["needs"] - plain["needs"])} if plain else {}),
                "units_open": wanted["units"],
                "units_met": served["units"],
                **({"units_beyond_greedy": signed(served["units"] - plain["units"])} if plain else {}),
                "gap_to_bound": f"{gaps[f'needs_{urgency}']:.2%}" if f"needs_{urgency}" in gaps else None,
            }
        )
    return rows


def workers_line(certificate: Certificate) -> Text:
    """What the workers whom the guarantee counts cover, in one line."""
    covered = certificate["covered"]
    places = f"{covered['villages']:,}", f"{covered['towns']:,}", f"{covered['households']:,}"
    line = said(
        "Double Hundred workers cover {} villages and {} towns and answer for {} households".format(*places),
        "双百社工覆盖 {} 个村居、{} 个镇街，负责 {} 户".format(*places),
    )
    if covered.get("dialect_asked"):
        dialects = f"{covered['dialect_heard']:,}", f"{covered['dialect_asked']:,}"
        line += said(
            "; {} of {} that ask for a dialect have a worker who speaks it".format(*dialects),
            "；{1} 户需要方言沟通，其中 {0} 户的社工会讲".format(*dialects),
        )
    if "stand_ins" in covered:
        beside = f"{covered['stand_ins']:,}", f"{covered['without_stand_in']:,}"
        line += said("; {} villages have a stand-in, {} have none", "；{} 个村居有备岗社工，{} 个没有").format(*beside)
    return Text(line)


def changes_line(certificate: Certificate) -> Text | None:
    """What changes of what is published, in one line; None where nothing does, or nobody counted it."""
    changes = certificate.get("changes", {})
    counts = [changes.get(name, {}) for name in ("needs", "places", "households")]
    if not any(sum(each.values()) for each in counts):
        return None
    figures = [f"{each.get(kind, 0):,}" for kind in ("free", "forced") for each in counts]
    return Text(
        said(
            "Changed of what is published: {} needs, {} places, {} households; of necessity {}, {}, {}",
            "已发布安排的变动：需求 {} 项、地点 {} 处、家庭 {} 户；另有不得不变的需求 {} 项、地点 {} 处、家庭 {} 户",
        ).format(*figures)
    )


def share(part: int, whole: int) -> str:
    """A part of a whole in percent."""
    return f"{part / whole:.1%}" if whole else "–"


def signed(number: int) -> str:
    """A difference with its sign."""
    return f"{number:+,}" if number else "0"


def _headline(certificate: Certificate, stored: StoredPlan) -> Text:
    name = f" {stored.scope_name}" if stored.scope_name else ""
    on = said(f"on {certificate['on']}", f"{certificate['on']} 当日")
    head = Text.assemble((f"{said('plan', '方案')} {certificate['plan'][:12]}", "bold"), "  ", cell_of(stored.state))
    revision = said(f" as revision {stored.revision}", f" 第 {stored.revision} 版") if stored.revision else ""
    return head + Text(f"{revision}  {certificate['scope']}{name}  {certificate['period']}  {on}")


def _decision(stored: StoredPlan) -> Text:
    """Who approved or rejected a plan, when and why."""
    when = moment(stored.decided_at)
    rejected = stored.state == "rejected"
    verb = said("rejected", "否决") if rejected else said("approved", "批准")
    line = said(f"{verb} by {stored.decided_by}, {when}", f"{stored.decided_by} 于 {when} {verb}")
    return Text(line + (said(f": {stored.decision}", f"：{stored.decision}") if stored.decision else ""))


def _files_line(checks: Mapping[str, int]) -> str:
    """Which rules are of a plan's files alone: a plan that is just made, or shown, has been checked by all others."""
    from matching.verify.told import OF_FILES

    names = [each.name for each in OF_FILES if each.name in checks]
    return said(
        f"{len(names)} of them are of the plan's files, which match and show do not count: {', '.join(names)}",
        f"其中 {len(names)} 条针对方案文件，不计入 match 与 show 所示条数：{'、'.join(names)}",
    )


def _verdict_line(checks: Mapping[str, int], *, passed: bool) -> Text:
    looked = f"{sum(checks.values()):,}"
    if passed:
        return Text("✓ ", "bold green") + Text(
            said(
                f"verified by a program of its own: {len(checks)} rules, {looked} rows, no breach",
                f"独立程序核验通过：{len(checks)} 条规则，{looked} 行，无一违反",
            )
        )
    return Text("✗ ", "bold red") + Text(said("the plan breaks the rules named", "方案违反所列规则"))
