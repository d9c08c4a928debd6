"""Jars are fetched once, from anywhere, and held against their sums."""

import functools
import hashlib
import http.server
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.errors import DiskFull, NoNetwork, NoRights, UnknownRelease, WrongSum
from graph.local import jars, release
from graph.local.home import cache_folder, told
from graph.local.release import Jar

VERSION = release.DEFAULT


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder with all jars of the default release, and a user's cache that has none of them yet."""
    jars.classpath(VERSION)
    held = cache_folder() / "neo4j"
    folder = tmp_path / "source"
    for jar in release.jars(VERSION):
        (folder / jar.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / jar.path).symlink_to(held / jar.path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("ZHONGFU_JARS", str(folder))
    return folder


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[Jar, ...]:
    """A release of two small jars, laid out as a Maven repository in `tmp_path / "mirror"`."""
    found = []
    for name, classifier in (("plain", ""), ("native", "linux-x86_64")):
        content = f"not really a jar: {name}".encode()
        jar = Jar("org.example.few", name, "1.0", classifier, hashlib.sha256(content).hexdigest())
        path = tmp_path / "mirror" / jar.path
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
        found.append(jar)
    monkeypatch.setattr(release, "jars", lambda _: tuple(found))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("ZHONGFU_JARS", str(tmp_path / "mirror"))
    return tuple(found)


@pytest.fixture
def mirror(few: tuple[Jar, ...], tmp_path: Path) -> Iterator[str]:
    """The two small jars behind an address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    handler = functools.partial(Quiet, directory=str(tmp_path / "mirror"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def test_every_release_names_its_jars_with_their_sums() -> None:
    assert release.DEFAULT in release.known()
    for version in release.known():
        assert len(release.jars(version)) > 200
        assert all(len(jar.sha256) == 64 for jar in release.jars(version))


def test_an_unknown_release_is_refused() -> None:
    with pytest.raises(UnknownRelease, match=r"4\.4\.0"):
        release.jars("4.4.0")


def test_a_classifier_is_part_of_the_file_name(few: tuple[Jar, ...]) -> None:
    assert few[1].path == "org/example/few/native/1.0/native-1.0-linux-x86_64.jar"


def test_jars_come_from_a_mirror(few: tuple[Jar, ...], mirror: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHONGFU_JARS", mirror)
    assert [Path(path).read_bytes() for path in jars.classpath(VERSION)] == [
        b"not really a jar: plain",
        b"not really a jar: native",
    ]


def test_jars_come_from_a_folder_that_holds_them_all_in_one(few: tuple[Jar, ...], tmp_path: Path) -> None:
    for jar in few:
        (tmp_path / "mirror" / jar.path).rename(tmp_path / "mirror" / jar.name)
    assert all(Path(path).exists() for path in jars.classpath(VERSION))


def test_a_jar_with_a_wrong_sum_is_named_and_not_kept(few: tuple[Jar, ...], tmp_path: Path) -> None:
    (tmp_path / "mirror" / few[1].path).write_bytes(b"something else")
    with pytest.raises(WrongSum) as caught:
        jars.classpath(VERSION)
    assert caught.value.facts["jar"] == "native-1.0-linux-x86_64.jar"
    assert not (cache_folder() / "neo4j" / few[1].path).exists()


def test_after_a_wrong_sum_the_right_jar_is_taken(few: tuple[Jar, ...], tmp_path: Path) -> None:
    path = tmp_path / "mirror" / few[1].path
    right = path.read_bytes()
    path.write_bytes(b"something else")
    with pytest.raises(WrongSum):
        jars.classpath(VERSION)
    path.write_bytes(right)
    assert Path(jars.classpath(VERSION)[1]).read_bytes() == right


def test_without_a_network_every_way_out_is_told(few: tuple[Jar, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("ZHONGFU_JARS", f"http://127.0.0.1:{closed.getsockname()[1]}")
        with pytest.raises(NoNetwork) as caught:
            jars.classpath(VERSION)
    assert caught.value.facts["missing"] == 2
    for way_out in ("ZHONGFU_JARS", "ZHONGFU_GRAPH"):
        assert way_out in caught.value.repair("en")
        assert way_out in caught.value.repair("zh")


def test_a_folder_that_lacks_a_jar_is_told_which(few: tuple[Jar, ...], tmp_path: Path) -> None:
    (tmp_path / "mirror" / few[0].path).unlink()
    with pytest.raises(NoNetwork, match=r"plain-1\.0\.jar"):
        jars.classpath(VERSION)


def test_a_truncated_jar_is_noticed_and_fetched_again(source: Path) -> None:
    paths = jars.classpath(VERSION)
    whole = Path(paths[7]).read_bytes()
    Path(paths[7]).write_bytes(whole[:100])
    assert jars.classpath(VERSION) == paths
    assert Path(paths[7]).read_bytes() == whole


def test_a_jar_replaced_by_another_of_the_same_size_is_noticed(source: Path) -> None:
    path = Path(jars.classpath(VERSION)[7])
    whole = path.read_bytes()
    path.write_bytes(bytes(len(whole)))
    assert Path(jars.classpath(VERSION)[7]).read_bytes() == whole


def test_jars_that_are_there_need_no_source(source: Path) -> None:
    paths = jars.classpath(VERSION)
    shutil.rmtree(source)
    assert jars.classpath(VERSION) == paths


def test_two_commands_fetch_at_once_without_harm(source: Path) -> None:
    call = f"from graph.local import jars; print(len(jars.classpath({VERSION!r})))"
    command = functools.partial(subprocess.Popen, [sys.executable, "-c", call], stdout=subprocess.PIPE, text=True)
    with command() as one, command() as other:
        assert (one.communicate()[0], other.communicate()[0]) == ("213\n", "213\n")
    assert not list((cache_folder() / "neo4j").glob(".fetch-*"))


def test_a_cache_without_rights_is_told(few: tuple[Jar, ...], tmp_path: Path, as_nobody: None) -> None:
    with pytest.raises(NoRights, match="cache"):
        jars.classpath(VERSION)


def test_a_full_disk_is_told_with_the_folder() -> None:
    with pytest.raises(DiskFull, match="/somewhere") as caught, told(Path("/somewhere"), "XDG_CACHE_HOME"):
        Path("/dev/full").write_bytes(b"x")
    assert "XDG_CACHE_HOME" in caught.value.repair("zh")
