"""What is kept of uploads goes after a day, whoever died over it, and one of them that vanishes hinders nobody."""

import errno
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, MutableMapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from api import uploaded
from api.service import uploads, writing
from api.settings import Settings
from api.uploaded import Upload, UploadUnknown
from api.worker import work
from loaders.contract.checked import Checked
from loaders.issues import Issues

A1, A2, A3, A4 = (f"a{number}" * 16 for number in range(1, 5))
"""Numbers of uploads."""


def events(said: list[MutableMapping[str, Any]]) -> list[str]:
    """What the log was told."""
    return [str(each["event"]) for each in said]


def made(home: Path, name: str) -> Upload:
    files = home / "files"
    files.mkdir(exist_ok=True)
    (files / "offers.csv").write_text("kind\n")
    at = datetime.now(UTC).isoformat()
    given = Upload(name, "mei", None, None, ("offers.csv",), at, {"offers": 0}, {"error": 0}, blocked=False)
    return uploaded.keep(home, given, files)


def test_what_was_kept_for_a_day_is_swept_also_if_its_writer_died_but_not_under_a_living_one(tmp_path: Path) -> None:
    old = (datetime.now(UTC) - uploaded.KEPT - timedelta(minutes=1)).isoformat()
    first, second, _third = (made(tmp_path, name) for name in (A1, A2, A3))
    uploaded.change(tmp_path, replace(first, at=old))
    uploaded.change(tmp_path, replace(second, at=old, state="writing"))
    with uploaded.claimed(tmp_path, A2) as mine:
        assert mine
        uploaded.sweep(tmp_path)
        assert {each.upload for each in uploaded.uploads(tmp_path)} == {A2, A3}
    uploaded.sweep(tmp_path)
    assert [each.upload for each in uploaded.uploads(tmp_path)] == [A3]


def test_an_upload_is_claimed_by_one_at_a_time(tmp_path: Path) -> None:
    made(tmp_path, A1)
    with uploaded.claimed(tmp_path, A1) as first, uploaded.claimed(tmp_path, A1) as second:
        assert (first, second) == (True, False)
    with uploaded.claimed(tmp_path, A1) as third:
        assert third


def test_an_upload_that_vanishes_meanwhile_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path, A1)
    made(tmp_path, A2)
    asked = uploaded.kept

    def kept(home: Path, name: str) -> Upload:
        if name == A1:
            uploaded.let_go(home, name)
        return asked(home, name)

    monkeypatch.setattr(uploaded, "kept", kept)
    assert [each.upload for each in uploaded.uploads(tmp_path)] == [A2]
    with pytest.raises(UploadUnknown), uploaded.claimed(tmp_path, A1):
        pass


def test_an_upload_that_other_code_wrote_hinders_nobody_and_goes_a_day_after_its_last_change(tmp_path: Path) -> None:
    made(tmp_path, A1)
    made(tmp_path, A2)
    folder = tmp_path / "uploads" / A1
    facts = folder / "upload.json"
    facts.write_text(json.dumps(json.loads(facts.read_text("utf-8")) | {"colour": "red"}), "utf-8")
    with pytest.raises(UploadUnknown):
        uploaded.kept(tmp_path, A1)
    uploaded.sweep(tmp_path)
    assert [each.upload for each in uploaded.uploads(tmp_path)] == [A2]
    assert folder.exists()
    old = (datetime.now(UTC) - uploaded.KEPT - timedelta(minutes=1)).timestamp()
    os.utime(folder, (old, old))
    uploaded.sweep(tmp_path)
    assert not folder.exists()


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut off": lambda facts: facts[: len(facts) // 2],
    "blank": lambda _facts: b"",
    "no text": lambda facts: b"\xff\xfe" + facts,
    "no facts": lambda _facts: b"[1, 2]",
    "no moment": lambda facts: json.dumps(json.loads(facts) | {"at": "yesterday"}).encode(),
    "a moment of another type": lambda facts: json.dumps(json.loads(facts) | {"at": 7}).encode(),
}
"""What a full disk or a torn write may leave of the facts of an upload."""


