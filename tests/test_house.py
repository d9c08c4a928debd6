"""The rules of the house: which folder may know what, and what no file may hold."""

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest
from click.testing import CliRunner
from importlinter.cli import lint_imports_command
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
PACKAGES = ("api", "loaders", "matching", "graph")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCK = (ROOT / "requirements.lock").read_text("utf-8")

KNOWN_TO_MATCHING = {"graph.model", "graph.snapshot", "graph.errors"}

LONG_FILES = {
    "graph/model.py": "data: every table with its columns, every code list and every shipped kind in one place",
    "graph/snapshot.py": "one type whole: a reader compares its tables side by side",
}
"""Files of the packages that are longer than 300 lines, each with its reason."""

REGISTRY_ADDRESS = re.compile(
    r"https?://[^\s\"'<>]*"
    r"(/simple\b|/maven2\b|/-/[^\s\"']+\.tgz|/packages/[0-9a-f]{2}/|pypi\.org|pythonhosted\.org|repo1?\.maven|registry\.npmjs)"
)
MACHINE_PATH = re.compile(r"(^|[^\w.:/])/(root|home|work|tmp|Users)/[a-z]", re.MULTILINE)
CYPHER = re.compile(
    r"\b(MATCH|MERGE|UNWIND|CREATE|CALL|FOREACH|DETACH\s+DELETE)\b\s*[({$]|\bUNWIND\s+\$|\bCREATE\s+CONSTRAINT\b"
)
SWITCHED_OFF = re.compile(r"pytest\.(mark\.)?(skip|xfail|importorskip)")


def name_of(path: Path) -> str:
    """Path of a file as the repository names it."""
    return path.relative_to(ROOT).as_posix()


def texts_of_the_repository() -> Iterator[tuple[str, str]]:
    """Name and text of every file that is tracked, or would be if added, and is text."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listing, cwd=ROOT, check=True, capture_output=True).stdout.decode().split("\0"):
        path = ROOT / name
        if name and path.is_file() and b"\0" not in (content := path.read_bytes()):
            yield name, content.decode("utf-8", "replace")


def lines_that_match(pattern: re.Pattern[str], text: str) -> list[int]:
    return sorted({text.count("\n", 0, found.end()) + 1 for found in pattern.finditer(text)})


@pytest.mark.parametrize("package", PACKAGES)
def test_each_package_is_the_one_of_this_repository(package: str) -> None:
    """Their names are plain, and another distribution could bring the same."""
    assert Path(importlib.import_module(package).__file__ or "").parent == ROOT / package


def test_imports_run_one_way() -> None:
    result = CliRunner().invoke(
        lint_imports_command, ["--no-cache", "--no-logo", "--config", str(ROOT / "pyproject.toml")]
    )
    assert result.exit_code == 0, result.output


def test_matching_knows_of_graph_only_the_vocabulary_the_snapshot_and_the_form_of_faults() -> None:
    imports = grimp.build_graph(*PACKAGES, cache_dir=None)
    known = {
        imported
        for module in imports.modules
        if module.split(".")[0] == "matching"
        for imported in imports.find_modules_directly_imported_by(module)
        if imported.split(".")[0] == "graph"
    }
    assert known <= KNOWN_TO_MATCHING


def test_the_vocabulary_imports_the_standard_library_alone() -> None:
    imported: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / "graph/model.py").read_text("utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module or "")
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names


def test_cypher_is_written_in_graph_queries_alone() -> None:
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CYPHER.search(node.value)
    ]
    assert found == []


def test_a_query_file_holds_one_statement() -> None:
    """Semicolons within texts and comments are no ends of statements."""
    several = [
        name_of(path)
        for path in sorted(ROOT.rglob("*.cypher"))
        if ";"
        in re.sub(r"//.*|/\*[\s\S]*?\*/|'[^']*'|\"[^\"]*\"", "", path.read_text("utf-8")).strip().removesuffix(";")
    ]
    assert several == []


def test_query_files_lie_in_graph_queries() -> None:
    tracked = [name for name, _ in texts_of_the_repository() if name.endswith(".cypher")]
    assert [name for name in tracked if not name.startswith("graph/queries/")] == []


def test_no_file_names_a_package_registry() -> None:
    found = {
        name: lines for name, text in texts_of_the_repository() if (lines := lines_that_match(REGISTRY_ADDRESS, text))
    }
    assert found == {}


def test_no_file_names_a_path_of_one_machine() -> None:
    found = {name: lines for name, text in texts_of_the_repository() if (lines := lines_that_match(MACHINE_PATH, text))}
    assert found == {}


def test_no_test_is_switched_off() -> None:
    found = {
        name: lines
        for name, text in texts_of_the_repository()
        if name.startswith("tests/") and name.endswith(".py") and (lines := lines_that_match(SWITCHED_OFF, text))
    }
    assert found == {}


def test_a_file_stays_within_300_lines_or_has_its_reason() -> None:
    long = {name_of(path) for path in SOURCES if len(path.read_text("utf-8").splitlines()) > 300}
    assert long == set(LONG_FILES)


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"utils", "util", "common", "helpers", "helper", "core", "misc", "shared", "base", "manager"}
    assert [name_of(path) for path in SOURCES if {*path.relative_to(ROOT).with_suffix("").parts} & drawers] == []


def test_each_pin_of_the_project_is_exact_and_stands_in_the_lock() -> None:
    groups = PROJECT["dependency-groups"].values()
    grouped = [pin for group in groups for pin in group if isinstance(pin, str)]  # a table includes another group
    pins = [Requirement(pin) for pin in [*PROJECT["project"]["dependencies"], *grouped]]
    missing = [
        str(pin)
        for pin in pins
        if not re.search(rf"^{re.escape(pin.name)}{re.escape(str(pin.specifier))} ", LOCK, re.MULTILINE)
    ]
    assert missing == []
    assert all(re.fullmatch(r"==[^,*]+", str(pin.specifier)) for pin in pins)


def test_each_package_of_the_lock_is_held_against_its_hashes() -> None:
    packages = re.split(r"\n(?=\S)", LOCK.strip())
    assert [package.split("\n")[0] for package in packages if "--hash=sha256:" not in package] == []


def test_the_lock_never_brings_another_matching() -> None:
    """A distribution of that name puts its files into our folder, and takes ours along when it goes."""
    assert not re.search(r"^matching==", LOCK, re.MULTILINE)


def test_the_latest_change_is_that_of_this_version() -> None:
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert newest
    assert newest[1] == PROJECT["project"]["version"]
