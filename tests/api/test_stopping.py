"""A command that is stopped from the keyboard says so, and what is kept."""

import subprocess
import sys

import pytest

MOMENTS = {"while the program is read": "typer", "in the midst of a command": "api.service.loading"}
PROGRAM = """
import sys

class Stops:
    def find_spec(self, name, path=None, target=None):
        if name == {at!r}:
            sys.meta_path.remove(self)
            raise KeyboardInterrupt

sys.meta_path.insert(0, Stops())
sys.argv = ["zhongfu", "sample", "nowhere", "--region", "441402", "--seed", "1"]
from api.cli import main
main()
"""


@pytest.mark.parametrize("at", MOMENTS.values(), ids=MOMENTS.keys())
@pytest.mark.parametrize("first", ["en", "zh"])
def test_a_command_that_is_stopped_says_so_in_both_languages(
    at: str, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHONGFU_LANG", first)
    program = [sys.executable, "-c", PROGRAM.format(at=at)]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (130, "")
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith({"en": "✗ Stopped.", "zh": "✗ 已停止。"}[first])
    assert "What was acknowledged is kept" in done.stderr
    assert "已确认的内容不会丢失" in done.stderr
