"""Signatures of needs: the set of rules, of the offers of their component, that each need passes (model (12))."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.snapshot import Bools, Ints, Longs
from matching.ranges import Words, distinct, pack, unpack
from matching.serve.acceptance import People, rules_of


@dataclass(frozen=True)
class Signatures:
    """Signature of each need as a number, and the rules that each signature passes.

    `accept` has shape (signatures, words); `rule` is the rule of each offer. Two offers share a rule if they have the
    same conditions on a person, serve the same kinds and exclude nobody; an offer that some need excludes has its own.
    """

    of_need: Ints
    accept: Words
    rule: Ints
    rules: int

    def passes(self) -> Bools:
        """Shape (signatures, rules): the sets as flags."""
        return unpack(self.accept, self.rules)


def signatures_of(
    people: People, needs: Ints, offers: Ints, serves_kind: Bools, excluded: tuple[Longs, Longs]
) -> Signatures:
    """Signatures of needs against offers, both as indices into the snapshot.

    `serves_kind` has shape (offers, kinds); `excluded` are pairs of positions in `needs` and in `offers`.
    """
    snapshot = people.problem.snapshot
    on_person, asked = rules_of(snapshot.offers, offers)
    some, kinds_of = distinct(*pack(serves_kind).T)
    kind_rows = serves_kind[some]
    apart = np.zeros(len(offers), np.int64)
    barred = np.unique(excluded[1])
    apart[barred] = np.arange(1, len(barred) + 1)
    first, rule = distinct(asked, kinds_of, apart)
    passed = people.passed(needs, on_person)
    kind = snapshot.needs.kind[needs]
    one, number = distinct(kind, *passed.T)
    flags = unpack(passed[one], len(on_person))[:, asked[first]]
    flags &= kind_rows[kinds_of[first]][:, kind[one]].T
    if len(barred):
        number, flags = _without(number, flags, excluded[0], rule[excluded[1]])
    same, again = distinct(*pack(flags).T)
    return Signatures(again[number].astype(np.int32), pack(flags[same]), rule.astype(np.int32), len(first))


def _without(number: Longs, flags: Bools, need: Longs, rule: Longs) -> tuple[Longs, Bools]:
    """Give each need that excludes an offer a row of its own, without the rule of that offer."""
    own, row = np.unique(need, return_inverse=True)
    extra = flags[number[own]]
    extra[row, rule] = False
    changed = number.copy()
    changed[own] = len(flags) + np.arange(len(own))
    return changed, np.concatenate([flags, extra])
