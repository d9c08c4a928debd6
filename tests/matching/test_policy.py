"""A policy is read whole, refuses what it does not know, and writes itself as it is read."""

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.policy import DEFAULT_POLICY, MatchPolicy, PolicyError, policy_in, policy_of, policy_toml, read_policy


def test_an_empty_policy_is_the_documented_default():
    assert policy_of({}) == DEFAULT_POLICY
    assert DEFAULT_POLICY.waiting_months == (12, 6, 3, 1)
    assert DEFAULT_POLICY.overload_max == 1.6


def test_a_rank_that_is_given_leaves_the_others_as_they_are():
    order = policy_of({"provider_order": {"charity": 0}}).provider_order
    assert order["charity"] == 0
    assert order["volunteer"] == 2


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"speed": 3}, "speed"),
        ({"waiting_months": [1, 2]}, "waiting_months"),
        ({"waiting_months": [0]}, "waiting_months"),
        ({"waiting_months": [30000]}, "waiting_months"),
        ({"seed": -1}, "seed"),
        ({"seed": True}, "seed"),
        ({"overload_max": 0.5}, "overload_max"),
        ({"cover_across": "province"}, "cover_across"),
        ({"provider_order": {"church": 1}}, "church"),
        ({"provider_order": {"charity": 9}}, "provider_order.charity"),
        ({"usual_quantity": {"food": 0}}, "usual_quantity.food"),
        ({"operating": {"pair": -1}}, "operating.pair"),
        ({"review": "sometimes"}, "review"),
        ({"max_changes": -1}, "max_changes"),
        ({"version": 2}, "version"),
        ({"fairness": "yes"}, "fairness"),
        ({"fairness": 1}, "fairness"),
        ({"flow_arcs": -1}, "flow_arcs"),
        ({"max_changes": 1.5}, "max_changes"),
        ({"max_changes": 10**24}, "max_changes"),
        ({"seed": 10**24}, "seed"),
        ({"stand_ins_limit": 10**24}, "stand_ins_limit"),
        ({"flow_arcs": 10**24}, "flow_arcs"),
        ({"usual_quantity": {"food": 10**9 + 1}}, "usual_quantity.food"),
        ({"usual_quantity": {"food": "5"}}, "usual_quantity.food"),
        ({"usual_quantity": {"food": True}}, "usual_quantity.food"),
        ({"usual_quantity": {"food": 3.0}}, "usual_quantity.food"),
        ({"operating": {"pair": 10**6 + 1}}, "operating.pair"),
        ({"operating": {"dialect": 10**24}}, "operating.dialect"),
        ({"operating": {"busy_above": "0.5"}}, "operating.busy_above"),
        ({"operating": {"busy_above": float("nan")}}, "operating.busy_above"),
        ({"overload_max": "1.6"}, "overload_max"),
        ({"overload_max": True}, "overload_max"),
        ({"version": True}, "version"),
        ({"version": 1.0}, "version"),
        ({"stand_ins_limit": 5}, "stand_ins_limit = 5"),
        ({"stand_ins_limit": 5, "stand_ins": False}, "stand_ins = true"),
    ],
)
def test_a_setting_out_of_range_is_refused_by_name(settings: dict[str, object], named: str):
    with pytest.raises(PolicyError, match=named) as wrong:
        policy_of(settings)
    assert named in wrong.value.zh
    assert re.search("[一-鿿]", wrong.value.zh)
    assert "Input should" not in str(wrong.value) + wrong.value.zh


@pytest.mark.parametrize("figure", ["nan", "inf", "-inf"])
@pytest.mark.parametrize("setting", ["overload_max", "operating.busy_above"])
def test_what_is_no_number_is_refused_as_such(setting: str, figure: str):
    with pytest.raises(PolicyError, match="it must be a number") as wrong:
        policy_in(f"{setting} = {figure}")
    assert "须为数字" in wrong.value.zh


@pytest.mark.parametrize(
    ("settings", "known"),
    [
        ({"fairnes": True}, ["fairness", "cover_across", "operating"]),
        ({"operating": {"pears": 1}}, ["pair", "overload"]),
    ],
)
def test_an_unknown_setting_is_refused_with_those_that_there_are(settings: dict[str, object], known: list[str]):
    with pytest.raises(PolicyError) as wrong:
        policy_of(settings)
    assert all(name in told for name in known for told in (str(wrong.value), wrong.value.zh))


def test_a_file_that_is_not_toml_is_refused_by_name(tmp_path: Path):
    path = tmp_path / "policy.toml"
    path.write_text("seed = = 1", "utf-8")
    with pytest.raises(PolicyError, match=r"not TOML: .*line 1") as wrong:
        read_policy(path)
    assert "第 1 行" in wrong.value.zh
    path.write_bytes(b"\xff")
    with pytest.raises(PolicyError, match="UTF-8"):
        read_policy(path)


@pytest.mark.parametrize("text", ["a=" + "[" * 15_000, "a" + ".a" * 15_000 + "=1", "a=" + "1" * 5_000])
def test_a_file_without_end_in_depth_or_length_is_refused_too(tmp_path: Path, text: str):
    path = tmp_path / "policy.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(PolicyError) as wrong:
        read_policy(path)
    assert re.search("[一-鿿]", wrong.value.zh)
    assert len(str(wrong.value)) < 1_000


@given(
    st.builds(
        MatchPolicy,
        seed=st.integers(0, 2**31),
        waiting_months=st.sets(st.integers(1, 60), max_size=6).map(lambda months: tuple(sorted(months, reverse=True))),
        overload_max=st.floats(1, 10),
        cover_across=st.sampled_from(["town", "county", "city", "any"]),
        max_changes=st.none() | st.integers(0, 10**12),
    )
)
def test_a_policy_written_is_the_policy_read(policy: MatchPolicy):
    assert policy_of(tomllib.loads(policy_toml(policy))) == policy
