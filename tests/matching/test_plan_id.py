"""A plan's id is the digest of everything it says but the seconds; its certificate survives JSON."""

import json
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from matching.certificate import CertificateError, certificate_of
from matching.plan import Assignments
from matching.plan_id import TABLES, plan_id
from matching.policy import MatchPolicy
from tests import tiny
from tests.plans import good_plan

SNAPSHOT = tiny.snapshot()
PLAN = good_plan(SNAPSHOT, tiny.PROVINCE)


def test_the_same_run_gives_the_same_id_whatever_it_took():
    slower = tuple(replace(stage, seconds=stage.seconds + 9) for stage in PLAN.certificate.stages)
    again = replace(PLAN, id="", certificate=replace(PLAN.certificate, plan="", stages=slower))
    assert plan_id(again, SNAPSHOT) == plan_id(PLAN, SNAPSHOT) == PLAN.id


@pytest.mark.parametrize(
    "changes",
    [
        {"scope": 1},
        {"period": "2026-12"},
        {"on": PLAN.on + 1},
        {"base_revision": 9},
        {"policy": MatchPolicy(seed=1)},
        {"certificate": replace(PLAN.certificate, versions={"zhongfu": "9"})},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_another_run_has_another_id(changes: dict[str, Any]):
    assert plan_id(replace(PLAN, **changes), SNAPSHOT) != PLAN.id


@pytest.mark.parametrize("part", TABLES)
def test_any_changed_column_changes_the_id(part: str):
    table = getattr(PLAN, part)
    for column in fields(table):
        values = getattr(table, column.name)
        if not len(values):
            continue
        other = values + 1 if isinstance(values, np.ndarray) else reworded(values)
        assert plan_id(replace(PLAN, **{part: replace(table, **{column.name: other})}), SNAPSHOT) != PLAN.id


def reworded(texts: Any) -> Any:
    return pa.array([f"{text}?" for text in texts.to_pylist()]).dictionary_encode()


def test_the_order_of_a_dictionary_is_not_part_of_the_id():
    turned = pa.DictionaryArray.from_arrays(
        pa.array([1] * len(PLAN.unused.reason), pa.int32()), pa.array(["unheard", "no_need"])
    )
    assert turned.to_pylist() == PLAN.unused.reason.to_pylist()
    assert plan_id(replace(PLAN, unused=replace(PLAN.unused, reason=turned)), SNAPSHOT) == PLAN.id


def test_another_snapshot_gives_another_id():
    other = tiny.snapshot(volunteers=[*tiny.ROWS["volunteers"], tiny.ROWS["volunteers"][1] | {"volunteer": "V9"}])
    assert plan_id(PLAN, other) != PLAN.id


def certificate() -> dict[str, Any]:
    said: dict[str, Any] = json.loads(json.dumps(PLAN.certificate.as_json()))
    return said


def test_a_certificate_survives_json():
    assert certificate_of(certificate()).as_json() == PLAN.certificate.as_json()


def test_a_certificate_that_says_its_plan_failed_is_read_as_such():
    said = certificate()
    said["verify"]["passed"] = False
    read = certificate_of(said)
    assert not read.verdict.passed
    assert read.as_json() == said


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("base_revision", 7.5),
        ("base_revision", True),
        ("seed", "0"),
        ("scope", 440000000000),
        ("stages", {}),
        ("stages", [{"stage": "cover"}]),
        ("open", {"red": {"needs": 1.5, "units": 2}}),
        ("covered", {"towns": "3"}),
        ("versions", []),
        ("verify", {"passed": "true", "checks": {}}),
        ("verify", {"passed": 1, "checks": {}}),
        ("verify", {"passed": True, "checks": {"capacity": "many"}}),
        ("verify", {"passed": True}),
    ],
)
def test_a_value_of_another_type_is_refused_by_the_name_of_its_field(field: str, value: Any):
    with pytest.raises(CertificateError, match=field):
        certificate_of(certificate() | {field: value})


@pytest.mark.parametrize(
    "figure", [{"exact": "yes"}, {"value": "3"}, {"bands": [{"band": 0.5, "value": 1, "bound": 1}]}]
)
def test_a_figure_of_a_stage_of_another_type_is_refused_by_its_stage(figure: dict[str, Any]):
    said = certificate()
    said["stages"][0] |= figure
    with pytest.raises(CertificateError, match=r"stages\.cover"):
        certificate_of(said)


@pytest.mark.parametrize("field", list(PLAN.certificate.as_json()))
def test_a_certificate_without_a_field_is_refused_by_name(field: str):
    said = certificate()
    del said[field]
    with pytest.raises(CertificateError, match=field):
        certificate_of(said)


@pytest.mark.parametrize("field", ["value", "bound", "exact", "seconds", "engine", "status", "stage"])
def test_a_stage_without_a_field_is_refused_by_name(field: str):
    said = certificate()
    del said["stages"][0][field]
    with pytest.raises(CertificateError, match=field):
        certificate_of(said)


def test_an_empty_plan_has_an_id_too():
    nothing = replace(PLAN, assignments=Assignments.none())
    assert len(plan_id(nothing, SNAPSHOT)) == 16


def test_another_answer_within_a_revision_gives_another_plan():
    rows = [row | {"status": "delivered"} for row in tiny.ROWS["assigned"]]
    other = tiny.snapshot(assigned=rows)
    assert other.digest == SNAPSHOT.digest
    assert other.published.revision == SNAPSHOT.published.revision
    assert good_plan(other, tiny.PROVINCE).id != PLAN.id
