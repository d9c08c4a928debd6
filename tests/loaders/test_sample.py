"""Samples as files: what they hold, that the same call gives the same bytes, and which calls are refused."""

import hashlib
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graph.errors import CallError
from graph.model import TABLES
from graph.tables import arrow_schema
from loaders.sample import write_sample
from loaders.sample.world import build_world
from loaders.sample.write import sample_tables

COUNTY = "441422"
SMALL = {"region": COUNTY, "scale": 0.05}
WRITTEN = set(TABLES) - {"travel", "locks"}


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_every_table_but_travel_and_locks_is_written(tmp_path: Path) -> None:
    rows = write_sample(tmp_path, **SMALL)
    assert {path.name for path in tmp_path.iterdir()} == {f"{table}.csv" for table in WRITTEN}
    assert set(rows) == WRITTEN
    assert all(rows.values()), "no table is empty"


def test_headers_are_all_columns_of_the_vocabulary_in_english(tmp_path: Path) -> None:
    write_sample(tmp_path, **SMALL)
    for table in WRITTEN:
        header = (tmp_path / f"{table}.csv").read_text("utf-8").partition("\n")[0]
        assert header == ",".join(column.name for column in TABLES[table].columns)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, form: str) -> None:
    for run in ("one", "two"):
        write_sample(tmp_path / run, **SMALL, format=form)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_the_bytes_are_the_same_on_every_machine(tmp_path: Path) -> None:
    """A change to the sample changes this digest on purpose; a machine must not."""
    write_sample(tmp_path, **SMALL)
    whole = hashlib.sha256("".join(digests(tmp_path).values()).encode()).hexdigest()
    assert whole == "831bd7aabe50ca6b05f1c78d495d2496c6e1cbbcbf0118ac704cc35190c75a1b"


def test_another_seed_gives_another_world(tmp_path: Path) -> None:
    write_sample(tmp_path / "1", **SMALL, seed=1)
    write_sample(tmp_path / "2", **SMALL, seed=2)
    changed = {name for name, digest in digests(tmp_path / "1").items() if digests(tmp_path / "2")[name] != digest}
    assert changed == {f"{table}.csv" for table in WRITTEN - {"regions", "service_kinds"}}


def test_parquet_holds_the_canonical_tables(tmp_path: Path) -> None:
    write_sample(tmp_path, **SMALL, format="parquet")
    for table in WRITTEN:
        assert pq.read_table(tmp_path / f"{table}.parquet").schema.equals(arrow_schema(TABLES[table]))


def test_every_file_is_sorted_by_the_bytes_of_its_key() -> None:
    for name, table in sample_tables(build_world(COUNTY, 1, 0.2), date(2026, 11, 2)):
        if name != "service_kinds":
            keys = table[TABLES[name].key].to_pylist()
            assert keys == sorted(keys)
            assert len(set(keys)) == len(keys)


def test_dates_follow_the_day_asked_for(tmp_path: Path) -> None:
    write_sample(tmp_path, **SMALL, on=date(2030, 2, 28), format="parquet")
    opened = pq.read_table(tmp_path / "needs.parquet")["opened_on"].drop_null().to_pylist()
    assert max(opened) <= date(2030, 2, 28)
    assert min(opened) > date(2027, 1, 1)


def test_the_scale_multiplies_every_count() -> None:
    counts = {
        scale: {name: len(table) for name, table in sample_tables(build_world("441400", 1, scale), date(2026, 11, 2))}
        for scale in (0.2, 0.4)
    }
    for table in ("households", "persons", "needs", "volunteers", "caseworkers"):
        assert counts[0.4][table] == pytest.approx(2 * counts[0.2][table], rel=0.05)
    assert counts[0.4]["offers"] > 1.3 * counts[0.2]["offers"]


def test_progress_is_told_table_by_table(tmp_path: Path) -> None:
    told: list[tuple[str, int]] = []
    rows = write_sample(tmp_path, **SMALL, progress=lambda table, count: told.append((table, count)))
    assert dict(told) == rows


def test_a_county_has_the_villages_of_its_city_with_as_many_households() -> None:
    def living(region: str) -> pa.Table:
        tables = dict(sample_tables(build_world(region, 1, 0.2), date(2026, 11, 2)))
        counts = tables["households"]["village"].value_counts().to_pylist()
        return {row["values"]: row["counts"] for row in counts if row["values"]}

    county, city = living(COUNTY), living("441400")
    assert county == {village: count for village, count in city.items() if village.startswith(COUNTY)}


@pytest.mark.parametrize(
    ("fault", "call"),
    [
        ("450100", {"region": "450100"}),
        ("scale", {"scale": 0.0}),
        ("scale", {"scale": float("nan")}),
        ("scale", {"scale": 21.0}),
        ("seed", {"seed": -1}),
        ("parquet", {"dirty": True, "format": "parquet"}),
    ],
)
def test_a_call_that_makes_no_sense_is_refused_before_anything_is_written(
    tmp_path: Path, fault: str, call: dict[str, object]
) -> None:
    with pytest.raises(CallError, match=fault):
        write_sample(tmp_path / "out", **SMALL | call)
    assert not (tmp_path / "out").exists()
