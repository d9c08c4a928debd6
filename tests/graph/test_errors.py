"""Faults told to people."""

import importlib
import pickle
import pkgutil
import string
from collections.abc import Iterator

import pytest

from graph import errors
from graph.errors import CallError, PortTaken, ZhongfuError

for package in ("api", "graph", "loaders", "matching"):
    for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
        if not module.name.endswith("__main__"):  # a fault is known once its module is read
            importlib.import_module(module.name)


def _kinds(kind: type[ZhongfuError] = ZhongfuError) -> Iterator[type[ZhongfuError]]:
    for child in kind.__subclasses__():
        if child.__module__.partition(".")[0] in {"api", "graph", "loaders", "matching"}:
            if child.en:
                yield child
            yield from _kinds(child)


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("kind", sorted(set(_kinds()), key=lambda kind: kind.__name__))
def test_every_fault_is_told_in_both_languages_from_the_same_facts(kind: type[ZhongfuError]) -> None:
    assert all([kind.code, kind.en, kind.zh, kind.repair_en, kind.repair_zh])
    assert _names(kind.en) == {name.removesuffix("_zh") for name in _names(kind.zh)}
    assert _names(kind.repair_en) == {name.removesuffix("_zh") for name in _names(kind.repair_zh)}
    assert any("\u4e00" <= letter <= "\u9fff" for letter in kind.zh)


def test_every_fault_has_a_code_of_its_own_but_for_one_that_is_another_in_narrower_words() -> None:
    codes = [kind.code for kind in set(_kinds()) if "code" in vars(kind)]
    assert len(codes) == len(set(codes))


def test_a_fault_fills_its_texts_with_its_facts() -> None:
    fault = PortTaken(port=7687)
    assert "7687" in str(fault)
    assert "7687" in fault.message("zh")
    assert fault.record()["facts"] == {"port": 7687}
    assert fault.record()["code"] == "graph_port_taken"


def test_a_fault_crosses_from_a_worker_process_unharmed() -> None:
    fault = pickle.loads(pickle.dumps(PortTaken(port=7687)))  # noqa: S301
    assert isinstance(fault, PortTaken)
    assert fault.facts == {"port": 7687}


def test_a_fault_of_the_call_ends_with_two_and_any_other_with_one() -> None:
    assert CallError.exit_code == 2
    assert PortTaken.exit_code == 1
    assert errors.BadAddress.exit_code == 2
