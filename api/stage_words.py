"""Stages of a run and the engines that prove them, in words."""

from __future__ import annotations

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
