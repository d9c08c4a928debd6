"""Faults of rows that whoever loads them may not write."""

from __future__ import annotations

from loaders.faults.fault import error, whole

RIGHTS = (
    whole(
        "table_for_everywhere",
        "{hint} holds for every region, and this account works within one",
        "{hint}对所有区域有效，而该账号只负责一个区域",
        "leave the file out; who works everywhere loads it",
        "请去掉该文件，由负责全部区域的账号导入",
    ),
    error(
        "row_outside_region",
        "the row lies in {value}, outside {hint}, within which this account works",
        "该行位于 {value}，不在该账号负责的 {hint} 之内",
        "leave the row to the coordinator of its region",
        "请由该区域的统筹员导入",
    ),
    error(
        "row_held_outside_region",
        "“{value}” is a row of {hint} so far, outside this account's region",
        "“{value}”目前属于 {hint}，不在该账号负责的区域之内",
        "use another number, or ask the coordinator there, or one of both regions, to move it",
        "请改用其他编号，或请该区域或上级区域的统筹员办理迁移",
    ),
    error(
        "not_your_organization",
        "the row is of the organisation “{value}”, not of yours ({hint})",
        "该行属于机构“{value}”，不属于您所在的机构（{hint}）",
        "leave the column out, or give the number of your own",
        "请去掉该列，或填写您所在机构的编号",
    ),
    error(
        "offer_of_another",
        "“{value}” is an offer of another organisation",
        "“{value}”是其他机构的供给",
        "leave the number blank for a new offer",
        "新增供给请将编号留空",
    ),
    error(
        "fund_not_yours",
        "the fund “{value}” is not yours to give",
        "资金“{value}”不由您支配",
        "leave the column out; whoever has the fund names it",
        "请去掉该列；资金由其管理方指定",
    ),
    error(
        "offer_withdrawn",
        "“{value}” was withdrawn",
        "“{value}”已被撤回",
        "leave the number blank for a new offer",
        "新增供给请将编号留空",
    ),
)