@pytest.mark.parametrize("damage", DAMAGES)
def test_an_upload_that_is_damaged_hinders_no_other_and_goes_a_day_after_its_last_change(
    tmp_path: Path, damage: str
) -> None:
    old = (datetime.now(UTC) - uploaded.KEPT - timedelta(minutes=1)).isoformat()
    for name in (A1, A2, A3, A4):
        made(tmp_path, name)
    folder = tmp_path / "uploads" / A2
    (folder / "upload.json").write_bytes(DAMAGES[damage]((folder / "upload.json").read_bytes()))
    with pytest.raises(UploadUnknown):
        uploaded.kept(tmp_path, A2)
    assert {each.upload for each in uploaded.uploads(tmp_path)} == {A1, A3, A4}
    for name in (A1, A3):
        uploaded.change(tmp_path, replace(uploaded.kept(tmp_path, name), at=old))
    uploaded.sweep(tmp_path)
    assert {path.name for path in (tmp_path / "uploads").iterdir()} == {A2, A4}
    moment = datetime.fromisoformat(old).timestamp()
    os.utime(folder, (moment, moment))
    uploaded.sweep(tmp_path)
    assert {path.name for path in (tmp_path / "uploads").iterdir()} == {A4}


def test_what_is_left_of_an_upload_half_let_go_is_swept_a_day_later(tmp_path: Path) -> None:
    for name in (A1, A2):
        made(tmp_path, name)
    folder = tmp_path / "uploads" / A1
    (folder / "upload.json").unlink()
    uploaded.sweep(tmp_path)
    assert folder.exists(), "somebody may be letting go of it"
    moment = (datetime.now(UTC) - uploaded.KEPT - timedelta(minutes=1)).timestamp()
    os.utime(folder, (moment, moment))
    uploaded.sweep(tmp_path)
    assert [path.name for path in (tmp_path / "uploads").iterdir()] == [A2]


def test_an_upload_of_more_than_a_day_is_not_known_though_nothing_swept_it_unless_it_is_being_written(
    tmp_path: Path,
) -> None:
    old = (datetime.now(UTC) - uploaded.KEPT - timedelta(minutes=1)).isoformat()
    given = made(tmp_path, A1)
    uploaded.change(tmp_path, replace(given, at=old, state="writing"))
    assert [each.upload for each in uploaded.uploads(tmp_path)] == [A1]
    for state in ("checked", "written", "failed"):
        uploaded.change(tmp_path, replace(given, at=old, state=state))
        assert uploaded.uploads(tmp_path) == []
        with pytest.raises(UploadUnknown):
            uploaded.kept(tmp_path, A1)
    uploaded.change(tmp_path, given)
    assert uploaded.kept(tmp_path, A1).state == "checked"


CHECKING = """
import io, os, sys, time
from contextlib import nullcontext
from api.service import uploads
from api.settings import Settings

def check(*_):
    print("checking", flush=True)
    time.sleep(600)

uploads.opened, uploads.checked_folder = nullcontext, check
settings = Settings.model_validate({"home": sys.argv[1], "lang": "en", "actor": "mei", "jobs": 1})
uploads.take(settings, [("persons.csv", io.BytesIO(b"11010519491231002X"))], organization=None, region=None)
"""
"""Begins the check of a file of persons, and stays there."""


