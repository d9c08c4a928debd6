"""Doubts about offers that a file brings back or would make a second time."""

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
)
