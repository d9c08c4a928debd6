"""What one more unit of an offer, or minute of a volunteer, is worth: the labels that prove the levels (model (15))."""

from __future__ import annotations

import numpy as np

from graph.snapshot import NONE, OFFER, VOLUNTEER, Bytes, Ints, Longs
from matching.plan import Prices
from matching.serve.outcome import Outcome
from matching.serve.supply import UNLIMITED, Supply


def prices_of(outcomes: list[Outcome], left: Supply) -> Prices:
    """What is left of each provider who could serve, and the best level of a need that one more would let in."""
    nothing = [(np.zeros(0, np.int8), *(np.zeros(0, np.int32),) * 2, np.zeros(0, np.int64))]
    rows = (_labelled(outcome) for outcome in outcomes)
    kind, provider, level, usual = (np.concatenate(each) for each in zip(*nothing, *rows, strict=True))
    order = np.lexsort((provider, kind))
    kind, provider, level, usual = (each[order] for each in (kind, provider, level, usual))
    remaining, by_offer = np.zeros(len(kind), np.int64), kind == OFFER
    remaining[by_offer] = left.capacity[provider[by_offer]]
    remaining[~by_offer] = left.minutes[provider[~by_offer]]
    return Prices(kind, provider, np.where(remaining >= UNLIMITED, NONE, remaining), level, usual)


def _labelled(outcome: Outcome) -> tuple[Bytes, Ints, Ints, Longs]:
    """Providers of a component with the level and the usual quantity that their labels stand for, NONE for none."""
    part, label = outcome.part, outcome.solution.label
    component = part.component
    timed = component.capacity[len(component.offers) :] < UNLIMITED
    members = component.members
    counted = timed[members.owners]
    supplier = np.concatenate([np.arange(len(component.offers)), len(component.offers) + members.owners[counted]])
    kind = np.repeat([OFFER, VOLUNTEER], [len(component.offers), int(counted.sum())]).astype(np.int8)
    level, usual = (
        np.where(label == NONE, NONE, each[label])[supplier]
        for each in (part.level_of, part.usual_of * component.share)
    )
    return kind, np.concatenate([component.offers, members.values[counted]]), level.astype(np.int32), usual
