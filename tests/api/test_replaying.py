"""Any kept plan is made again from what it was made of, on the command line: the same, or it is told what differs."""

import shutil
import sys

import pytest

from tests.api.conftest import COUNTY, DAY, Command
from tests.api.elder import VERSION

ASKED = ("match", "--region", COUNTY, "--on", DAY, "--format", "json")


@pytest.fixture(scope="module")
def plan(loaded: Command) -> str:
    """A plan that is published, so that the graph is not what it was made from any more."""
    name = str(loaded(*ASKED).json["plan"])
    loaded("publish", name)
    return name


def test_a_published_plan_comes_out_the_same_and_nothing_is_kept_of_it(loaded: Command, plan: str) -> None:
    before = loaded("plans", "--format", "json").json
    told = loaded("replay", plan[:6], "--format", "json").json
    assert told == {"plan": plan, "again": plan, "same": True, "versions": [], "parts": []}
    assert loaded("plans", "--format", "json").json == before


@pytest.mark.parametrize(("lang", "said"), [("en", "comes out the same, bit for bit"), ("zh", "重放结果逐位一致")])
def test_the_screen_says_so(loaded: Command, plan: str, lang: str, said: str) -> None:
    assert said in " ".join(loaded("replay", plan, lang=lang).out.split())


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "Every decision and figure is the same"), ("zh", "所有决定与数值均相同")]
)
def test_a_plan_of_an_older_version_says_which_one_differs(loaded: Command, lang: str, said: str) -> None:
    asked = ("match", "--region", COUNTY, "--on", "2026-11-03", "--format", "json")
    older = loaded.run([sys.executable, "-m", "tests.api.elder"], asked, 0, "en", {}).json["plan"]
    told = loaded("replay", older, "--format", "json", code=1).json
    assert not told["same"]
    assert [(row["name"], row["then"]) for row in told["versions"]] == [("numpy", VERSION)]
    assert told["parts"] == []
    assert said in " ".join(loaded("replay", older, code=1, lang=lang).out.split())


def test_a_file_that_is_missing_is_named_and_nothing_is_made(loaded: Command, plan: str) -> None:
    kept = loaded.home / "plans" / plan / "assignments.parquet"
    aside = kept.with_suffix(".aside")
    shutil.move(kept, aside)
    try:
        assert "assignments" in loaded("replay", plan, code=1).err
    finally:
        shutil.move(aside, kept)


def test_a_plan_that_nobody_made_is_a_wrong_call(loaded: Command) -> None:
    assert "There is no plan" in " ".join(loaded("replay", "ffff", code=2).err.split())
