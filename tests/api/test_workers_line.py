"""What a plan says of workers in one line: dialects and stand-ins where the plan counts them, in both languages."""

import pytest

from api.cli import screen
from api.cli.plan_screen import workers_line

COVERED = {"villages": 2190, "towns": 117, "households": 66709}
DIALECTS = {"dialect_asked": 1200, "dialect_heard": 1100}
BESIDE = {"stand_ins": 2179, "without_stand_in": 4, "stand_ins_most": 2179}


@pytest.mark.parametrize("chinese", [False, True])
def test_the_line_tells_of_dialects_and_stand_ins_where_there_are_any(
    monkeypatch: pytest.MonkeyPatch, chinese: bool
) -> None:
    monkeypatch.setattr(screen, "chinese", lambda: chinese)
    plain, whole = (str(workers_line({"covered": each})) for each in (COVERED, COVERED | DIALECTS | BESIDE))
    assert "2,190" in plain
    assert whole.startswith(plain)
    told = {"1,100", "1,200", "2,179", "4"}
    assert all(number in whole.removeprefix(plain) for number in told)
    assert not any(number in plain for number in told - {"4"})
    assert ("备岗" in whole, "stand-in" in whole) == (chinese, not chinese)


def test_nothing_is_said_of_dialects_where_nobody_asks_for_one() -> None:
    asked = str(workers_line({"covered": COVERED | {"dialect_asked": 0, "dialect_heard": 0}}))
    assert asked == str(workers_line({"covered": COVERED}))
