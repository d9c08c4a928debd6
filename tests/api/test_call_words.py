"""A wrong call is told in both languages, whatever the command line's library says of it."""

import pytest
from typer.exceptions import TyperException
from typer.main import get_command

from api.cli.app import app
from api.cli.wrong_calls import told_of_call

CALLS = {
    "matsch": ("No such command 'matsch'. Did you mean 'match'?", "没有命令 matsch；是否为 match"),
    "match --regoin 4": ("No such option: --regoin (Possible options", "没有选项 --regoin；相近的有 --on, --region"),
    "plans --format xml": ("'xml' is not one of", "--format 的值无效：“xml”不在可选值之列（table、json、csv）"),
    "show": ("Missing argument 'PLAN'", "缺少参数 PLAN"),
    "sample x --seed 1": ("Missing option '--region'", "缺少选项 --region"),
    "sample x --region 4 --seed x": ("a valid integer", "--seed 的值无效：须为整数"),
    "sample x --region 4 --seed 1 --scale x": ("a valid number", "--scale 的值无效：须为数字"),
    "graph start --port 99999": ("less than or equal to 65535", "--port 的值无效：须不大于 65535"),
    "graph start --port 0": ("greater than or equal to 1", "--port 的值无效：须不小于 1"),
    "plans x y": ("unexpected extra argument", "多出参数 x y"),
    "match --on": ("requires an argument", "选项 --on 须带值"),
    "load a --check=3": ("does not take a value", "选项 --check 不带值"),
    "plans --lang zh": ("No such option: --lang", "没有选项 --lang"),
}


@pytest.mark.parametrize("call", CALLS)
def test_it_says_what_is_wrong_in_both_languages(call: str) -> None:
    en, zh = CALLS[call]
    with pytest.raises(TyperException) as wrong:
        get_command(app).main(call.split(), standalone_mode=False)
    found = told_of_call(wrong.value.format_message())
    assert found.exit_code == 2
    assert en in found.message["en"]
    assert zh in found.message["zh"]
    assert "Value error" not in found.message["en"] + found.message["zh"]


def test_where_the_language_is_named_is_said() -> None:
    assert "zhongfu --lang zh plans" in told_of_call("No such option: --lang").repair["zh"]
    assert "--help" in told_of_call("No such option: --long").repair["zh"]


def test_what_no_pattern_knows_is_told_as_it_is() -> None:
    assert told_of_call("Something new.").message == {"en": "Something new.", "zh": "命令写法有误：Something new."}
