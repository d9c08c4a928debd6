"""The folder of a local graph: what lies where, who may read it, and who runs it now."""

import errno
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from graph.errors import DiskFull, NoRights
from graph.local import locks

USER = "neo4j"
_ROOM = 16 << 20


@dataclass(frozen=True, slots=True)
class Running:
    """A local server that runs: how to reach it and what it was started with."""

    address: str
    port: int
    pid: int
    version: str
    size: str
    idle_seconds: float | None
    started: str


@dataclass(frozen=True, slots=True)
class Home:
    """The folder named by ZHONGFU_HOME; the local graph lies in its `graph` folder."""

    root: Path

    @property
    def graph(self) -> Path:
        """Everything of the local graph."""
        return self.root / "graph"

    @property
    def store(self) -> Path:
        """Neo4j's own home: its data, configuration and transaction log."""
        return self.graph / "neo4j"

    @property
    def log(self) -> Path:
        """What the server's process said."""
        return self.graph / "server.log"

    @property
    def import_log(self) -> Path:
        """What the last bulk import said."""
        return self.graph / "import.log"

    @property
    def password_file(self) -> Path:
        """The generated password, for its owner's eyes alone."""
        return self.graph / "password"

    @property
    def state(self) -> Path:
        """Who runs the graph now; absent while it starts, stops or rests."""
        return self.graph / "server.json"

    @property
    def release(self) -> Path:
        """The newest release of Neo4j that ever opened the store."""
        return self.graph / "release"

    @property
    def lease(self) -> Path:
        """Touched by every command that finds the server, so that it does not stop under its hands."""
        return self.graph / "lease"

    @property
    def importing(self) -> Path:
        """Present while a bulk import is under way or was cut off."""
        return self.graph / "importing"

    @property
    def server_lock(self) -> Path:
        """Held by the server's process, or by a bulk import, as long as it lives."""
        return self.graph / "server.lock"

    @property
    def turn_lock(self) -> Path:
        """Held by the one command that starts or stops the server."""
        return self.graph / "turn.lock"

    def make(self) -> None:
        """Create the folders, readable by their owner alone."""
        with told(self.root, "ZHONGFU_HOME"):
            self.root.mkdir(parents=True, exist_ok=True)
            self.store.mkdir(parents=True, exist_ok=True)
            self.graph.chmod(0o700)
            self.turn_lock.touch()

    def password(self) -> str:
        """The password of the local graph, made up when there is none yet."""
        with told(self.graph, "ZHONGFU_HOME"):
            try:
                return self.password_file.read_text(encoding="ascii").strip()
            except FileNotFoundError:
                write_private(self.password_file, secrets.token_urlsafe(24))
                return self.password_file.read_text(encoding="ascii")

    def running(self) -> Running | None:
        """The server that says it runs here, provided that its process still lives."""
        with told(self.graph, "ZHONGFU_HOME"):
            if not self.state.exists() or not locks.is_held(self.server_lock):
                return None
            try:
                return Running(**json.loads(self.state.read_text(encoding="utf-8")))
            except FileNotFoundError:
                return None  # it has just stopped

    def announce(self, running: Running) -> None:
        """Say who runs the graph."""
        write_private(self.state, json.dumps(asdict(running)))

    def has_data(self) -> bool:
        """Whether a database was ever made here."""
        return (self.store / "data" / "databases" / "neo4j").exists()

    def disk_full(self) -> bool:
        """Whether the disk has no room for Neo4j's next step."""
        return shutil.disk_usage(self.graph).free < _ROOM

    def last_release(self) -> str | None:
        """The release of Neo4j that last opened the store."""
        return self.release.read_text(encoding="ascii").strip() if self.release.exists() else None

    def store_bytes(self) -> int:
        """The size of the store on disk."""
        return sum(file.stat().st_size for file in (self.store / "data" / "databases").rglob("*") if file.is_file())


def default_home() -> Path:
    """ZHONGFU_HOME, else `zhongfu` in the user's data folder."""
    named = os.environ.get("ZHONGFU_HOME")
    if named:
        return Path(named).expanduser().absolute()
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "zhongfu"


def cache_folder() -> Path:
    """Where jars are kept for all homes: `zhongfu` in the user's cache folder."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "zhongfu"


def write_private(path: Path, text: str) -> None:
    """Write a small file whole or not at all, for its owner's eyes alone."""
    draft = path.with_name(f"{path.name}.{uuid4().hex}.new")  # threads of one process write as well
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def told(where: Path, setting: str) -> Iterator[None]:
    """Turn the operating system's complaints about a folder into ours."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull(where=where, setting=setting) from error
        if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST}:
            raise NoRights(where=error.filename or where, setting=setting) from error
        raise
