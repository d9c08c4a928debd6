"""A limit on changes is given on the command line, stands in the plan's policy, and is refused where it is none."""

from pathlib import Path

import pytest

from tests.api.conftest import COUNTY, DAY, Command

ASKED = ("match", "--region", COUNTY, "--on", DAY)


def test_the_limit_takes_the_place_of_the_policys_and_stands_in_the_plan(loaded: Command, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text("max_changes = 9\n", "utf-8")
    told = loaded(*ASKED, "--policy", policy, "--max-changes", "4", "--format", "json").json
    loaded("export", told["plan"], tmp_path / "out")
    assert "max_changes = 4\n" in (tmp_path / "out" / "policy.toml").read_text("utf-8")
    alone = loaded(*ASKED, "--policy", policy, "--format", "json").json
    assert alone["plan"] != told["plan"]


@pytest.mark.parametrize(("lang", "said"), [("en", "a whole number, 0 or more"), ("zh", "不小于 0 的整数")])
def test_a_limit_below_nothing_is_refused_with_what_it_takes(loaded: Command, lang: str, said: str) -> None:
    done = loaded(*ASKED, "--max-changes", "-1", code=2, lang=lang)
    assert said in "".join(done.err.split("\n")) or said in " ".join(done.err.split())


def test_what_is_published_stays_as_far_as_the_limit_says(loaded: Command, tmp_path: Path) -> None:
    first = loaded(*ASKED, "--format", "json").json["plan"]
    loaded("publish", first)
    other = tmp_path / "other.toml"
    other.write_text("waiting_months = [1]\n\n[provider_order]\ncharity = 0\ngovernment = 7\n", "utf-8")
    moved, kept = (
        loaded(*ASKED, "--policy", other, *limit, "--format", "json").json["certificate"]["changes"]
        for limit in ((), ("--max-changes", "0"))
    )
    assert sum(each["free"] for each in moved.values()) > 0
    assert [each["free"] for each in kept.values()] == [0, 0, 0]
    shown = loaded(*ASKED, "--policy", other).out
    assert f"Changed of what is published: {moved['needs']['free']:,} needs" in shown
    assert f"需求 {moved['needs']['free']:,} 项" in loaded(*ASKED, "--policy", other, lang="zh").out
