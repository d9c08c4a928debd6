"""Names, phones and addresses are sealed, identity numbers hashed."""

import stat
from pathlib import Path

import pyarrow as pa
import pytest

from graph.secrets import BadKey, open_vault, place_of, seal_tables
from tests import tiny

PERSONS = tiny.table_of(
    "persons",
    [
        {"person": "P1", "household": "H1", "name": "张三", "phone": "10000000001", "id_number": "11010519491231002x"},
        {"person": "P2", "household": "H1", "name": "张三", "id_number": "11010519491231002X"},
        {"person": "P3", "household": "H1"},
    ],
)


def sealed_persons(home: Path, rows: pa.Table = PERSONS) -> pa.Table:
    tables = {"persons": rows}
    seal_tables(open_vault(home), tables)
    return tables["persons"]


def test_what_is_sealed_opens_only_where_it_was_sealed(tmp_path: Path) -> None:
    vault = open_vault(tmp_path)
    sealed = vault.seal("张三", place_of("persons", "name", "P1"))
    assert vault.open(sealed, place_of("persons", "name", "P1")) == "张三"
    with pytest.raises(BadKey):
        vault.open(sealed, place_of("persons", "name", "P2"))


def test_the_same_text_in_two_rows_looks_different_and_in_one_row_the_same(tmp_path: Path) -> None:
    first, second = (sealed_persons(tmp_path)["name"].to_pylist() for _ in range(2))
    assert first == second
    assert first[0] != first[1]
    assert first[2] is None


def test_an_identity_number_leaves_only_its_keyed_hash(tmp_path: Path) -> None:
    sealed = sealed_persons(tmp_path)
    assert "id_number" not in sealed.column_names
    hashes = sealed["id_hash"].to_pylist()
    assert hashes[0] == hashes[1]
    assert hashes[2] is None
    other = sealed_persons(tmp_path / "other")
    assert other["id_hash"].to_pylist()[0] != hashes[0]


def test_no_plain_secret_is_left_in_a_sealed_table(tmp_path: Path) -> None:
    sealed = sealed_persons(tmp_path)
    text = str(sealed.to_pydict())
    assert not any(secret in text for secret in ("张三", "10000000001", "11010519491231002"))


def test_many_rows_are_sealed_as_few_are(tmp_path: Path) -> None:
    many = pa.concat_tables([PERSONS] * 30_000)
    sealed = sealed_persons(tmp_path, many)
    assert sealed.slice(0, 3).equals(sealed_persons(tmp_path))
    assert sealed.slice(len(many) - 3).equals(sealed.slice(0, 3))


def test_the_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    vault = open_vault(tmp_path)
    assert stat.S_IMODE(vault.where.stat().st_mode) == 0o600


def test_a_damaged_key_is_named(tmp_path: Path) -> None:
    open_vault(tmp_path)
    (tmp_path / "key").write_text("nonsense")
    with pytest.raises(BadKey, match="not right"):
        open_vault(tmp_path)


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    sealed = open_vault(tmp_path).seal("张三", "persons/name/P1")
    with pytest.raises(BadKey):
        open_vault(tmp_path / "other").open(sealed, "persons/name/P1")
