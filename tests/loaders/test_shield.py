"""A text that a spreadsheet would run is kept from it, and every text comes back as it was."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.shield import shielded, unshielded, unshielded_table


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@SUM(A1)", "\tx", "\rx", "'=1", "''@x"])
def test_what_would_run_gets_a_quote_mark(text: str):
    assert shielded(pa.array([text])).to_pylist() == ["'" + text]


@pytest.mark.parametrize("text", ["", "N01", "1-2", "a=b", "'quoted'", "梅江区", None])
def test_what_would_not_run_stays_as_it_is(text: str | None):
    assert shielded(pa.array([text], pa.string())).to_pylist() == [text]


@given(st.lists(st.none() | st.text("'=+-@\t\ra", max_size=4)))
def test_every_text_comes_back_as_it_was(texts: list[str | None]):
    column = pa.array(texts, pa.string())
    assert unshielded(shielded(column)).to_pylist() == texts
    coded = shielded(column).dictionary_encode()
    table = unshielded_table(pa.table({"plain": shielded(column), "coded": coded}))
    assert table["plain"].to_pylist() == texts
    assert table["coded"].to_pylist() == texts
    assert pa.types.is_dictionary(table["coded"].type)
