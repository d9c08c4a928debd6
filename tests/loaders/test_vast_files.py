"""A file that is small and says that it is vast is read no further than a table can go, and in little memory."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from loaders.read.folder import read_file
from tests.loaders.small_files import rows, write

MOST_MEMORY = """
import sys, pathlib, pyarrow
from loaders.read.folder import read_file
read_file("funds", pathlib.Path(sys.argv[1]))
print(pyarrow.default_memory_pool().max_memory())
"""


def numbered(path: Path, old: int, new: int) -> None:
    """Give a row of a workbook's first sheet another number, and its cells none."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    name = "xl/worksheets/sheet1.xml"
    text = re.sub(rb' r="[A-Z]+%d"' % old, b"", parts[name])
    parts[name] = re.sub(rb'<row r="%d"' % old, b'<row r="%d"' % new, text)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for each, content in parts.items():
            book.writestr(each, content)


@pytest.mark.parametrize(("row", "told_row"), [(1_048_576, 1_048_576), (4_000_000, 1_048_577), (10**9 * 2, 1_048_577)])
def test_a_sheet_is_read_no_further_than_a_sheet_can_go(tmp_path: Path, row: int, told_row: int) -> None:
    world = rows()
    write(tmp_path, {"funds": world["funds"] * 2}, "xlsx")
    numbered(tmp_path / "funds.xlsx", 3, row)
    raw = read_file("funds", tmp_path / "funds.xlsx")
    assert not raw.readable
    assert [(each.code, each.values) for each in raw.found] == [("sheet_too_long", str(told_row))]


def test_a_blank_last_row_of_a_sheet_is_none_of_the_table(tmp_path: Path) -> None:
    world = rows()
    write(tmp_path, {"funds": world["funds"]}, "xlsx")
    book = openpyxl.load_workbook(tmp_path / "funds.xlsx")
    book.active.cell(1_048_576, 1).number_format = "0.00"
    book.save(tmp_path / "funds.xlsx")
    raw = read_file("funds", tmp_path / "funds.xlsx")
    assert raw.found == ()
    assert raw.cells.num_rows == len(world["funds"])


def test_a_text_that_stands_in_every_row_of_a_parquet_file_is_kept_once(tmp_path: Path) -> None:
    many = 100_000
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * many, pa.int32()), pa.array(["长" * 5_000]))
    table = pa.table({"kinds": texts.cast(pa.string()), "fund": pa.array([f"F{at}" for at in range(many)])})
    pq.write_table(table, tmp_path / "funds.parquet", store_schema=False)
    raw = read_file("funds", tmp_path / "funds.parquet")
    assert raw.cells.num_rows == many
    assert raw.cells["kinds"].to_pylist()[-1] == "长" * 5_000
    # a process of its own, since the most memory is that of all tests before
    asked = [sys.executable, "-c", MOST_MEMORY, str(tmp_path / "funds.parquet")]
    assert int(subprocess.run(asked, capture_output=True, check=True).stdout) < 100 << 20
