"""Help in the reader's language: every text has its Chinese, and flags ask for no value."""

import re
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from api.cli.app import app
from api.cli.help import IN_CHINESE, prepared, speaks_chinese
from tests.api.conftest import Command


def texts(command: Any) -> set[str]:
    """Every text of a command and of those below it."""
    found = {command.help, *(option.help for option in command.params if getattr(option, "help", None))}
    return found.union(*(texts(inner) for inner in getattr(command, "commands", {}).values()))


def test_every_text_of_the_help_has_its_chinese_and_no_other_is_kept() -> None:
    assert texts(get_command(app)) | {"Show this message and exit."} == set(IN_CHINESE)
    assert all(re.search("[一-鿿]", text) for text in IN_CHINESE.values())


def test_the_chinese_says_the_same_figures_names_and_examples() -> None:
    for en, zh in IN_CHINESE.items():
        for word in re.findall(r"--\w+|`\w+`|ZHONGFU_\w+|\b\d[\d-]*\b", en):
            assert word in zh, en


def test_flags_ask_for_no_value() -> None:
    command = prepared(get_command(app), chinese=False)
    flags = [option for option in command.commands["load"].params if getattr(option, "is_flag", False)]
    assert {option.name for option in flags} == {"check", "skip_errors"}
    assert {option.metavar for option in flags} == {""}


@pytest.mark.parametrize(
    ("arguments", "environment", "chinese"),
    [
        (["--lang", "zh", "--help"], {}, True),
        (["--lang=zh", "load", "-h"], {"ZHONGFU_LANG": "en"}, True),
        (["load", "--help"], {"ZHONGFU_LANG": "zh"}, True),
        (["load", "--help"], {"LANG": "zh_CN.UTF-8"}, True),
        (["load", "--help"], {"LANG": "zh_CN.UTF-8", "ZHONGFU_LANG": "en"}, False),
        (["demo", "--lang", "zh"], {}, False),
        (["--lang"], {}, False),
        ([], {}, False),
    ],
)
def test_the_language_of_the_help_is_the_one_named(
    arguments: list[str], environment: dict[str, str], chinese: bool
) -> None:
    assert speaks_chinese(arguments, environment) == chinese


def test_the_commands_are_listed_in_chinese(tmp_path: Path) -> None:
    out = Command(tmp_path)("--help", lang="zh").out
    assert "匹配一个区域" in out
    assert "选项" in out
    assert "…" not in out
    assert "示例：zhongfu load" in Command(tmp_path)("--lang", "zh", "load", "--help").out
