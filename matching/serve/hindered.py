"""Needs that no usable offer both reaches and accepts, with what hinders the offer that is nearest to each."""

from __future__ import annotations

import json

import numpy as np

from graph.snapshot import Ints, Longs
from matching.problem import Problem
from matching.ranges import Index, distinct
from matching.serve.eligibility import holding, kinds_paid, narrower_or_same
from matching.serve.exclusions import Exclusions, excluders
from matching.serve.hindrances import hindrances, names_of
from matching.serve.reasons import Facts, Rows, rule_facts
from matching.serve.supply import Supply


def those_whom_none_serves(problem: Problem, standing: Supply, excluded: Exclusions, rows: Rows) -> None:
    """Tell why of all needs that are still without a reason; `standing` is what the run found."""
    waiting = rows.open()
    needs, snapshot = rows.needs[waiting], problem.snapshot
    asked = np.where(snapshot.kinds.divisible[snapshot.needs.kind[needs]], 1, standing.units[needs])
    found = hindrances(problem, standing, excluded.pairs(), needs, asked)
    for hindered in np.unique(found.by).tolist():
        mine = np.flatnonzero(found.by == hindered)
        need, offer, offers = needs[mine], found.offer[mine], found.offers[mine]
        if not hindered:
            _nobody_near(problem, waiting[mine], offers, rows)
            continue
        first, *others = names_of(hindered)
        more, own = _of_each_need(problem, excluded, first, need, offer)
        one, number = distinct(offer, offers, own)
        facts = []
        for by, count, at in zip(offer[one].tolist(), offers[one].tolist(), own[one].tolist(), strict=True):
            each = {"offer": snapshot.offers.key[by].as_py(), "offers": count}
            each |= more[at] | _of_the_offer(problem, standing, first, by)
            facts.append(each | ({"also": others} if others else {}))
        rows.tell(waiting[mine], first, number, facts)


def _nobody_near(problem: Problem, some: Index, offers: Longs, rows: Rows) -> None:
    """Needs whose place no offer serves, of `offers` of the kind anywhere."""
    helpers = _volunteers_of_kind(problem)[problem.snapshot.needs.kind[rows.needs[some]]]
    first, number = distinct(offers, np.where(offers > 0, 0, helpers))
    for at, (count, volunteers) in enumerate(zip(offers[first].tolist(), helpers[first].tolist(), strict=True)):
        mine = some[number == at]
        nought = number[number == at] * 0
        if count:
            rows.tell(mine, "no_provider_reaches", nought, [{"offers": count}])
        elif volunteers:
            rows.tell(mine, "volunteers_elsewhere", nought, [{"volunteers": volunteers}])
        else:
            rows.tell(mine, "no_provider", nought, [{}])


def _volunteers_of_kind(problem: Problem) -> Longs:
    """How many volunteers can do each kind."""
    skills, kinds = problem.snapshot.volunteers.skills, problem.snapshot.kinds
    able = np.zeros((len(skills.lengths), len(kinds.key)), bool)
    np.logical_or.at(able, skills.owners, narrower_or_same(kinds)[skills.values])
    return np.asarray(np.count_nonzero(able, axis=0), np.int64)


def _of_the_offer(problem: Problem, standing: Supply, reason: str, offer: int) -> Facts:
    """Facts of a reason that are the same for every need."""
    match reason:
        case "not_accepted" | "data_missing":
            return {"asks": rule_facts(problem, offer)}
        case "fund":
            return {"fund": problem.snapshot.funds.key[int(problem.snapshot.offers.fund[offer])].as_py()}
        case "too_large":
            return {"most": int(standing.capacity[offer])}
        case _:
            return {}


def _of_each_need(
    problem: Problem, excluded: Exclusions, reason: str, need: Ints, offer: Ints
) -> tuple[list[Facts], Longs]:
    """Facts of a reason that differ from need to need, each once, and the number of those of each pair."""
    match reason:
        case "excluded":
            texts = [json.dumps({"by": by}) for by in excluders(problem, excluded, need, offer)]
            known = {text: at for at, text in enumerate(dict.fromkeys(texts))}
            return [json.loads(text) for text in known], np.array([known[text] for text in texts], np.int64)
        case "fund":
            return _left_out(problem, need, offer)
        case _:
            return [{}], np.zeros(len(need), np.int64)


def _left_out(problem: Problem, need: Ints, offer: Ints) -> tuple[list[Facts], Longs]:
    """The same where a fund pays: by which of its cells it leaves out the need of the same position."""
    snapshot = problem.snapshot
    fund = snapshot.offers.fund[offer]
    cells = {
        "region": ~snapshot.regions.inside(snapshot.needs.place[need], snapshot.funds.region[fund]),
        "kinds": ~kinds_paid(problem)[offer, snapshot.needs.kind[need]],
        "dates": ~holding(snapshot.funds, problem.on)[fund],
    }
    first, number = distinct(*(out.astype(np.int8) for out in cells.values()))
    return [{"excludes": [name for name, out in cells.items() if out[at]]} for at in first.tolist()], number
