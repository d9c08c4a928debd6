"""The generated pages say what the program says."""

import re
from pathlib import Path

import pytest

from docs.generate import HERE, PAGES
from graph.model import SERVICE_KINDS, TABLES
from matching.policy import DEFAULT_POLICY, MatchPolicy, OperatingCost, policy_in

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_fresh(name: str) -> None:
    assert (HERE / name).read_text("utf-8") == PAGES[name](), "run `make docs`"


def test_the_data_page_names_every_column_and_every_kind() -> None:
    page = PAGES["data.md"]()
    assert [
        column.name for table in TABLES.values() for column in table.columns if f"`{column.name}`" not in page
    ] == []
    assert [kind.kind for kind in SERVICE_KINDS if f"`{kind.kind}`" not in page] == []


def test_the_policy_page_explains_every_setting_and_its_example_is_the_default_policy() -> None:
    page = PAGES["policy.md"]()
    assert policy_in(page.split("```toml\n")[1].split("```")[0]) == DEFAULT_POLICY
    told = {cells[1].strip(" `"): cells[-2].strip() for line in page.splitlines() if len(cells := line.split("|")) > 3}
    settings = [name for name in MatchPolicy.model_fields if name != "operating"]
    inner = [f"operating.{name}" for name in OperatingCost.model_fields]
    assert [name for name in (*settings, *inner) if len(told.get(name, "")) < 10] == []


@pytest.mark.parametrize(
    ("table", "column", "told"),
    [
        ("needs", "quantity", "1 to 1,000,000,000"),
        ("offers", "capacity", "0 to 1,000,000,000"),
        ("volunteers", "hours", "0 to 1,000,000,000"),
        ("funds", "amount", "0 to 10,000,000,000,000"),
        ("organizations", "budget", "0 to 10,000,000,000,000"),
        ("regions", "lon", "-180 to 180"),
    ],
)
def test_the_data_page_says_between_which_ends_a_number_lies(table: str, column: str, told: str) -> None:
    section = PAGES["data.md"]().split(f"\n## {table} ")[1].split("\n## ")[0]
    [line] = [line for line in section.splitlines() if line.startswith(f"| `{column}` |")]
    assert f"; {told} |" in line


@pytest.mark.parametrize(
    "page", sorted(HERE.parent.glob("*.md")) + sorted(HERE.rglob("*.md")), ids=lambda page: page.name
)
def test_a_link_between_pages_leads_somewhere(page: Path) -> None:
    targets = [
        link.split("#")[0]
        for link in LINK.findall(page.read_text("utf-8"))
        if "://" not in link and not link.startswith("#")
    ]
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("package", ["graph", "matching", "loaders", "api"])
def test_the_tree_of_the_architecture_names_every_top_module_and_folder_of_a_package(package: str) -> None:
    tree = (HERE / "architecture.md").read_text("utf-8").split("```")[1]
    [part] = re.findall(rf"^{package}/ .*\n(?:(?: .*)?\n)*", tree, re.MULTILINE)
    named = set(re.findall(r"\w+(?:\.py|/)", part))
    inside = (HERE.parent / package).iterdir()
    there = {path.name if path.is_file() else f"{path.name}/" for path in inside if not path.name.startswith("__")}
    assert sorted(there - named) == []
    assert sorted(name for name in named - there - {f"{package}/"} if name.endswith(".py")) == []


@pytest.mark.parametrize("folder", ["cover", "serve", "verify"])
def test_the_tree_of_the_architecture_names_every_module_of_the_optimiser(folder: str) -> None:
    tree = (HERE / "architecture.md").read_text("utf-8").split("```")[1]
    [part] = re.findall(rf"^  {folder}/ .*\n(?:    .*\n)*", tree, re.MULTILINE)
    there = {path.stem for path in (HERE.parent / "matching" / folder).glob("[!_]*.py")}
    assert sorted(there - set(re.findall(r"\w+", part))) == []
