"""A wrong call ends with exit code 2 and says in two languages what to do; a fault of data or plan with 1."""

from pathlib import Path

import pytest

from tests.api.conftest import COUNTY, Command, unfolded

CALLS = {
    "a_command_that_does_not_exist": (["matsch"], 2, "matsch", "命令写法有误"),
    "an_option_that_does_not_exist": (["match", "--regoin", COUNTY], 2, "--regoin", "命令写法有误"),
    "a_value_that_does_not_exist": (["plans", "--format", "xml"], 2, "xml", "命令写法有误"),
    "an_argument_left_out": (["show"], 2, "PLAN", "命令写法有误"),
    "a_region_that_is_not_loaded": (["match", "--region", "449999"], 1, "no region 449999", "没有行政区划 449999"),
    "gaps_of_a_region_that_is_not_loaded": (["gaps", "--region", "449999"], 1, "no region 449999", "没有行政区划"),
    "a_level_above_the_region": (["gaps", "--region", COUNTY, "--level", "city"], 2, "of level city", "层级"),
    "a_day_that_does_not_exist": (["match", "--on", "2026-02-30"], 2, "'2026-02-30' is not a day", "不是有效日期"),
    "a_day_written_otherwise": (["gaps", "--on", "1.12.2026"], 2, "2026-12-01", "2026-12-01"),
    "a_period_that_is_no_month": (["match", "--period", "2026-13"], 2, "calendar month", "自然月"),
    "a_policy_that_is_not_there": (
        ["match", "--policy", "nowhere.toml"],
        2,
        "nowhere.toml: there is no such file",
        "没有这个文件",
    ),
    "no_jobs": (["match", "--jobs", "0"], 2, "jobs = 0", "设置有误"),
    "a_cluster_that_is_no_address": (["match", "--dask", "cluster"], 2, "dask = 'cluster'", "设置有误"),
    "a_plan_that_does_not_exist": (["show", "ffff0000"], 2, "no plan ffff0000", "没有方案 ffff0000"),
    "publishing_a_plan_that_does_not_exist": (["publish", "ffff0000"], 2, "no plan ffff0000", "没有方案"),
    "exporting_a_plan_that_does_not_exist": (["export", "ffff0000", "out"], 2, "no plan ffff0000", "没有方案"),
    "verifying_a_plan_that_does_not_exist": (["verify", "ffff0000"], 2, "no plan ffff0000", "没有方案"),
    "an_input_without_a_folder": (["verify", "nowhere", "--input", "."], 2, "no folder nowhere", "没有文件夹 nowhere"),
    "replacing_without_a_region": (["load", ".", "--replace", "offers"], 2, "--region", "--region"),
    "replacing_what_has_no_place": (
        ["load", ".", "--replace", "regions", "--region", COUNTY],
        2,
        "cannot be replaced",
        "不能按区域替换",
    ),
    "replacing_where_nothing_is_loaded": (
        ["load", ".", "--replace", "offers", "--region", "449999"],
        1,
        "no region 449999",
        "没有行政区划",
    ),
    "a_check_for_a_server": (["load", ".", "--for-server", "out", "--check"], 2, "--check cannot", "不能与 --check"),
    "faults_skipped_and_issues_for_a_server": (
        ["load", ".", "--for-server", "out", "--skip-errors", "--issues", "issues.csv"],
        2,
        "--issues, --skip-errors cannot",
        "不能与 --issues, --skip-errors",
    ),
    "a_replacement_for_a_server": (
        ["load", ".", "--for-server", "out", "--replace", "offers", "--region", COUNTY],
        2,
        "--replace, --region cannot",
        "不能与 --replace, --region",
    ),
    "a_server_s_files_over_others": (["load", ".", "--for-server", "."], 2, "holds files already", "已有文件"),
    "issues_of_no_known_kind": (["load", ".", "--check", "--issues", "issues.pdf"], 2, ".xlsx", "问题清单"),
    "issues_into_a_folder_that_is_not_there": (
        ["load", ".", "--check", "--issues", "nowhere/issues.csv"],
        2,
        "nowhere",
        "没有这个文件或文件夹",
    ),
    "a_folder_that_is_not_there": (["load", "nowhere", "--check"], 1, "no folder", "不存在"),
    "a_sample_of_no_region": (["sample", "out", "--region", "999999", "--seed", "1"], 2, "999999", "999999"),
    "a_sample_of_no_size": (["sample", "out", "--region", COUNTY, "--seed", "1", "--scale", "0"], 2, "scale", "规模"),
    "faults_in_typed_columns": (
        ["sample", "out", "--region", COUNTY, "--seed", "1", "--dirty", "--format", "parquet"],
        2,
        "csv",
        "csv",
    ),
    "a_release_that_is_not_known": (["graph", "start", "--release", "4.4.0"], 2, "4.4.0", "4.4.0"),
    "a_size_that_is_not_known": (["graph", "start", "--size", "huge"], 2, "huge", "命令写法有误"),
}


