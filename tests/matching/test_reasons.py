"""Reasons in words: every code has its sentences, filled in by the facts, in both languages."""

import re
from string import Formatter

import numpy as np
import pytest

from matching.cover.reasons import unused_workers
from matching.reasons import REASONS, UNUSED, in_few_words, sentences
from matching.serve.idle import REASONS as OF_VOLUNTEERS
from matching.serve.unused import REASONS as OF_OFFERS


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("code", REASONS)
def test_a_reason_is_told_in_two_languages_with_the_same_facts(code: str) -> None:
    reason = REASONS[code]
    assert fields(reason.sentence_en) == fields(reason.sentence_zh)
    assert re.search("[一-鿿]", reason.zh)
    assert not fields(reason.en + reason.zh), "a few words are about many, without facts"
    en, zh = sentences(code, dict.fromkeys(fields(reason.sentence_en), "X"))
    assert "{" not in en + zh
    assert re.search("[一-鿿]", zh)


def test_a_code_that_no_reason_has_stands_for_itself() -> None:
    assert in_few_words("offer_paused") == ("the offers are paused", "供给已暂停")
    assert in_few_words("of_tomorrow") == ("of_tomorrow", "of_tomorrow")


RULES = [
    ({"traits": ["elderly", "disabled"]}, "elderly or disabled", "老年人或残疾人"),
    ({"categories": ["extreme_hardship"], "min_age": 60}, "extreme hardship, age 60 or more", "特困人员，60 岁以上"),
    ({"min_age": 6, "max_age": 12}, "age 6–12", "6–12 岁"),
    ({"max_age": 0}, "age 0 or less", "0 岁以下"),
]


@pytest.mark.parametrize(("asks", "en", "zh"), RULES)
def test_what_an_offer_asks_for_is_told_in_words(asks: dict[str, object], en: str, zh: str) -> None:
    told = sentences("not_accepted", {"offers": 1200, "offer": "O7", "asks": asks, "unlock": "later"})
    assert told[0] == f"the offers that reach this place (1,200) accept others; O7 asks for {en}"
    assert told[1] == f"服务此地的供给（1,200 项）不接受该对象；O7 要求 {zh}"


def test_what_else_hinders_is_told_besides() -> None:
    en, zh = sentences("offer_paused", {"offers": 1, "offer": "O7", "also": ["offer_dates", "budget"]})
    assert en.endswith(
        "are paused; besides, the offers do not hold on this date; besides, "
        "what is left of the budget or fund that pays is not enough"
    )
    assert zh.endswith("已暂停；此外，供给在此日期无效；此外，支付的预算或资金余额不足")


@pytest.mark.parametrize(
    ("by", "en", "zh"),
    [
        ([{"lock": "L1"}, {"lock": "L2"}], "lock L1, lock L2", "锁定 L1、锁定 L2"),
        (
            [{"since": "2026-10-05", "reason": "太远"}],
            "an answer since 2026-10-05 (太远)",
            "2026-10-05 起的答复（太远）",
        ),
        ([{"reason": ""}], "an earlier answer", "此前的答复"),
    ],
)
def test_an_exclusion_is_told_by_its_locks_and_answers(by: list[dict[str, str]], en: str, zh: str) -> None:
    told = sentences("excluded", {"offer": "O7", "offers": 1, "by": by})
    assert told == (f"offer O7 would accept, but is kept from it by {en}", f"供给 O7 本可接受，但配对被禁止：{zh}")


def test_a_fund_is_told_with_all_that_leaves_the_need_out() -> None:
    facts = {"offers": 2, "offer": "O7", "fund": "F", "excludes": ["region", "kinds", "dates"]}
    en, zh = sentences("fund", facts)
    assert en.endswith("F: the place is not in its region, it pays for other kinds, it does not hold on this date")
    assert zh.endswith("F：该地不在其区域内、不支付该项目、在此日期无效")


def test_several_locks_are_listed() -> None:
    en, zh = sentences("place_forbidden", {"locks": ["L1", "L2"]})
    assert en.endswith(": L1, L2")
    assert "L1、L2" in zh


def test_every_reason_of_something_left_has_its_words() -> None:
    three, some = np.arange(3, dtype=np.int32), np.ones(3, np.int64)
    workers = unused_workers(three, some, np.array([True, False, False]), np.array([True, True, False]))
    assert {*OF_OFFERS, *OF_VOLUNTEERS, *workers.reason.to_pylist()} == set(UNUSED)
