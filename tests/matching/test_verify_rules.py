"""Verification: a good plan passes, and a plan that breaks one rule is found to break that rule and no other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import grimp
import pytest

from matching.verify import verify
from matching.verify.verdict import CHECKS
from tests.cheating import Rows, Run, world
from tests.matching.test_cover_stand_ins import BROKEN as STAND_INS
from tests.matching.test_verify_figures import EDITED
from tests.plans import good_plan
from tests.tiny import (
    CITY,
    CITY_D,
    COUNTY_A,
    COUNTY_B,
    PROVINCE,
    TOWN_A1,
    TOWN_A2,
    VILLAGE_A1A,
    VILLAGE_A1B,
    VILLAGE_A2A,
    VILLAGE_B1A,
)


def lock(subject_type: str, subject: str, provider: str, mode: str) -> Rows:
    """One more lock."""
    types = {"O": "offer", "V": "volunteer", "W": "caseworker"}
    cells = {"subject_type": subject_type, "subject": subject, "provider": provider, "mode": mode}
    return {"locks": {"L9": cells | {"provider_type": types[provider[0]]}}}


def given(need: str, provider: str, quantity: int) -> Callable[[Run], None]:
    return lambda run: run.give(need, provider, quantity)


def longer(run: Run) -> None:
    """Tell a longer way than there is, wherever it is told."""
    true = run.minutes
    run.minutes = lambda *pair: true(*pair) + 1  # type: ignore[method-assign]


def dropped(need: str) -> Callable[[Run], None]:
    def drop(run: Run) -> None:
        for pair in [pair for pair in run.assigned if pair[0] == run.at("needs", need)]:
            run.take(pair, -run.assigned.pop(pair))

    return drop


def as_it_is(run: Run) -> None:
    """No cheat: the world itself breaks the rule."""


LATER, PAST = date(2027, 1, 1), date(2026, 6, 1)
BROKEN: list[tuple[str, str, Rows, str, Callable[[Run], None]]] = [
    ("counting", "paused", {"volunteers": {"V2": {"hours": 9}}}, PROVINCE, given("N08", "V2", 1)),
    ("counting", "opened-later", {"needs": {"N06": {"opened_on": LATER}}}, PROVINCE, given("N06", "O2", 3)),
    ("counting", "outside-the-scope", {"offers": {"O2": {"capacity": 99}}}, COUNTY_A, given("N06", "O2", 3)),
    ("need_quantity", "more-than-asked", {}, PROVINCE, given("N06", "O2", 4)),
    ("indivisible", "part-of-a-whole", {}, PROVINCE, given("N04", "V1", 1)),
    (
        "volunteer_whole",
        "part-of-what-can-be-divided",
        {"volunteers": {"V1": {"skills": "food", "hours": 9}}, "needs": {"N06": {"incident_place": VILLAGE_A1B}}},
        PROVINCE,
        given("N06", "V1", 2),
    ),
    ("answered", "less-than-promised", {}, PROVINCE, given("N02", "O4", 4)),
    ("answered", "not-kept", {}, PROVINCE, dropped("N02")),
    ("kind", "not-broader", {"offers": {"O6": {"capacity": 99}}}, PROVINCE, given("N06", "O6", 3)),
    (
        "kind",
        "narrower",
        {"needs": {"N06": {"kind": "daily_goods"}}, "offers": {"O4": {"serves": VILLAGE_B1A}}},
        PROVINCE,
        given("N06", "O4", 3),
    ),
    ("area", "another-village", {}, PROVINCE, given("N06", "O4", 3)),
    ("area", "above-the-area", {"needs": {"N06": {"incident_place": TOWN_A1}}}, PROVINCE, given("N06", "O4", 3)),
    ("dates", "not-yet", {"offers": {"O2": {"valid_from": LATER}}}, PROVINCE, given("N06", "O2", 3)),
    ("dates", "no-longer", {"offers": {"O2": {"valid_to": PAST}}}, PROVINCE, given("N06", "O2", 3)),
    ("paused", "offer", {}, PROVINCE, given("N12", "O5", 1)),
    ("acceptance", "too-young", {"needs": {"N01": {"person": "P1b"}}}, PROVINCE, given("N01", "O1", 1)),
    ("acceptance", "birth-unknown", {"persons": {"P1a": {"birth_year": None}}}, PROVINCE, given("N01", "O1", 1)),
    ("acceptance", "no-category", {"persons": {"P1a": {"categories": None}}}, PROVINCE, given("N01", "O1", 1)),
    ("acceptance", "no-trait", {"persons": {"P1a": {"traits": "disabled"}}}, PROVINCE, given("N01", "O1", 1)),
    (
        "acceptance",
        "two-persons-together",
        {"persons": {"P1a": {"categories": None}}, "needs": {"N01": {"person": None}}},
        PROVINCE,
        given("N01", "O1", 1),
    ),
    ("excluded", "by-an-answer", {"offers": {"O6": {"capacity": 9}}}, PROVINCE, given("N12", "O6", 1)),
    ("excluded", "by-a-lock", {"volunteers": {"V2": {"hours": 9}}}, PROVINCE, given("N05", "V2", 1)),
    ("excluded", "by-the-household", lock("household", "H5", "O2", "forbid"), PROVINCE, given("N06", "O2", 3)),
    ("excluded", "by-the-village", lock("village", VILLAGE_B1A, "O2", "forbid"), PROVINCE, given("N06", "O2", 3)),
    ("fund_region", "elsewhere", {"funds": {"F1": {"region": COUNTY_B}}}, PROVINCE, given("N03", "O3", 800)),
    ("fund_kind", "other-kind", {"funds": {"F1": {"kinds": "food"}}}, PROVINCE, given("N03", "O3", 800)),
    ("fund_dates", "over", {"funds": {"F1": {"valid_to": PAST}}}, PROVINCE, given("N03", "O3", 800)),
    (
        "fund_dates",
        "not-begun",
        {"funds": {"F1": {"valid_from": date(2026, 12, 1)}}},
        PROVINCE,
        given("N03", "O3", 800),
    ),
    ("skills", "not-learned", {}, PROVINCE, given("N06", "V2", 3)),
    ("volunteer_reach", "too-far", {"volunteers": {"V1": {"hours": 99}}}, PROVINCE, given("N11", "V1", 1)),
    (
        "volunteer_reach",
        "above-a-town",
        {
            "needs": {"N05": {"incident_place": COUNTY_B}},
            "volunteers": {"V3": {"village": VILLAGE_B1A, "skills": "visiting", "hours": 9}},
        },
        PROVINCE,
        given("N05", "V3", 1),
    ),
    ("capacity", "own", {"offers": {"O2": {"capacity": 2}}}, PROVINCE, given("N06", "O2", 3)),
    ("capacity", "with-what-stands-elsewhere", {"offers": {"O2": {"capacity": 4}}}, COUNTY_A, given("N07", "O2", 2)),
    ("budget", "own", {"organizations": {"G1": {"budget": 700}}}, PROVINCE, given("N03", "O3", 700)),
    ("fund_amount", "own", {"funds": {"F1": {"amount": 700}}}, PROVINCE, given("N03", "O3", 800)),
    ("hours", "own", {"volunteers": {"V1": {"hours": 15}}}, PROVINCE, given("N04", "V1", 2)),
    ("assignment_way", "longer", {}, PROVINCE, longer),
    ("keep_need", "given-to-nobody", lock("need", "N06", "O2", "keep"), PROVINCE, dropped("N06")),
    ("keep_need", "given-in-part", lock("need", "N06", "O2", "keep"), PROVINCE, given("N06", "O2", 2)),
    ("cover_place", "outside-the-scope", {}, COUNTY_A, lambda run: run.let_cover(VILLAGE_B1A, "W3")),
    ("cover_place", "above-the-towns", {}, PROVINCE, lambda run: run.let_cover(COUNTY_B, "W3")),
    ("cover_region", "another-county", {}, PROVINCE, lambda run: run.let_cover(VILLAGE_A2A, "W3")),
    ("cover_limit", "too-far", {"caseworkers": {"W1": {"minutes_limit": 5}}}, PROVINCE, as_it_is),
    (
        "cover_forbidden",
        "by-a-lock",
        lock("village", VILLAGE_A1B, "W1", "forbid") | {"caseworkers": {"W1": {"villages_limit": 9}}},
        PROVINCE,
        lambda run: run.let_cover(VILLAGE_A1B, "W1"),
    ),
    ("villages_limit", "own", {}, PROVINCE, lambda run: run.let_cover(VILLAGE_A2A, "W1")),
    (
        "villages_limit",
        "with-what-stands-elsewhere",
        {"caseworkers": {"W1": {"villages_limit": 1}}},
        TOWN_A2,
        lambda run: run.let_cover(VILLAGE_A2A, "W1"),
    ),
    ("keep_village", "let-go", {}, PROVINCE, lambda run: run.let_go(VILLAGE_A1A, "W1")),
    (
        "responsible_needed",
        "in-an-institution",
        {"caseworkers": {"W1": {"capacity": 99}}},
        PROVINCE,
        lambda run: run.put_in_charge("H7", "W1"),
    ),
    ("responsible_covers", "not-covered", {}, PROVINCE, lambda run: run.put_in_charge("H4", "W1")),
    (
        "responsible_forbidden",
        "by-a-lock",
        lock("household", "H2", "W1", "forbid"),
        PROVINCE,
        lambda run: run.put_in_charge("H2", "W1"),
    ),
    ("proven_cover", "let-go", {}, PROVINCE, lambda run: run.let_go(VILLAGE_A1B, "W1")),
    ("proven_cover", "town-let-go", {}, PROVINCE, lambda run: run.let_go(TOWN_A1, "W1")),
    ("keep_household", "let-go", {}, PROVINCE, lambda run: run.let_go(VILLAGE_B1A, "W3")),
    ("load", "own", {"caseworkers": {"W1": {"capacity": 4}}}, PROVINCE, lambda run: run.put_in_charge("H1", "W1")),
    (
        "load",
        "with-what-stands-elsewhere",
        {"caseworkers": {"W1": {"capacity": 5, "villages_limit": None}}, "households": {"H4": {"weight": 1}}},
        TOWN_A2,
        lambda run: run.put_in_charge("H4", "W1"),
    ),
]


@pytest.mark.parametrize(
    ("rule", "patches", "scope", "cheat"),
    [pytest.param(*case[:1], *case[2:], id="-".join(case[:2])) for case in BROKEN],
)
def test_a_plan_that_breaks_one_rule_is_found_to_break_that_rule(
    rule: str, patches: Rows, scope: str, cheat: Callable[[Run], None]
):
    run = Run(patches, scope)
    cheat(run)
    verdict = verify(run.plan(), run.snapshot)
    # a village that a lock keeps and the worker lets go is also one more that could be covered
    beside = {"proven_cover"} if rule in {"keep_village", "keep_household"} else set()
    assert {rule} <= set(verdict.found) <= {rule} | beside, verdict.breaches
    assert not verdict.passed
    for breach in verdict.breaches:
        assert breach["en"]
        assert breach["zh"]
        assert breach["subject"]


@pytest.mark.parametrize("scope", [PROVINCE, CITY, COUNTY_A, COUNTY_B, TOWN_A1, TOWN_A2, VILLAGE_A1A, CITY_D])
@pytest.mark.parametrize(
    "patches", [{}, {"travel": {}}, {"offers": {"O5": {"paused": None}}}], ids=["as-is", "no-roads", "more-offers"]
)
def test_a_plan_that_keeps_every_rule_passes(scope: str, patches: Rows):
    run = Run({name: rows for name, rows in patches.items() if name != "travel"}, scope)
    verdict = verify(run.plan(), run.snapshot)
    assert verdict.breaches == ()
    assert set(verdict.checks) == {"keys", *(check.name for check in CHECKS)}


def test_each_check_has_a_plan_that_breaks_it():
    broken = {case[0] for case in BROKEN} | {case[0] for case in EDITED} | STAND_INS.keys() | {"unreached"}
    assert broken == {"keys", *(check.name for check in CHECKS)}


def test_a_promise_that_no_longer_fits_is_kept_and_nothing_is_added():
    """The offer of an accepted assignment has shrunk, expired and excluded the need since."""
    patches: Rows = {"offers": {"O4": {"capacity": 2, "valid_to": PAST, "min_age": 120}}}
    run = Run(patches)
    assert verify(run.plan(), run.snapshot).passed
    more = Run(patches | {"offers": {"O4": {"capacity": 2}}})
    more.give("N06", "O4", 1)
    assert set(verify(more.plan(), more.snapshot).found) == {"area", "capacity"}


SHRUNK: Rows = {"needs": {"N02": {"quantity": 3}}, **lock("need", "N02", "O4", "keep")}
"""Five units of N02 were accepted; the need asks for three by now."""


def test_a_kept_need_that_was_answered_with_more_than_it_asks_for_by_now_keeps_what_was_answered():
    run = Run(SHRUNK)
    assert run.assigned[run.pair("N02", "O4")] == 5
    assert verify(run.plan(), run.snapshot).breaches == ()


def test_a_kept_need_gets_no_more_than_was_answered():
    run = Run(SHRUNK)
    run.give("N02", "O4", 6)
    assert set(verify(run.plan(), run.snapshot).found) == {"need_quantity"}


def test_verification_knows_no_program_that_makes_plans():
    imports = grimp.build_graph("matching", "graph", cache_dir=None)
    own = {module for module in imports.modules if module.startswith("matching.verify")}
    known = {name for module in own for name in imports.find_modules_directly_imported_by(module) if name not in own}
    assert known <= {
        "graph.model",
        "graph.snapshot",
        "matching.certificate",
        "matching.plan",
        "matching.plan_id",
        "matching.plan_tables",
        "matching.policy",
    }


def test_two_good_plans_of_one_world_pass():
    snapshot = world()
    assert verify(good_plan(snapshot, PROVINCE), snapshot).passed
    assert verify(good_plan(snapshot, PROVINCE, on=date(2027, 2, 28), period="2027-02"), snapshot).passed
