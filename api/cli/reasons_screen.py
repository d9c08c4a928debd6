"""What a plan leaves, on the terminal: how many by reason, and one of each in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from api.cli.screen import results, said, table_of
from matching.reasons import UNUSED, in_few_words, sentences

if TYPE_CHECKING:
    from api.service.reasons import Why


def show_reasons(found: Sequence[Why]) -> None:
    """Print what is not met, not covered and not used by reason; nothing where nothing is left."""
    screen = results()
    lacking = [_lacking(why) for why in found if why.table != "unused"]
    spare = [_spare(why) for why in found if why.table == "unused"]
    for rows, title in (
        (lacking, said("not met and not covered, by reason", "未满足与未覆盖，按原因")),
        (spare, said("providers with something left, by reason", "有余量的提供方，按原因")),
    ):
        if rows:
            screen.print()
            screen.print(table_of(rows, title))


def _lacking(why: Why) -> dict[str, Any]:
    words = said(*in_few_words(why.reason))
    try:
        sentence = said(*sentences(why.reason, why.facts))
    except KeyError:  # a reason or facts of another version
        sentence = words
    more = "" if sentence == words else said(": ", "：") + sentence
    return {"of": why.subject_type, "count": why.count, "reason": words, "for_example": why.first + more}


def _spare(why: Why) -> dict[str, Any]:
    words = UNUSED.get(why.reason, (why.reason, why.reason))
    return {"of": why.subject_type, "count": why.count, "reason": said(*words), "for_example": why.first}
