"""What a plan leaves, on the terminal: how many by reason, and one of each in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from api.cli.screen import chinese, results, said, table_of
from graph.errors import Language

if TYPE_CHECKING:
    from api.service.reasons import Why


def show_reasons(found: Sequence[Why]) -> None:
    """Print what is not met, not covered and not used by reason; nothing where nothing is left."""
    screen = results()
    language: Language = "zh" if chinese() else "en"
    rows_of = {
        spare: [
            {
                "of": why.subject_type,
                "count": why.count,
                "reason": why.words(language),
                "for_example": why.example(language),
            }
            for why in found
            if (why.table == "unused") is spare
        ]
        for spare in (False, True)
    }
    for rows, title in (
        (rows_of[False], said("not met and not covered, by reason", "未满足与未覆盖，按原因")),
        (rows_of[True], said("providers with something left, by reason", "有余量的提供方，按原因")),
    ):
        if rows:
            screen.print()
            screen.print(table_of(rows, title))
