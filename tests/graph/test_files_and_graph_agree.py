"""Whatever cells are blank or filled, the files and the graph make the same snapshot, load after load."""

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.assemble import assemble
from graph.connect import Graph
from graph.extract import extract
from graph.model import TABLES, Column, codes_of
from tests import tiny
from tests.graph.loaded import files, put

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
TEXT = st.text(st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters=";"), min_size=1, max_size=8)
FIXED = {"level", "parent", "subject", "subject_type", "provider", "provider_type", "id_number", "broader"}


def cells(column: Column) -> st.SearchStrategy[Any]:
    """Any value of an optional column, or none."""
    known = [code for code in codes_of(column) if column.type in {"code", "codes"}]
    filled: dict[str, st.SearchStrategy[Any]] = {
        "code": st.sampled_from(known or [""]),
        "codes": st.lists(st.sampled_from(known or [""]), min_size=1, max_size=3, unique=True).map(";".join),
        "texts": st.lists(TEXT, min_size=1, max_size=3, unique=True).map(";".join),
        "text": TEXT,
        "int": st.integers(int(column.minimum or 0), min(int(column.maximum or 10**6), 10**6)),
        "float": st.floats(-90, 90),
        "bool": st.booleans(),
        "date": st.dates(date(1990, 1, 1), date(2030, 1, 1)),
        "moment": MOMENTS,
        "ref": st.sampled_from(keys_of(column)),
        "refs": st.lists(st.sampled_from(keys_of(column)), min_size=1, max_size=3, unique=True).map(";".join),
    }
    return st.none() | filled[column.type]


def keys_of(column: Column) -> list[str]:
    """Keys that a reference of this column may name."""
    keys: list[str] = []
    for name in column.refers:
        table = files()[name]
        rows = zip(
            table[TABLES[name].key].to_pylist(), table["level" if name == "regions" else 0].to_pylist(), strict=True
        )
        keys += [key for key, level in rows if name != "regions" or not column.levels or level in column.levels]
    return keys or [""]


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    """The rows of the tiny world with some of their optional cells drawn anew."""
    world = {}
    for name in tiny.ROWS:
        if name in TABLES:
            free = [column for column in TABLES[name].columns if not column.required and column.type != "key"]
            free = [column for column in free if column.name not in FIXED]
            world[name] = [
                {key: cell for key, cell in row.items() if key != "paused"}
                | {column.name: draw(cells(column)) for column in free if draw(st.booleans())}
                for row in tiny.ROWS[name]
            ]
    return world


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(world=worlds())
def agree(graph: Graph, world: dict[str, list[dict[str, Any]]]) -> None:
    tables = files(**world)
    put(graph, tables)
    assert extract(graph).digest == assemble(tables).digest
    again = put(graph, tables)
    assert all(count.new == count.changed == 0 for count in again.values())


def test_files_and_graph_agree_on_random_worlds(graph: Graph) -> None:
    agree(graph)
