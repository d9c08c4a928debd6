"""What keeps a rule passes without a word: beside each fault stands the nearest row that has none."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from graph.model import TABLES, Column, Table
from loaders.contract import check
from loaders.contract.cells import parse_column
from loaders.contract.distinct import true
from loaders.contract.identity import are_id_numbers, credit_codes
from loaders.contract.repair import repair
from tests import tiny
from tests.loaders.small_files import rows, told, write


def outcome_of(folder: Path, table: str, at: int, **cells: str):
    """The check after these cells of the row `at` (counted as the file does) were changed."""
    world = rows()
    if at - 2 == len(world[table]):
        world[table].append({})
    world[table][at - 2].update(cells)
    return check(write(folder, world))


@pytest.mark.parametrize(
    ("table", "at", "cells"),
    [
        pytest.param("needs", 2, {"quantity": "1"}, id="a quantity of one"),
        pytest.param("needs", 2, {"quantity": "2.0"}, id="a whole number with a decimal point"),
        pytest.param("needs", 3, {"opened_on": "2026/1/5"}, id="a date with slashes"),
        pytest.param("needs", 3, {"opened_on": "2028-02-29"}, id="a leap day"),
        pytest.param("needs", 3, {"opened_on": "2026-02-03", "due_on": "2026-02-03"}, id="a range of one day"),
        pytest.param("offers", 2, {"min_age": "60", "max_age": "60"}, id="a range of one year of age"),
        pytest.param("funds", 2, {"valid_to": ""}, id="a range without an end"),
        pytest.param("offers", 2, {"capacity": "0"}, id="a capacity of nothing"),
        pytest.param("households", 2, {"hukou": "110000000000"}, id="a registration that is not loaded"),
        pytest.param("households", 3, {"alert": "", "weight": ""}, id="blank cells"),
        pytest.param(
            "organizations", 3, {"credit_code": "534400005000202340"}, id="a credit code with its check digit"
        ),
        pytest.param("persons", 2, {"id_number": "11010519491231002x"}, id="an identity number in small letters"),
        pytest.param("locks", 3, {"mode": "keep"}, id="a need kept with a volunteer"),
        pytest.param("regions", 9, {"parent": tiny.COUNTY_A}, id="a village on a county"),
        pytest.param(
            "volunteers", 2, {"skills": "visiting； tutoring;visiting"}, id="a list with a full-width semicolon"
        ),
    ],
)
def test_what_keeps_a_rule_passes(tmp_path: Path, table: str, at: int, cells: dict[str, str]) -> None:
    assert list(told(outcome_of(tmp_path, table, at, **cells))) == []


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("alert", "红", "red"),
        ("alert", "红色", "red"),
        ("alert", "RED", "red"),
        ("alert", "无", "none"),
        ("registered_on", "2026/1/5", "2026-01-05"),
        ("resident_since", "2026-1-05", "2026-01-05"),
        ("as_of", "2026-11-01", "2026-10-31 16:00:00Z"),
        ("as_of", "2026/11/1 08:30", "2026-11-01 00:30:00Z"),
        ("as_of", "2026-11-01T08:30:15.5Z", "2026-11-01 08:30:15.500000Z"),
        ("as_of", "2026-11-01T08:30:15+0100", "2026-11-01 07:30:15Z"),
        ("weight", "+7", "7"),
    ],
)
def test_spellings_of_one_value(tmp_path: Path, column: str, text: str, value: str) -> None:
    cell = outcome_of(tmp_path, "households", 2, **{column: text}).tables["households"][column][0]
    found = cell.cast(pa.string()).as_py() if not isinstance(cell, pa.DictionaryScalar) else cell.as_py()
    assert found.replace(".000000", "") == value


@pytest.mark.parametrize(
    ("text", "value"), [(t, True) for t in ("是", "TRUE", "1", "Yes")] + [(f, False) for f in ("否", "0", "no")]
)
def test_yes_and_no(tmp_path: Path, text: str, value: bool) -> None:
    outcome = outcome_of(tmp_path, "service_kinds", 2, recurring=text)
    assert outcome.tables["service_kinds"]["recurring"][0].as_py() is value


def test_lists_of_codes_take_names_and_aliases_and_each_once(tmp_path: Path) -> None:
    outcome = outcome_of(
        tmp_path, "persons", 2, categories="低保；五保;extreme_hardship", sex="女", groups="民政:低保； 残联:重残"
    )
    row = outcome.tables["persons"].to_pylist()[0]
    assert row["categories"] == "subsistence_allowance;extreme_hardship"
    assert (row["sex"], row["groups"]) == ("F", "民政:低保;残联:重残")


def test_a_city_may_have_towns_and_no_counties(tmp_path: Path) -> None:
    world = rows()
    assert {row["parent"] for row in world["regions"] if row.get("code") == tiny.TOWN_D1} == {tiny.CITY_D}
    assert check(write(tmp_path, world)).ok


def test_a_household_without_a_village_needs_an_incident_place_for_every_need(tmp_path: Path) -> None:
    assert not list(told(outcome_of(tmp_path / "kept", "needs", 9, household="H6", incident_place=tiny.VILLAGE_A1A)))
    broken = outcome_of(tmp_path / "broken", "needs", 9, household="H6", person="", incident_place="")
    assert [entry[:4] for entry in told(broken)] == [("village_missing", "households.csv", 7, "village")]


def test_without_a_file_of_kinds_the_shipped_list_holds_and_with_one_it_alone(tmp_path: Path) -> None:
    world = rows()
    shipped = world.pop("service_kinds")
    assert check(write(tmp_path / "shipped", world)).ok
    world["service_kinds"] = [kind for kind in shipped if kind["kind"] != "meal_delivery"]
    outcome = check(write(tmp_path / "own", world))
    assert {entry[0] for entry in told(outcome)} == {"kind_unknown"}
    assert {entry[4] for entry in told(outcome)} == {"meal_delivery"}


def test_a_kind_by_its_chinese_name_is_told_its_code(tmp_path: Path) -> None:
    issue = next(iter(outcome_of(tmp_path, "needs", 2, kind="助餐").issues))
    assert issue.code == "kind_unknown"
    assert issue.repair_en.endswith("perhaps meal_delivery")


@pytest.mark.parametrize(("table", "column"), [("offers", "serves"), ("volunteers", "skills")])
@pytest.mark.parametrize("text", [";", ";；; ;", ""])
def test_a_required_list_without_an_item_is_blank(tmp_path: Path, table: str, column: str, text: str) -> None:
    found = list(told(outcome_of(tmp_path, table, 2, **{column: text})))
    assert [entry[:4] for entry in found] == [("value_required", f"{table}.csv", 2, column)]


def test_a_list_without_an_item_that_may_be_blank_says_nothing(tmp_path: Path) -> None:
    outcome = outcome_of(tmp_path, "offers", 2, categories="；;", traits=";")
    assert not list(told(outcome))
    assert outcome.tables["offers"].to_pylist()[0]["categories"] is None


NUMBERS = [(table, column) for table in TABLES.values() for column in table.columns if column.type in ("int", "float")]


@pytest.mark.parametrize(("table", "column"), NUMBERS, ids=lambda part: part.name)
def test_a_number_may_be_as_large_as_the_vocabulary_says_and_no_larger(table: Table, column: Column) -> None:
    low, high = (int(end) for end in column.range)
    texts = pa.chunked_array([[str(number) for number in (low, high, low - 1, high + 1)]])
    values, found = parse_column(table.name, column, texts)
    assert values.to_pylist() == [low, high, None, None]
    assert [(each.code, each.at.tolist()) for each in found] == [("number_out_of_range", [2, 3])]


def test_a_short_code_is_told_its_twelve_digits(tmp_path: Path) -> None:
    issue = next(iter(outcome_of(tmp_path, "households", 2, village="441402101").issues))
    assert issue.repair_zh.endswith("可能是 441402101000")


def test_a_serial_number_is_told_its_day(tmp_path: Path) -> None:
    issue = next(iter(outcome_of(tmp_path, "needs", 2, due_on="46027").issues))
    assert issue.repair_en.endswith("2026-01-05")


def test_a_missing_column_is_told_its_likeliest_misspelling(tmp_path: Path) -> None:
    path = write(tmp_path, rows()) / "needs.csv"
    path.write_bytes(path.read_bytes().replace(b",quantity,", b",quantitty,", 1))
    missing = next(iter(check(tmp_path).issues))
    assert missing.repair_en == "add the column, or rename “quantitty” if it is meant"


def test_an_unknown_column_is_told_its_likeliest_name_in_both_languages(tmp_path: Path) -> None:
    path = write(tmp_path, rows(), language="zh") / "persons.csv"
    path.write_bytes(path.read_bytes().replace("人员特征".encode(), "人员特点".encode(), 1))
    issue = next(iter(check(tmp_path).issues))
    assert issue.repair_en == "remove the column, or name it traits if that is meant"
    assert issue.repair_zh == "请删除该列；若指“traits”（人员特征），请改名"


def test_every_item_of_a_list_is_looked_up_and_every_row_that_has_it_named(tmp_path: Path) -> None:
    world = rows()
    for at in (0, 2):
        world["offers"][at]["serves"] = f"{tiny.TOWN_A1};441499000000;44"
    found = sorted(entry for entry in told(check(write(tmp_path, world))) if entry[1] == "offers.csv")
    assert found == [
        ("reference_orphan", "offers.csv", 2, "serves", "441499000000"),
        ("reference_orphan", "offers.csv", 4, "serves", "441499000000"),
        ("region_code_malformed", "offers.csv", 2, "serves", "44"),
        ("region_code_malformed", "offers.csv", 4, "serves", "44"),
    ]


def test_references_of_locks_follow_their_types(tmp_path: Path) -> None:
    outcome = outcome_of(tmp_path, "locks", 2, subject="441499000000", provider="O1")
    assert sorted(told(outcome)) == [
        ("reference_orphan", "locks.csv", 2, "provider", "O1"),
        ("reference_orphan", "locks.csv", 2, "subject", "441499000000"),
    ]


def test_a_lock_on_a_town_is_no_lock_on_a_village(tmp_path: Path) -> None:
    assert [entry[0] for entry in told(outcome_of(tmp_path, "locks", 2, subject=tiny.TOWN_A1))] == ["reference_level"]


@pytest.mark.parametrize(
    ("table", "at", "cells", "said"),
    [
        (
            "volunteers",
            2,
            {"village": tiny.TOWN_A1},
            (f"“{tiny.TOWN_A1}”的层级不符（应为村居）", "请填写村居的代码"),
        ),
        (
            "travel",
            2,
            {"to": tiny.COUNTY_A},
            (f"“{tiny.COUNTY_A}”的层级不符（应为镇街或村居）", "请填写镇街或村居的代码"),
        ),
        (
            "regions",
            9,
            {"parent": tiny.VILLAGE_A1B},
            (
                f"上级的层级不高于本级：{tiny.VILLAGE_A2A} 为村居，其上级 {tiny.VILLAGE_A1B} 为村居",
                "请更正层级或上级代码",
            ),
        ),
        (
            "locks",
            2,
            {"provider_type": "offer", "provider": "O2", "mode": "keep"},
            ("锁定不能保持这种组合：村居 → 供给", "需求只能与供给或志愿者、村居和家庭只能与社工保持"),
        ),
        ("offers", 4, {"fund": "F9"}, ("表“资金”（funds）中没有“F9”", "请更正编号，或在表“资金”（funds）中补充该行")),
    ],
)
def test_chinese_is_said_in_chinese(
    tmp_path: Path, table: str, at: int, cells: dict[str, str], said: tuple[str, str]
) -> None:
    issue = next(iter(outcome_of(tmp_path, table, at, **cells).issues))
    assert (issue.message_zh, issue.repair_zh) == said


def test_a_lock_that_has_ended_contradicts_nothing(tmp_path: Path) -> None:
    world = rows()
    lock = {
        "subject_type": "household",
        "subject": "H5",
        "provider_type": "caseworker",
        "mode": "keep",
        "provider": "W1",
    }
    world["locks"].append(lock | {"lock": "L4", "until": "2020-01-01"})
    assert check(write(tmp_path / "ended", world)).ok
    world["locks"][-1]["until"] = ""
    found = list(told(check(write(tmp_path / "holding", world))))
    assert found == [("lock_contradiction", "locks.csv", 5, "mode", "keep")]


def test_an_offer_and_a_volunteer_of_one_key_are_two_providers(tmp_path: Path) -> None:
    world = rows()
    key = world["offers"][0]["offer"]
    world["volunteers"].append(world["volunteers"][0] | {"volunteer": key})
    lock = {"subject_type": "need", "subject": world["needs"][0]["need"], "mode": "keep", "provider": key}
    world["locks"] += [
        lock | {"lock": "L8", "provider_type": "offer"},
        lock | {"lock": "L9", "provider_type": "volunteer"},
    ]
    where = len(world["locks"]) + 1
    found = list(told(check(write(tmp_path, world))))
    assert found == [("lock_contradiction", "locks.csv", where, "mode", "keep")]


@pytest.mark.parametrize(
    ("start", "end", "minutes", "codes"),
    [
        pytest.param(tiny.VILLAGE_A1B, tiny.VILLAGE_A1A, "12", [], id="the other way in the same time"),
        pytest.param(tiny.VILLAGE_A1B, tiny.VILLAGE_A1A, "14", ["pair_twice"], id="the other way in another time"),
        pytest.param(tiny.VILLAGE_A1A, tiny.VILLAGE_A1B, "14", ["pair_twice"], id="the same way in another time"),
        pytest.param(tiny.VILLAGE_A1A, tiny.VILLAGE_A1B, "12", ["pair_twice"], id="the same row"),
        pytest.param(tiny.VILLAGE_A1A, tiny.VILLAGE_A1A, "0", [], id="nowhere in no time"),
        pytest.param(tiny.VILLAGE_A1A, tiny.VILLAGE_A1A, "5", ["way_to_itself"], id="nowhere in some time"),
    ],
)
def test_a_pair_of_places_has_one_time_both_ways(
    tmp_path: Path, start: str, end: str, minutes: str, codes: list[str]
) -> None:
    issues = list(outcome_of(tmp_path, "travel", 4, **{"from": start, "to": end, "minutes": minutes}).issues)
    assert [(issue.code, issue.row) for issue in issues] == [(code, 4) for code in codes]
    if codes == ["pair_twice"]:
        assert issues[0].value == f"{start} → {end}"
        assert "row 2" in issues[0].message_en


def test_prose_keeps_its_punctuation_and_codes_become_plain() -> None:
    text = pa.array(["客家话（五华）Ａ１"])
    prose, _spaces, wide = repair(text, prose=True)
    code, _spaces, _wide = repair(text, prose=False)
    assert (prose.to_pylist(), code.to_pylist()) == (["客家话（五华）A1"], ["客家话(五华)A1"])
    assert wide.all()


@given(st.lists(st.text(alphabet="0123456789Xx年 ；;ＡaＺ\u3000\ufeff", max_size=6), max_size=5))
def test_repairing_twice_changes_nothing_more(texts: list[str]) -> None:
    once, _spaces, _wide = repair(pa.array(texts, pa.string()), prose=False)
    twice, spaces, wide = repair(once, prose=False)
    assert once.to_pylist() == twice.to_pylist()
    assert not spaces.any()
    assert not wide.any()


@given(
    st.from_regex(r"11010[1-9](19|20)[0-9]{2}[01][0-9][0-3][0-9][0-9]{3}", fullmatch=True),
    st.sampled_from("0123456789X"),
)
def test_identity_numbers_agree_with_the_standard(head: str, check_digit: str) -> None:
    number = head + check_digit
    right = number[-1] == ric.calc_check_digit(number)
    try:
        ric.get_birth_date(number)
    except ValueError:
        right = False
    assert bool(are_id_numbers(pa.array([number]))[0]) == right


@pytest.mark.parametrize(
    ("head", "right"),
    [
        ("91440000", True),
        ("53100000", True),
        ("52820000", True),
        ("54441427", True),
        ("00000000", False),
        ("03441427", False),
        ("50441427", False),
        ("53000000", False),
        ("53164427", False),
        ("53991427", False),
    ],
)
def test_a_credit_code_is_of_a_department_and_a_division_that_there_are(head: str, right: bool) -> None:
    body = f"{head}000000427"
    code = body + uscc.calc_check_digit(body)
    assert uscc.is_valid(code)
    assert (credit_codes(pa.array([code])).values[0].as_py() == code) == right


def test_identity_numbers_are_masked_wherever_they_stand_by_mistake(tmp_path: Path) -> None:
    issue = next(iter(outcome_of(tmp_path, "needs", 2, person="11010519491231002X").issues))
    assert "19491231" not in f"{issue}"


def test_null_is_false_in_a_mask() -> None:
    assert true(pc.equal(pa.array(["a", None]), "a")).tolist() == [True, False]
