"""Stages of a run and the engines that prove them, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

STAGES = {
    "cover": ("villages and towns covered", "村居与镇街覆盖"),
    "responsible": ("households with a worker", "家庭有责任社工"),
    "worker_changes": ("workers changed", "社工变动"),
    "operating": ("workers' operating cost", "社工运行成本"),
    "needs_red": ("needs met: red", "需求：红"),
    "needs_orange": ("needs met: orange", "需求：橙"),
    "needs_yellow": ("needs met: yellow", "需求：黄"),
    "needs_blue": ("needs met: blue", "需求：蓝"),
    "needs_green": ("needs met: green", "需求：绿"),
    "fairness": ("fairness between counties", "县区间公平"),
    "changes": ("assignments changed", "分配变动"),
    "provider_order": ("order of providers", "提供方次序"),
    "travel": ("minutes of travel", "路程分钟"),
    "cost": ("cost in yuan", "成本（元）"),
}
"""Stages in words."""
_NEEDS = (
    "needs of this urgency, each unit in usual quantities of its kind, so that yuan and visits add up; the more the better",
    "该紧急程度的需求，按各服务项目的常见数量折算后相加，使金额与次数可比；越大越好",
)
MEANINGS = {
    "cover": (
        "villages and towns with a Double Hundred worker; the more the better",
        "双百社工覆盖的村居与镇街数；越大越好",
    ),
    "responsible": (
        "households that a Double Hundred worker answers for; the more the better",
        "有双百社工负责的家庭户数；越大越好",
    ),
    "worker_changes": (
        "places and households whose worker is another than published; the fewer the better",
        "与已发布方案相比更换社工的村居、镇街与家庭数；越小越好",
    ),
    "operating": (
        "points, not money: the policy's prices of places, minutes, load, dialects missed, dearer for busy workers; the fewer the better",
        "分值，并非金额：按策略所定价格计算覆盖的地点、路程分钟与工作量，工作繁重或不会讲所需方言的社工加价；越小越好",
    ),
    "needs_red": _NEEDS,
    "needs_orange": _NEEDS,
    "needs_yellow": _NEEDS,
    "needs_blue": _NEEDS,
    "needs_green": _NEEDS,
    "fairness": (
        "units met, each weighed by the twentieths of what its county asks of the kind that are met before it; the fewer the more even",
        "已满足数量，按该县区同类需求此前已满足的二十分之几加权；越小越均衡",
    ),
    "changes": (
        "needs whose providers or quantities are other than published; the fewer the better",
        "与已发布方案相比，提供方或数量不同的需求数；越小越好",
    ),
    "provider_order": (
        "points: each unit given, also each yuan, times the rank of its provider in the policy; the fewer the better",
        "分值：所给的每一单位（资金为每元）乘以提供方在策略中的次序；越小越好",
    ),
    "travel": (
        "minutes of the way, counted once for each unit given, also for each yuan; the fewer the better",
        "路程分钟，按所给的每一单位（资金为每元）各计一次；越小越好",
    ),
    "cost": ("yuan that the units given cost; the fewer the better", "所给各单位的费用合计（元）；越小越好"),
}
"""What the value of a stage counts, in which unit, and whether more or less is better."""
ENGINES = {
    "flow": "最大流",
    "packing": "装箱",
    "flow and packing": "流与装箱",
    "flow, packing": "流与装箱",
    "minimum-cost flow": "最小费用流",
    "maximum flow by level": "分级最大流",
    "greedy": "贪心",
    "old pairs first": "先保留原有配对",
}
"""Engines in Chinese."""
SHORT = {
    "not_replayable": (
        "It was stopped: needs whose flow was not found by then keep the plan of greedy. Match again for the best of all.",
        "本次匹配被提前停止：尚未求解的需求沿用贪心方案。重新匹配可得最优方案。",
    ),
    "failed": (
        "The solver failed for a part, which keeps greedy's plan or what is published. Report it with input and policy.",
        "求解器未能处理本次匹配的一部分，该部分沿用贪心方案或已发布的安排。请连同输入与策略一并反馈。",
    ),
}
"""What is told of a plan by the status of its stages, where flows are missing that should be there."""


def short_of(stages: Iterable[Mapping[str, Any]]) -> tuple[str, str] | None:
    """What is told of a plan with these stages, if anything is missing."""
    return next((SHORT[stage["status"]] for stage in stages if stage["status"] in SHORT), None)