@pytest.mark.parametrize("case", CALLS)
def test_it_is_told_in_both_languages_on_stderr_alone(loaded: Command, case: str) -> None:
    arguments, code, en, zh = CALLS[case]
    done = loaded(*arguments, code=code)
    assert "Traceback" not in done.err
    assert en in unfolded(done.err)
    assert zh in (unfolded(done.err) if code == 2 else unfolded(loaded(*arguments, code=code, lang="zh").err))
    assert "{" not in done.out


@pytest.mark.parametrize(
    ("lang", "first", "second"), [("en", "There is no plan", "没有方案"), ("zh", "没有方案", "There is no plan")]
)
def test_the_language_of_the_reader_comes_first(loaded: Command, lang: str, first: str, second: str) -> None:
    said = unfolded(loaded("show", "ffff0000", code=2, lang=lang).err)
    assert said.index(first) < said.index(second)


def test_the_terminal_s_own_language_holds_where_none_is_named(loaded: Command) -> None:
    said = loaded("show", "ffff0000", code=2, lang="", LC_ALL="zh_CN.UTF-8").err
    assert said.startswith("✗ 没有方案")


@pytest.mark.parametrize("arguments", [[], ["graph"]], ids=["alone", "group"])
def test_a_call_without_a_command_shows_the_commands_and_no_fault(tmp_path: Path, arguments: list[str]) -> None:
    done = Command(tmp_path)(*arguments, code=2)
    assert "Usage" in done.out + done.err
    assert "✗" not in done.err


def test_a_path_to_be_verified_that_leads_nowhere_is_told_as_a_path(tmp_path: Path) -> None:
    for arguments in (["verify", tmp_path / "nowhere"], ["verify", tmp_path, "--input", tmp_path / "nowhere"]):
        done = Command(tmp_path)(*arguments, code=2)
        assert "nowhere: there is no such file or folder" in unfolded(done.err)
        assert "没有这个文件或文件夹" in unfolded(done.err)


def test_nothing_loaded_yet_says_how_to_load(tmp_path: Path) -> None:
    for arguments in (["match"], ["plans"], ["gaps"], ["publish", "abc"]):
        assert "zhongfu load" in Command(tmp_path)(*arguments, code=1).err
    assert not (tmp_path / "graph").exists(), "no server is started to say so"


def test_a_folder_that_is_no_export_is_named(tmp_path: Path) -> None:
    (tmp_path / "out" / "input").mkdir(parents=True)
    done = Command(tmp_path)("verify", tmp_path / "out", code=1)
    assert "certificate.json" in done.err
    assert "导出" in done.err


def test_an_export_without_its_input_says_how_to_get_it(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert "--with-input" in unfolded(Command(tmp_path)("verify", tmp_path / "out", code=2).err)


def test_an_address_that_nobody_answers_is_named(tmp_path: Path) -> None:
    done = Command(tmp_path)("plans", code=1, ZHONGFU_GRAPH="bolt://someone:secret@localhost:1")
    assert "localhost:1" in done.err
    assert "secret" not in done.err