def test_what_a_killed_check_leaves_lies_in_the_home_for_its_user_alone_and_goes_at_the_start_of_the_service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, elsewhere = tmp_path / "home", tmp_path / "temporary"
    elsewhere.mkdir()
    home.mkdir()
    kept = os.environ | {"TMPDIR": str(elsewhere)}
    command = [sys.executable, "-c", CHECKING, str(home)]
    with subprocess.Popen(command, env=kept, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "checking\n"
        [file] = home.rglob("persons.csv")
        assert [oct(each.stat().st_mode & 0o777) for each in (file.parent, file.parent.parent)] == ["0o700", "0o700"]
        uploaded.sweep(home)
        assert file.exists(), "it is being checked"
        process.kill()
    assert file.exists()
    assert not list(elsewhere.iterdir())
    monkeypatch.setenv("ZHONGFU_GRAPH_PASSWORD", "of a graph that is away")
    over = threading.Event()
    settings = Settings.model_validate(
        {"home": home, "graph": "bolt://127.0.0.1:1", "lang": "en", "actor": "test", "jobs": 1}
    )
    worker = threading.Thread(target=work, args=(settings, over))
    worker.start()
    try:
        for _ in range(1200):
            if not file.parent.exists():
                break
            time.sleep(0.05)
    finally:
        over.set()
        worker.join(60)
    assert list((home / "uploads").iterdir()) == []


@pytest.mark.parametrize("name", ["a" * 300, "a1", A1.upper(), f"{A1}0", "..", "甲" * 32, ""])
def test_what_is_no_number_of_an_upload_is_not_known(tmp_path: Path, name: str) -> None:
    made(tmp_path, A1)
    for ask in (uploaded.kept, uploaded.issues_of, uploaded.left_of, uploaded.claim_of, uploaded.let_go):
        with pytest.raises(UploadUnknown):
            ask(tmp_path, name)


def test_what_was_in_an_upload_that_is_forgotten_meanwhile_is_not_known(tmp_path: Path) -> None:
    made(tmp_path, A1)
    uploaded.forget_files(tmp_path, A1)
    with pytest.raises(UploadUnknown):
        uploaded.issues_of(tmp_path, A1)
    with pytest.raises(UploadUnknown), uploaded.files_of(tmp_path, A1):
        pass


def test_an_upload_that_is_written_while_its_issues_are_asked_for_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, asked = made(tmp_path, A1), uploaded.issues_of
    settings = Settings.model_validate({"home": tmp_path, "lang": "en", "actor": "mei", "jobs": 1})

    def issues_of(home: Path, name: str) -> list[dict[str, Any]]:
        uploaded.change(home, replace(given, state="written"))
        uploaded.forget_files(home, name)
        return asked(home, name)

    monkeypatch.setattr(uploaded, "issues_of", issues_of)
    assert uploads.issues_of(settings, A1) == []


def test_an_upload_is_written_though_its_files_cannot_be_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_home: Path, _upload: str) -> None:
        raise OSError(errno.EIO, "the disk fails")

    made(tmp_path, A1)
    monkeypatch.setattr(uploaded, "forget_files", fail)
    monkeypatch.setattr(writing, "_write_tables", lambda *_: (Checked({}, Issues()), []))
    settings = Settings.model_validate({"home": tmp_path, "lang": "en", "actor": "mei", "jobs": 1})
    with capture_logs() as said:
        assert writing.write(settings, A1, patience=60).state == "written"
    assert events(said) == ["files of an upload are not forgotten"]


def test_a_worker_goes_on_whatever_hinders_the_sweep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # the superuser may read everything, so the answer of a disk that fails is given in its place
    def fail(_store: Path) -> None:
        raise OSError(errno.EIO, "the disk fails")

    monkeypatch.setattr(uploaded, "sweep_unfinished", fail)
    monkeypatch.setenv("ZHONGFU_GRAPH_PASSWORD", "of a graph that is away")
    given = {"home": tmp_path, "graph": "bolt://127.0.0.1:1", "lang": "en", "actor": "test", "jobs": 1}
    over = threading.Event()
    worker = threading.Thread(target=work, args=(Settings.model_validate(given), over))
    with capture_logs() as said:
        worker.start()
        try:
            for _ in range(600):
                if "the graph is away" in events(said) or not worker.is_alive():
                    break
                time.sleep(0.1)
        finally:
            over.set()
            worker.join(30)
    assert "uploads are not swept" in events(said)
    assert "the graph is away" in events(said), "it looked for runs all the same"
