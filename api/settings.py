"""The settings, in one place: from the call, else the environment, else `zhongfu.toml` in the home, else their defaults."""

from __future__ import annotations

import getpass
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from graph.errors import CallError, Language
from graph.local import default_home
from matching.toml_text import NotToml, read_toml
from matching.wrong_settings import wrong_settings

FILE = "zhongfu.toml"
SOURCES = {"default": "默认", "the environment": "环境变量", "the call": "命令"}
"""Where settings come from beside the file, in Chinese."""
SECRET = "ZHONGFU_GRAPH_PASSWORD"  # noqa: S105 the name of a variable
"""The one setting that is read where it is used and kept nowhere else."""


class BadSetting(CallError):
    """A setting that is unknown or cannot be read."""

    code = "bad_setting"
    en = "The settings in {where} are at fault: {detail}"
    zh = "{where_zh} 中的设置有误：{detail_zh}"
    repair_en = "The settings are {known}; `zhongfu settings` explains each."
    repair_zh = "可用的设置有 {known}；`zhongfu settings` 说明各项设置。"


def _cluster(address: str | None) -> str | None:
    if address is not None and not re.fullmatch(r"(tcp|tls)://[^\s/]+:[0-9]+", address):
        raise ValueError("it must be an address like tcp://host:8786", "须为地址，例如 tcp://host:8786")
    return address


class Settings(BaseModel):
    """What a command needs to know of its surroundings."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = Field(
        description="folder of the local graph, plans, snapshots and zhongfu.toml",
        title="本机图库、方案、快照与 zhongfu.toml 所在文件夹",
    )
    graph: str | None = Field(
        default=None,
        description="address of a Neo4j server; blank for the local graph",
        title="Neo4j 服务器地址；空则用本机图库",
    )
    graph_user: str | None = Field(default=None, description="user at that server", title="该服务器上的用户")
    graph_password_file: Path | None = Field(
        default=None, description="file that holds the password there", title="存放其密码的文件"
    )
    jars: str | None = Field(
        default=None,
        description="mirror of Maven Central, or folder of Neo4j's jars",
        title="Maven 镜像地址，或存放 Neo4j jar 的文件夹",
    )
    lang: Language = Field(description="language of messages: en or zh", title="消息语言：en 或 zh")
    actor: str = Field(min_length=1, description="who is recorded as the writer", title="记录为操作人的名字")
    jobs: int = Field(ge=1, le=64, description="processes that a match uses", title="匹配使用的进程数")
    dask: Annotated[str | None, AfterValidator(_cluster)] = Field(
        default=None,
        description="address of a Dask cluster that matches in their place, as tcp://host:8786",
        title="代为匹配的 Dask 集群地址，例如 tcp://host:8786",
    )

    @property
    def plans(self) -> Path:
        """Folder of the plans' files."""
        return self.home / "plans"

    @property
    def snapshots(self) -> Path:
        """Folder of the snapshots that plans were made from."""
        return self.home / "snapshots"

    @property
    def local(self) -> bool:
        """Whether the graph is the local one."""
        return self.graph is None


VARIABLES = {name: f"ZHONGFU_{name.upper()}" for name in Settings.model_fields}
"""The environment variable of each setting."""

_READ_BELOW = ("graph", "graph_user", "graph_password_file", "jars")
"""Settings that the graph reads from the environment itself."""


def read_settings(environment: Mapping[str, str] = os.environ, **given: Any) -> Settings:
    """The settings that hold.

    Raises
    ------
    BadSetting
        A setting is unknown or out of range; the message names it and where it stands.
    """
    sources = settings_by_source(environment, **given)
    merged: dict[str, Any] = {}
    for source, settings in sources.items():
        merged |= settings
        _refuse_wrong(settings, merged, source)
    _refuse_file(sources, merged["home"])
    return Settings.model_validate(merged)


