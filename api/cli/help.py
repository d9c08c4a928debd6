"""The help in the reader's language: commands say it in English where they are defined, and here in Chinese."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import typer

HELP_OPTIONS = ["-h", "--help"]


def speaks_chinese(arguments: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Whether help is to be in Chinese: as `--lang` before the command says, else ZHONGFU_LANG, else the terminal."""
    names = ("ZHONGFU_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    language = next((environment[name] for name in names if environment.get(name)), "")
    for at, word in enumerate(arguments):
        if not word.startswith("-"):
            break
        if word == "--lang" or word.startswith("--lang="):
            language = word.removeprefix("--lang").removeprefix("=") or next(iter(arguments[at + 1 :]), "")
            break
    return language.startswith("zh")


def prepared(command: Any, *, chinese: bool) -> Any:
    """The command with its flags shown without a type, and in Chinese where that is asked for, with all below it."""
    options = [*command.params, command.get_help_option(typer.Context(command, help_option_names=HELP_OPTIONS))]
    for option in options:
        if getattr(option, "is_flag", False):
            option.metavar = ""
        if chinese and getattr(option, "help", None):
            option.help = IN_CHINESE.get(option.help, option.help)
    if chinese:
        _speak_chinese()
        command.help = IN_CHINESE.get(command.help, command.help)
        command.epilog = (command.epilog or "").replace("Example: ", "示例：")
    for inner in getattr(command, "commands", {}).values():
        prepared(inner, chinese=chinese)
    return command


def _speak_chinese() -> None:
    """What the library itself writes into a help."""
    from typer import rich_utils

    rich_utils.ARGUMENTS_PANEL_TITLE = "参数"
    rich_utils.OPTIONS_PANEL_TITLE = "选项"
    rich_utils.COMMANDS_PANEL_TITLE = "命令"
    rich_utils.REQUIRED_LONG_STRING = "[必填]"
    rich_utils.DEFAULT_STRING = "[默认：{}]"


IN_CHINESE = {
    "Zhongfu (众扶): match households in need with services and caseworkers, with a proof and reasons.\n\n"
    "A command ends with 0 when it is done, 1 when the data or the plan is at fault, and 2 when the call is.": (
        "众扶：为困难家庭匹配服务与社工，并给出证明和原因。\n\n命令的退出码：0 为完成，1 为数据或方案有误，2 为命令写法有误。"
    ),
    "Show this message and exit.": "显示本说明。",
    "Show the version and exit.": "显示版本。",
    "Language of messages; by default ZHONGFU_LANG, else that of the terminal.": (
        "消息语言；默认取 ZHONGFU_LANG，否则取终端语言。"
    ),
    "How the result is printed on stdout.": "结果在标准输出上的格式。",
    "Code of a region, 12 digits or its first six; without it everything that is loaded.": (
        "行政区划代码，12 位或前六位；不写则为已导入的全部范围。"
    ),
    "Id of a plan, or its beginning.": "方案编号，或其前几位。",
    # sample
    "Write an invented world on Guangdong's real regions: every table but travel and locks; nobody in it is real.": (
        "在广东真实区划上生成虚构数据：除 travel 与 locks 外的每张表；人员均非真实。"
    ),
    "Folder to write the tables into.": "写入数据表的文件夹。",
    "Code of a county, a city or the province, 12 digits or its first six.": "县区、地级市或省的代码，12 位或前六位。",
    "The same seed gives the same bytes.": "随机种子；种子相同则文件逐字节相同。",
    "Multiplies households, providers and workers.": "家庭、提供方与社工数量的倍数。",
    "The day that the sample is of.": "样例所属日期。",
    "Format of the files.": "文件格式。",
    "Add rows with named faults, to try the check.": "加入有已知错误的行，用以试验检查。",
    # load
    "Check a folder whole and write it into the graph; with any error nothing is written.": (
        "整体检查文件夹并写入图库；有任何错误则不写入。"
    ),
    "Folder of CSV, XLSX or Parquet files, one table each.": "存放 CSV、XLSX 或 Parquet 文件的文件夹，一表一文件。",
    "Check only; nothing is written.": "只检查，不写入。",
    "Write every issue to this file: .xlsx, .csv or .json.": "将全部问题写入此文件：.xlsx、.csv 或 .json。",
    "Write the rows without fault, and list the rest.": "写入无误的行，列出其余各行。",
    "Close the table's rows in --region that the folder lacks.": "关闭 --region 内该表中文件夹未列出的行。",
    "Where --replace closes rows: a code of 12 digits or its first six.": "--replace 关闭行的范围：12 位代码或前六位。",
    "Write files for the import tool of a server that is empty instead, and print its line.": (
        "改为写出供空服务器导入工具使用的文件，并显示其命令行。"
    ),
    # plans
    "Match a region: assign services and caseworkers, with a proof; the plan is kept as a draft.": (
        "匹配一个区域：分配服务与社工并给出证明；方案保存为草案。"
    ),
    "Calendar month, as 2026-12; by default that of --on.": "自然月，如 2026-12；默认为 --on 所在月份。",
    "The day that the plan is of; by default today.": "方案所属日期；默认为今天。",
    "TOML file of the match policy.": "匹配策略的 TOML 文件。",
    "Processes to use; the plan does not depend on it.": "使用的进程数；方案与此无关。",
    "Address of a Dask cluster to match on in their place.": "代为匹配的 Dask 集群地址。",
    (
        "Most changes of what is published, where it could be kept; a larger share counts too, even if the need asks"
        " for more by now. In place of the policy's max_changes."
    ): ("最多变动多少项本可保留的已发布分配；增加已分配的份额也算变动，即使需求量后来调高。代替策略中的 max_changes。"),
    "A second policy; both plans are kept, and what it changes is shown.": "第二份策略；两个方案均保存，并作比较。",
    "List every plan with its state, the newest first.": "列出全部方案及其状态，新的在前。",
    "Show a plan: what was reached, what is proven, what was checked, and why something is left.": (
        "显示方案：达到了什么、证明了什么、核验了什么，以及为何有所未及。"
    ),
    "Write what a plan says into a folder: assignments, coverage, reasons, certificate.": (
        "将方案内容写入文件夹：分配、覆盖、原因与证书。"
    ),
    "Folder to write into.": "写入的文件夹。",
    "Also the snapshot it was made from, in the folder `input`.": "同时导出方案所依据的快照，置于 `input` 文件夹。",
    "Recheck every hard rule of a plan by a program that makes none; exit 1 on any breach.": (
        "由不制定方案的独立程序复核方案的每条硬性规则；有违反则以 1 退出。"
    ),
    "Folder of an exported plan, or the id of a kept one.": "已导出方案的文件夹，或已保存方案的编号。",
    "Tables that the exported plan was made from; by default DIR/input.": "导出方案所依据的数据表；默认为 DIR/input。",
    "Match again from a plan's own snapshot and policy, and see whether it comes out the same, bit for bit.": (
        "以方案自身的快照与策略重新匹配，看结果是否逐位一致。"
    ),
    "Let a draft be published; who approved it and when is kept with the plan.": (
        "批准草案，使其可以发布；批准人与时间随方案保存。"
    ),
    "Put a plan aside before it is published; who rejected it, when and why is kept with the plan.": (
        "在发布之前否决方案；否决人、时间与理由随方案保存。"
    ),
    "Why; kept with the plan.": "理由；随方案保存。",
    "Make a plan what holds within its scope, in one switch that readers see whole or not at all.": (
        "使方案在其范围内生效：一次切换，读者所见要么全新，要么全旧。"
    ),
    # gaps
    "Show what is lacking by region, why, and what one more would be worth: workers, needs unmet, capacity unused.": (
        "按区域显示缺口、原因与增供的作用：社工、需求、未用容量。"
    ),
    "Level of the rows; by default the next one down.": "各行的层级；默认为下一级。",
    "The day whose open needs count; by default today.": "按哪一天的待办需求统计；默认为今天。",
    "Which table to print; JSON holds all of them.": "输出哪张表；JSON 含全部各表。",
    # service
    "Serve the pages and the API until it is stopped (Ctrl-C), with one worker that makes the runs asked for.": (
        "提供页面与接口，并执行匹配任务，直到停止（Ctrl-C）。"
    ),
    "Make the runs that are asked for, one after the other, until it is stopped; `serve` starts one of its own.": (
        "逐个执行已提交的匹配任务，直到停止；`serve` 会自带一个。"
    ),
    "Address to listen on; by default this machine alone.": "监听地址；默认仅限本机。",
    "Port to listen on.": "监听端口。",
    "Processes that answer.": "应答的进程数。",
    "Process of `serve` to end with.": "随其结束的 `serve` 进程。",
    "Accounts of the service: made, and listed.": "服务的账号：新建与列出。",
    "Make an account; the first of a new service is an administrator's.": "新建账号；新服务的第一个账号应为管理员。",
    "Name to sign in with.": "登录用的账号名。",
    "What the account may do.": "账号的角色。",
    "Region that it works within; by default everywhere.": "负责的区域；默认为全部。",
    "Organisation of a provider.": "服务机构账号所属的机构。",
    "Asked for, or from ZHONGFU_USER_PASSWORD.": "会询问，或取自 ZHONGFU_USER_PASSWORD。",
    "List every account with its role and where it works.": "列出全部账号及其角色与负责范围。",
    # surroundings
    "Show every setting with its value, where it comes from and what it means; passwords are never shown.": (
        "显示每项设置的值、来源与含义；从不显示密码。"
    ),
    "Show the whole path on a sample of Meizhou: check, load, match, verify, publish, and what came of it.\n\n"
    "It works in the folder `demo` of the home and leaves everything else alone; run again, it goes on from what is there.": (
        "以梅州样例演示全过程：检查、导入、匹配、核验、发布及其结果。\n\n"
        "只在 home 的 `demo` 文件夹中工作，不动其他内容；再次运行则接着已有的继续。"
    ),
    "Language; by default that of the terminal.": "语言；默认取终端语言。",
    "Then open it for browsers, with an account for each role.": "随后供浏览器打开，每种角色各有一个账号。",
    "The local Neo4j: start it, stop it, see it.": "本机 Neo4j：启动、停止、查看。",
    "Start the local Neo4j, or find the one that runs.": "启动本机 Neo4j，或找到正在运行的那个。",
    "Minutes without use after which it stops; 0 for never.": "闲置多少分钟后停止；0 为从不。",
    "Memory; auto goes by the size of the data.": "内存规格；auto 按数据量而定。",
    "Port of the loopback; by default a free one.": "本机端口；默认取空闲端口。",
    "Release of Neo4j, for a new database.": "Neo4j 版本，用于新建的数据库。",
    "Stop the local Neo4j cleanly.": "正常停止本机 Neo4j。",
    "Say whether the local Neo4j runs, and where; exit 1 when it does not run.": (
        "显示本机 Neo4j 是否运行及其地址；未运行则以 1 退出。"
    ),
}
"""Every text of the help."""
