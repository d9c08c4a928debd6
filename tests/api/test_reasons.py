"""Why a kept plan leaves what it leaves: counted by reason from its files, and told in words."""

from collections import Counter
from pathlib import Path

import pytest

from api.cli.reasons_screen import show_reasons
from api.plan_files import PlanDamaged, PlanMissing, store_plan
from api.service.reasons import reasons_of
from api.settings import read_settings
from graph.model import PROVIDER_TYPES
from matching.match import match
from matching.plan import Plan
from tests.matching.worlds import FOOD, Rows, need, offer, problem_of, random_world, world


def kept(rows: Rows, home: Path) -> Plan:
    """The plan of a world, kept in a home."""
    problem = problem_of(rows)
    plan = match(problem)
    store_plan(plan, problem.snapshot, home / "plans")
    return plan


@pytest.mark.parametrize("seed", range(3))
def test_each_need_place_and_provider_is_counted_once_by_its_reason(tmp_path: Path, seed: int) -> None:
    plan = kept(random_world(seed, 40, 12), tmp_path)
    found = reasons_of(read_settings(home=tmp_path), plan.id)
    types = {
        "unmet": ["need"] * len(plan.unmet.need),
        "uncovered": plan.uncovered.subject_type.to_pylist(),
        "unused": [PROVIDER_TYPES[kind].code for kind in plan.unused.provider_type.tolist()],
    }
    for name, of in types.items():
        told = Counter(zip(of, getattr(plan, name).reason.to_pylist(), strict=True))
        assert {(why.subject_type, why.reason): why.count for why in found if why.table == name} == told


def test_a_reason_is_told_with_the_first_of_them_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHONGFU_LANG", "en")
    rows = world(
        needs=[need("N1"), need("N2"), need("N3", kind="visit")],
        offers=[offer("O", "441402101201", kind=FOOD, traits="elderly")],
    )
    plan = kept(rows, tmp_path)
    show_reasons([why for why in reasons_of(read_settings(home=tmp_path), plan.id) if why.table == "unmet"])
    said = " ".join(capsys.readouterr().out.split())
    assert "need 2 offers reach them, but accept others N1: the offers that reach this" in said
    assert "need 1 nobody offers this kind of help N3" in said


def test_a_plan_whose_files_are_not_here_has_no_reasons(tmp_path: Path) -> None:
    with pytest.raises(PlanMissing):
        reasons_of(read_settings(home=tmp_path), "00ff")
    plan = kept(random_world(1, 5, 2), tmp_path)
    (tmp_path / "plans" / plan.id / "unmet.parquet").write_bytes(b"PAR1")
    with pytest.raises(PlanDamaged, match="unmet"):
        reasons_of(read_settings(home=tmp_path), plan.id)
