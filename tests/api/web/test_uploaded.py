"""What is kept of uploads goes after a day, whoever died over it, and one of them that vanishes hinders nobody."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api import uploaded
from api.uploaded import Upload, UploadUnknown


def made(home: Path, name: str) -> Upload:
    files = home / "files"
    files.mkdir(exist_ok=True)
    (files / "offers.csv").write_text("kind\n")
    at = datetime.now(UTC).isoformat()
    given = Upload(name, "mei", None, None, ("offers.csv",), at, {"offers": 0}, {"error": 0}, blocked=False)
    return uploaded.keep(home, given, files)


def test_what_was_kept_for_a_day_is_swept_also_if_its_writer_died_but_not_under_a_living_one(tmp_path: Path) -> None:
    old = (datetime.now(UTC) - uploaded.KEPT - timedelta(minutes=1)).isoformat()
    first, second, _third = (made(tmp_path, name) for name in ("a1", "a2", "a3"))
    uploaded.change(tmp_path, replace(first, at=old))
    uploaded.change(tmp_path, replace(second, at=old, state="writing"))
    with uploaded.claimed(tmp_path, "a2") as mine:
        assert mine
        uploaded.sweep(tmp_path)
        assert {each.upload for each in uploaded.uploads(tmp_path)} == {"a2", "a3"}
    uploaded.sweep(tmp_path)
    assert [each.upload for each in uploaded.uploads(tmp_path)] == ["a3"]


def test_an_upload_is_claimed_by_one_at_a_time(tmp_path: Path) -> None:
    made(tmp_path, "a1")
    with uploaded.claimed(tmp_path, "a1") as first, uploaded.claimed(tmp_path, "a1") as second:
        assert (first, second) == (True, False)
    with uploaded.claimed(tmp_path, "a1") as third:
        assert third


def test_an_upload_that_vanishes_meanwhile_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path, "a1")
    made(tmp_path, "a2")
    asked = uploaded.kept

    def kept(home: Path, name: str) -> Upload:
        if name == "a1":
            uploaded.let_go(home, name)
        return asked(home, name)

    monkeypatch.setattr(uploaded, "kept", kept)
    assert [each.upload for each in uploaded.uploads(tmp_path)] == ["a2"]
    with pytest.raises(UploadUnknown), uploaded.claimed(tmp_path, "a1"):
        pass


def test_an_upload_that_other_code_wrote_hinders_nobody_and_goes_a_day_after_its_last_change(tmp_path: Path) -> None:
    made(tmp_path, "a1")
    made(tmp_path, "a2")
    folder = tmp_path / "uploads" / "a1"
    facts = folder / "upload.json"
    facts.write_text(json.dumps(json.loads(facts.read_text("utf-8")) | {"colour": "red"}), "utf-8")
    with pytest.raises(UploadUnknown):
        uploaded.kept(tmp_path, "a1")
    uploaded.sweep(tmp_path)
    assert [each.upload for each in uploaded.uploads(tmp_path)] == ["a2"]
    assert folder.exists()
    old = (datetime.now(UTC) - uploaded.KEPT - timedelta(minutes=1)).timestamp()
    os.utime(folder, (old, old))
    uploaded.sweep(tmp_path)
    assert not folder.exists()
