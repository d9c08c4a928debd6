"""A limit on changes is given on the command line, stands in the plan's policy, and is refused where it is none."""

from pathlib import Path

import pytest

from tests.api.conftest import COUNTY, DAY, Command

ASKED = ("match", "--region", COUNTY, "--on", DAY)


def test_the_limit_takes_the_place_of_the_policys_and_stands_in_the_plan(loaded: Command, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text("max_changes = 9\n", "utf-8")
    told = loaded(*ASKED, "--policy", policy, "--max-changes", "4", "--format", "json").json
    assert told["certificate"]["changes"]["needs"] == {"free": 0, "forced": 0}
    loaded("export", told["plan"], tmp_path / "out")
    assert "max_changes = 4\n" in (tmp_path / "out" / "policy.toml").read_text("utf-8")
    alone = loaded(*ASKED, "--policy", policy, "--format", "json").json
    assert alone["plan"] != told["plan"]


@pytest.mark.parametrize(("lang", "said"), [("en", "a whole number, 0 or more"), ("zh", "不小于 0 的整数")])
def test_a_limit_below_nothing_is_refused_with_what_it_takes(loaded: Command, lang: str, said: str) -> None:
    done = loaded(*ASKED, "--max-changes", "-1", code=2, lang=lang)
    assert said in "".join(done.err.split("\n")) or said in " ".join(done.err.split())
