"""The local server: found, shared, stopped, killed, idle; its folder, its port and its password."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from graph import local
from graph.connect import open_graph
from graph.errors import (
    DiskFull,
    FolderInUse,
    GraphError,
    NewerDatabase,
    NoRights,
    OutOfMemory,
    PortTaken,
    UnknownSize,
    WrongPassword,
)
from graph.local import Home, locks, process, release, server, sizing

PATIENCE = 120.0


@pytest.fixture(scope="module", params=release.known())
def home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder whose graph has been opened by this release once; its server may run or rest."""
    folder = tmp_path_factory.mktemp("home")
    local.start(folder, version=request.param, size="small", idle_seconds=PATIENCE)
    yield folder
    local.stop(folder)


def until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.05)


def command(*lines: str) -> subprocess.Popen[str]:
    """Another command of the program, as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", "\n".join(lines)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


def test_two_commands_that_start_at_once_share_one_server(home: Path) -> None:
    local.stop(home)
    lines = ("from graph import local", "from pathlib import Path", f"print(local.start(Path({str(home)!r})).pid)")
    with command(*lines) as one, command(*lines) as other:
        first, second = one.communicate()[0], other.communicate()[0]
    running = local.status(home)
    assert running is not None
    assert first == second == f"{running.pid}\n"


def test_a_server_outlives_the_command_that_started_it_and_is_found_again(home: Path) -> None:
    started = local.start(home)
    assert local.start(home) == local.status(home) == started
    assert os.getsid(started.pid) == started.pid, "a session of its own hears no Ctrl-C"


def test_the_password_is_for_the_owner_alone(home: Path) -> None:
    place = Home(home)
    assert place.password_file.stat().st_mode & 0o777 == 0o600
    assert place.graph.stat().st_mode & 0o777 == 0o700
    assert len(place.password()) >= 32


def test_bolt_listens_on_the_loopback_alone(home: Path) -> None:
    running = local.start(home)
    with socket.create_connection(("127.0.0.1", running.port), timeout=5):
        pass
    assert running.address == f"bolt://127.0.0.1:{running.port}"
    listening = [
        line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:] if line.split()[3] == "0A"
    ]
    listening += [
        line.split()[1] for line in Path("/proc/net/tcp6").read_text().splitlines()[1:] if line.split()[3] == "0A"
    ]
    ours = [address for address in listening if address.endswith(f":{running.port:04X}")]
    assert ours
    assert all(address.startswith(("0100007F", "0000000000000000FFFF00000100007F")) for address in ours)


def test_nobody_enters_with_another_password(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for password in ("neo4j", "guess"):
        monkeypatch.setenv("ZHONGFU_GRAPH_PASSWORD", password)
        with pytest.raises(WrongPassword):
            open_graph(local.start(home).address)


def test_what_was_acknowledged_survives_a_killed_server(home: Path) -> None:
    running = local.start(home)
    with command(
        "from graph.connect import open_graph",
        "from pathlib import Path",
        f"graph = open_graph(home=Path({str(home)!r}))",
        "for batch in range(10_000):",
        "    graph.write('UNWIND range(1, 500) AS i CREATE (:Row {batch: $batch})', batch=batch)",
        "    print(batch, flush=True)",
    ) as writer:
        assert writer.stdout is not None
        said = [writer.stdout.readline() for _ in range(5)]
        os.kill(running.pid, signal.SIGKILL)
        said += writer.stdout.readlines()
    acknowledged = {int(line) for line in said}
    with open_graph(home=home) as graph:
        rows = graph.read("MATCH (r:Row) RETURN r.batch AS batch, count(*) AS rows")
        graph.write("MATCH (r:Row) DETACH DELETE r")
    assert acknowledged <= {row["batch"] for row in rows}, "nothing acknowledged is lost"
    assert {row["rows"] for row in rows} == {500}, "nothing is torn"


def test_a_server_told_to_end_closes_its_store_and_leaves_no_trace(home: Path) -> None:
    place = Home(home)
    os.kill(local.start(home).pid, signal.SIGTERM)
    until(lambda: not locks.is_held(place.server_lock))
    assert not place.state.exists()
    assert local.status(home) is None
    assert not local.stop(home), "there is nothing left to stop"
    log = place.store / "logs" / "debug.log"
    ended = log.stat().st_size
    place.password_file.unlink()
    assert local.start(home) == local.status(home), "a lost password is made anew"
    with log.open(encoding="utf-8") as lines:
        lines.seek(ended)
        assert "recovery required" not in lines.read().lower()


def test_an_idle_server_ends_by_itself_but_not_under_a_connection(home: Path) -> None:
    local.stop(home)
    running = local.start(home, idle_seconds=3)
    place = Home(home)
    with open_graph(home=home) as graph:
        time.sleep(5)
        assert local.status(home) == running
        assert graph.read("RETURN 1 AS one") == [{"one": 1}]
    until(lambda: not locks.is_held(place.server_lock))
    assert not place.state.exists()


def test_an_older_release_does_not_open_what_a_newer_one_wrote(tmp_path: Path) -> None:
    oldest, *_, newest = release.known()
    place = Home(tmp_path)
    place.make()
    place.release.write_text(newest)
    with pytest.raises(NewerDatabase, match=newest):
        local.start(tmp_path, version=oldest)


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=str(port)):
            local.start(tmp_path, port=port, size="small")


def test_a_store_held_by_a_foreign_neo4j_is_told(tmp_path: Path) -> None:
    databases = Home(tmp_path).store / "data" / "databases"
    databases.mkdir(parents=True)
    with (databases / "store_lock").open("w") as foreign:
        fcntl.lockf(foreign, fcntl.LOCK_EX)
        with pytest.raises(FolderInUse, match=str(tmp_path)):
            local.start(tmp_path, size="small")


def test_a_server_that_lives_but_does_not_answer_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_PATIENCE", 0.2)
    place = Home(tmp_path)
    place.make()
    with locks.hold(place.server_lock, 0), pytest.raises(FolderInUse, match="does not answer"):
        local.start(tmp_path)


def test_a_folder_without_rights_is_told(tmp_path: Path, as_nobody: None) -> None:
    with pytest.raises(NoRights, match="home") as caught:
        local.start(tmp_path / "home")
    assert "ZHONGFU_HOME" in caught.value.repair("en")


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("not a folder")
    with pytest.raises(NoRights):
        local.start(tmp_path / "home")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Caused by: java.io.IOException: No space left on device", DiskFull),
        ("Terminating due to java.lang.OutOfMemoryError: Java heap space", OutOfMemory),
        (
            "Error occurred during initialization of VM\nCould not reserve enough space for 99328000KB object heap",
            OutOfMemory,
        ),
        ("Caused by: java.net.BindException: Address already in use", PortTaken),
        ("Caused by: java.nio.file.AccessDeniedException: /srv/data", NoRights),
    ],
)
def test_last_words_name_the_fault(said: str, kind: type[GraphError], tmp_path: Path) -> None:
    assert isinstance(process.fault(said, Home(tmp_path), 7687), kind)


def test_last_words_without_a_known_fault_are_told_by_their_innermost_cause() -> None:
    said = "java.lang.RuntimeException: outer\n\tat somewhere\nCaused by: java.lang.IllegalStateException: inner\n\tat elsewhere\n"
    assert process.last_cause(said) == "java.lang.IllegalStateException: inner"


def test_the_size_follows_the_store_and_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sizing, "memory_bytes", lambda: 24 << 30)
    assert [sizing.choose("auto", store << 20).name for store in (0, 150, 4400)] == ["small", "medium", "large"]
    monkeypatch.setattr(sizing, "memory_bytes", lambda: 4 << 30)
    assert sizing.choose("auto", 4400 << 20).name == "medium", "no more than half of the memory"
    assert sizing.choose("large", 0).name == "large", "what is asked for by name is given"


def test_an_unknown_size_is_refused() -> None:
    with pytest.raises(UnknownSize, match="huge"):
        sizing.choose("huge", 0)
