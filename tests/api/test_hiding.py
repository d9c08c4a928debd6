"""Rows hide with the smallest others that let what they hold together point at no household."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.service.hiding import few_of, hidden

FIGURES = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=8).map(
    lambda pairs: [(max(pair), min(pair)) for pair in pairs]
)


@given(FIGURES, st.lists(st.tuples(st.integers(-1, 2), st.integers(0, 1)), min_size=8, max_size=8))
def test_rows_hide_in_the_sum_of_each_of_their_groups_unless_all_of_it_are_withheld(
    pairs: list[tuple[int, int]], of: list[tuple[int, int]]
) -> None:
    needs, met = (np.array(column, np.int64) for column in zip(*pairs, strict=True))
    figures = (needs, met, needs - met)
    groups = [np.array(column, np.int64) for column in zip(*of[: len(pairs)], strict=True)]
    few = few_of(figures)
    hides = hidden(few, figures, groups)
    assert (hides | ~few).all()
    for values in figures:
        assert not ((values[~hides] > 0) & (values[~hides] < 5)).any()
        for group in groups:
            for each in set(group.tolist()) - {-1}:
                mine = group == each
                if (needs[mine & ~hides] > 0).any():
                    least = 5 + (mine & hides).sum() - 1 if values is needs else 5
                    assert not 0 < values[mine & hides].sum() < least


@pytest.mark.parametrize(
    ("rows", "hide"),
    [
        ([30, 20, 10], []),
        ([30, 3, 10], [3, 10]),
        ([30, 3, 4, 10], [3, 4]),
        ([30, 1, 1, 1, 10], [1, 1, 1, 10]),
        ([3, 0, 0], [3]),
        ([4, 1], [4, 1]),
    ],
)
def test_the_next_smallest_row_hides_a_few_and_no_more_do_than_must(rows: list[int], hide: list[int]) -> None:
    values = np.array(rows, np.int64)
    assert values[hidden(few_of([values]), [values], [np.zeros(len(rows), np.int64)])].tolist() == hide