def settings_by_source(environment: Mapping[str, str] = os.environ, **given: Any) -> dict[str, dict[str, Any]]:
    """What each source says, the later the stronger: the defaults, the file, the environment, the call."""
    chosen = {name: value for name, value in given.items() if value is not None}
    around: dict[str, Any] = {
        name: environment[variable] for name, variable in VARIABLES.items() if environment.get(variable)
    }
    named = chosen.get("home") or around.get("home")
    home = Path(named).expanduser().absolute() if named else default_home()
    for given_home in (around, chosen):
        if "home" in given_home:
            given_home["home"] = home
    return {
        "default": {
            "home": home,
            "lang": _language(environment),
            "actor": _user(),
            "jobs": min(2, os.cpu_count() or 1),
        },
        str(home / FILE): _of_file(home / FILE),
        "the environment": around,
        "the call": chosen,
    }


@dataclass(frozen=True)
class Shown:
    """One setting as people see it."""

    setting: str
    value: str
    source: str
    variable: str
    meaning: str
    meaning_zh: str


def settings_shown(environment: Mapping[str, str] = os.environ) -> list[Shown]:
    """Every setting with its source, passwords hidden. Raises BadSetting."""
    held, sources = read_settings(environment), settings_by_source(environment)
    shown = [
        Shown(
            setting=name,
            value=_without_password(str(getattr(held, name) or "")),
            source=next((source for source in reversed(sources) if name in sources[source]), ""),
            variable=VARIABLES[name],
            meaning=field.description or "",
            meaning_zh=field.title or "",
        )
        for name, field in Settings.model_fields.items()
    ]
    password = "set, hidden" if environment.get(SECRET) else ""
    source = "the environment" if password else ""
    meaning, meaning_zh = "password at that server; kept nowhere", "该服务器的密码；不作保存"
    return [*shown, Shown("graph_password", password, source, SECRET, meaning, meaning_zh)]


def language_of(environment: Mapping[str, str] = os.environ) -> Language:
    """The language to speak, also where the settings cannot be read."""
    try:
        return read_settings(environment).lang
    except (BadSetting, OSError):
        return _language(environment)


def hand_down(settings: Settings) -> None:
    """Let the graph know the settings that it reads from the environment."""
    for name in _READ_BELOW:
        value = getattr(settings, name)
        if value is not None:
            os.environ[VARIABLES[name]] = str(value)


def _refuse_wrong(settings: dict[str, Any], merged: dict[str, Any], source: str) -> None:
    """Name what is wrong in one source."""
    try:
        Settings.model_validate(merged)
    except ValidationError as error:
        wrong = [each for each in wrong_settings(error) if each.setting.split(".")[0] in settings]
        en, zh = "; ".join(each.en for each in wrong), "；".join(each.zh for each in wrong)
        raise _at_fault(source, en, zh) from error


def _refuse_file(sources: Mapping[str, Mapping[str, Any]], home: Path) -> None:
    """Refuse a home that is a file, or lies in one."""
    there = next(path for path in (home, *home.parents) if path.exists())
    if not there.is_dir():
        source = next(source for source in reversed(list(sources)) if "home" in sources[source])
        raise _at_fault(source, f"home: {there} is a file, not a folder", f"home：{there} 是文件，不是文件夹")


def _of_file(file: Path) -> dict[str, Any]:
    try:
        found = read_toml(file.read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except UnicodeDecodeError as error:
        raise _at_fault(str(file), "it is not TOML in UTF-8", "不是 UTF-8 编码的 TOML") from error
    except NotToml as error:
        raise _at_fault(str(file), str(error), error.zh) from error
    if "home" in found:
        en = "home: the file lies in the home and cannot name another"
        raise _at_fault(str(file), en, "home：该文件就在 home 文件夹中，不能指定另一个")
    return found


def _at_fault(source: str, en: str, zh: str) -> BadSetting:
    return BadSetting(where=source, where_zh=SOURCES.get(source, source), detail=en, detail_zh=zh, known=_known())


def _without_password(text: str) -> str:
    return re.sub(r"(://[^:/@]*):[^@]*@", r"\1:…@", text)


def _known() -> str:
    return ", ".join(VARIABLES)


def _language(environment: Mapping[str, str]) -> Language:
    """Chinese where the terminal speaks it, else English."""
    named = environment.get("ZHONGFU_LANG", "")
    locale = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    return "zh" if (named or locale).startswith("zh") else "en"


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
