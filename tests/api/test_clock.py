"""A day is China's, wherever the server stands."""

import os
import subprocess
import sys
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from api.clock import day_here

SAYS = "from api.service.calls import day_of; print(day_of(None))"


@pytest.mark.parametrize("zone", ["UTC", "Etc/GMT+12", "Pacific/Kiritimati"])
def test_today_is_chinas_day_in_every_time_zone(zone: str) -> None:
    before = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    said = subprocess.run(
        [sys.executable, "-c", SAYS], env=os.environ | {"TZ": zone}, capture_output=True, text=True, check=True
    )
    after = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    assert said.stdout.strip() in {str(before), str(after)}


def test_a_moment_of_the_evening_in_greenwich_is_of_the_next_day() -> None:
    assert str(day_here("2026-11-25T16:00:00+00:00")) == "2026-11-26"
    assert str(day_here("2026-11-25T15:59:59+00:00")) == "2026-11-25"
