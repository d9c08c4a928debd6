"""Doubts about offers: brought back, made a second time, or giving less than what is published takes from them."""

from __future__ import annotations

from loaders.faults.fault import warning

OFFERS = (
    warning(
        "offer_opened_again",
        "the offer “{value}” was withdrawn or closed on {hint}; writing the row opens it again",
        "供给“{value}”已于 {hint} 撤回或关闭，写入该行将重新开放",
        "leave the row out unless its organisation gives it again",
        "除非其机构确实重新提供，否则请删去该行",
    ),
    warning(
        "offer_twice",
        "the row says the same as the offer “{value}”, which stands already; writing it makes a second one",
        "该行与已有供给“{value}”内容相同，写入后将成为另一项供给",
        "leave the row out, or give it the number “{value}”; write it only if as much is given once more",
        "请删去该行，或填写编号“{value}”；确实另有一份同样的供给时才写入",
    ),
    warning(
        "offer_below_given",
        "of the offer “{value}” more is given now than the capacity[: {hint}]",
        "供给“{value}”目前已分配的数量超过这一容量[：{hint}]",
        "leave {column} as it was; if it must be so, write it: the next match finds others for the needs, as far as there are any",
        "请保留原来的“{label}”；确需如此再写入，下一次匹配须另寻提供方，未必都能找到",
    ),
    warning(
        "offer_narrowed",
        "needs that the offer “{value}” is given to now may lose it, by what {column} says[: at most {hint}]",
        "目前由供给“{value}”提供的需求可能因这一“{label}”失去它[：至多 {hint} 项]",
        "leave {column} as it was; if it must be so, write it: the next match finds others for the needs, as far as there are any",
        "请保留原来的“{label}”；确需如此再写入，下一次匹配须另寻提供方，未必都能找到",
    ),
)
