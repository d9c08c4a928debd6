"""Every fault is told in both languages with its repair; what nobody foresaw is not hushed up."""

import errno
import importlib
import pkgutil
from collections.abc import Iterator

import pytest

import api
import graph
import loaders
import matching
from api.errors import AT_FAULT, WRONG_CALL, told
from graph.errors import CallError, GraphError, ZhongfuError
from graph.gap_tree import RegionUnknown
from graph.plans import PlanUnknown


def faults(kind: type[ZhongfuError] = ZhongfuError) -> Iterator[type[ZhongfuError]]:
    """Every kind of fault of the program, those that only group others left out."""
    for each in kind.__subclasses__():
        if each not in (CallError, GraphError):
            yield each
        yield from faults(each)


for package in (api, graph, loaders, matching):
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.endswith(("__main__", "host", "importer")):
            importlib.import_module(module.name)
FAULTS = sorted({each for each in faults() if each.__module__.split(".")[0] != "tests"}, key=lambda each: each.__name__)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_fault_has_its_code_and_its_texts_in_both_languages(fault: type[ZhongfuError]) -> None:
    assert fault.code != ZhongfuError.code
    assert all((fault.en, fault.zh, fault.repair_en, fault.repair_zh))
    assert "_zh}" in fault.zh or any("一" <= sign <= "鿿" for sign in fault.zh)


def test_the_call_and_the_data_end_with_different_codes() -> None:
    call, data = told(PlanUnknown(plan="abc")), told(RegionUnknown(region="1"))
    assert call is not None
    assert data is not None
    assert (call.exit_code, data.exit_code) == (WRONG_CALL, AT_FAULT)
    assert "abc" in call.message["en"]
    assert "abc" in call.message["zh"]


@pytest.mark.parametrize(
    ("number", "code", "exit_code"),
    [
        (errno.ENOSPC, "disk_full", AT_FAULT),
        (errno.EACCES, "folder_no_rights", AT_FAULT),
        (errno.EROFS, "folder_no_rights", AT_FAULT),
        (errno.ENOENT, "wrong_path", WRONG_CALL),
        (errno.ENOTDIR, "wrong_path", WRONG_CALL),
    ],
)
def test_what_the_system_says_of_a_path_is_told_with_the_path(number: int, code: str, exit_code: int) -> None:
    found = told(OSError(number, "as the system says", "some/file.csv"))
    assert found is not None
    assert (found.code, found.exit_code) == (code, exit_code)
    assert all("some/file.csv" in text for text in found.message.values())


def test_what_nobody_foresaw_is_not_hushed_up() -> None:
    assert told(ZeroDivisionError()) is None
    assert told(OSError(errno.EIO, "as the system says")) is None
