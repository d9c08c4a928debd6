"""Settings: where they come from, which wins, and what is refused."""

from pathlib import Path

import pytest

from api.settings import BadSetting, language_of, read_settings, settings_shown


def test_the_call_wins_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "zhongfu.toml").write_text('jobs = 3\nactor = "file"\nlang = "zh"\n', "utf-8")
    settings = read_settings({"ZHONGFU_ACTOR": "environment", "ZHONGFU_JOBS": "4"}, home=tmp_path, jobs=5)
    assert (settings.jobs, settings.actor, settings.lang) == (5, "environment", "zh")


def test_without_any_setting_the_defaults_hold(tmp_path: Path) -> None:
    settings = read_settings({}, home=tmp_path)
    assert settings.local
    assert settings.plans == tmp_path / "plans"
    assert settings.lang == "en"


@pytest.mark.parametrize(
    ("file", "named"),
    [
        ('graf = "bolt://x"', "graf"),
        ("jobs = 0", "jobs"),
        ('lang = "fr"', "lang"),
        ('home = "elsewhere"', "home"),
        ("jobs = ", "zhongfu.toml"),
        ('dask = "cluster"', "dask"),
        ('dask = "http://cluster:8786"', "dask"),
    ],
)
def test_a_wrong_setting_in_the_file_is_named_with_the_file(tmp_path: Path, file: str, named: str) -> None:
    (tmp_path / "zhongfu.toml").write_text(file, "utf-8")
    with pytest.raises(BadSetting, match=named) as error:
        read_settings({}, home=tmp_path)
    assert "zhongfu.toml" in error.value.message("zh")
    assert "Input should" not in error.value.message("zh")


@pytest.mark.parametrize("inside", ["", "deeper/still"])
def test_a_home_that_is_a_file_or_lies_in_one_is_refused_by_name(tmp_path: Path, inside: str) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(BadSetting, match="file is a file, not a folder"):
        read_settings({}, home=tmp_path / "file" / inside)
    assert language_of({"ZHONGFU_HOME": str(tmp_path / "file"), "LANG": "zh_CN.UTF-8"}) == "zh"
    assert read_settings({}, home=tmp_path / "not" / "there").home == tmp_path / "not" / "there"


def test_a_wrong_setting_in_the_environment_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=r"the environment .* jobs = 'many': it must be a whole number") as error:
        read_settings({"ZHONGFU_JOBS": "many"}, home=tmp_path)
    assert error.value.message("zh").startswith("环境变量 中的设置有误：jobs = 'many'：须为整数")


def test_each_setting_says_where_it_comes_from_and_hides_passwords(tmp_path: Path) -> None:
    (tmp_path / "zhongfu.toml").write_text('graph = "bolt://me:secret@host:7687"\n', "utf-8")
    environment = {"ZHONGFU_GRAPH_PASSWORD": "secret", "ZHONGFU_HOME": str(tmp_path)}
    shown = {each.setting: each for each in settings_shown(environment)}
    assert shown["graph"].value == "bolt://me:…@host:7687"
    assert shown["graph"].source.endswith("zhongfu.toml")
    assert shown["graph_password"].value == "set, hidden"
    assert "secret" not in repr(shown)


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "ZHONGFU_LANG": "en"}, "en"),
        ({"ZHONGFU_LANG": "zh"}, "zh"),
    ],
)
def test_the_language_is_that_named_else_that_of_the_terminal(
    tmp_path: Path, environment: dict[str, str], language: str
) -> None:
    assert language_of(environment | {"ZHONGFU_HOME": str(tmp_path)}) == language
