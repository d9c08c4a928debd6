"""That budgets which run short are told, with what they held and what the next unit would take (model (43))."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from graph.model import URGENCIES
from graph.snapshot import NONE, OFFER, Ints, Keys, Longs
from matching.verify.case import Case
from matching.verify.check import Look, report
from matching.verify.limits import offer_sums

_PLENTY = 2**50


@report(
    "the budget of {type} {key} is told as {found}; by the plan and its prices it is {expected}",
    "{type} {key} 的资金标为 {found}，按方案及其价格应为 {expected}",
)
def budgets(case: Case) -> Look:
    """Each organisation and fund whose money alone keeps an offer from a need that its price names is told, no other.

    It is told what it held, spent and left, and for the most urgent such need the least that is missing. None is called
    exact whose offer hands several units to a need that cannot be divided.
    """
    told = {(each.type, each.key): each for each in case.plan.certificate.budgets}
    true = _short(case)
    pairs = [(name, told.get(name), true.get(name)) for name in sorted(told.keys() | true.keys())]
    rounded = _handing_whole(case)
    wrong = [
        at
        for at, (_, said, expected) in enumerate(pairs)
        if said is None or expected is None or _figures(said) != expected or (said.exact and said.offer in rounded)
    ]

    def facts(row: int) -> dict[str, Any]:
        (kind, key), said, expected = pairs[row]
        return {"type": kind, "key": key, "found": said and _figures(said), "expected": expected}

    # a budget told twice is wrong as well
    twice = len(case.plan.certificate.budgets) - len(told)
    return Look(len(pairs) + twice, np.array(wrong or ([0] if twice else []), np.int64), facts)


def _figures(budget: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(budget).items() if name not in {"type", "key", "exact"}}


@dataclass(frozen=True)
class _Payer:
    """Organisations or funds: which pays each offer, NONE for none, and what each of them held and spends, in yuan."""

    keys: Keys
    of_offer: Ints
    had: Longs
    spent: Longs

    def left(self, offer: int) -> int:
        """What the plan leaves of what pays an offer; plenty where nothing does, or without a limit."""
        by = int(self.of_offer[offer])
        if by == NONE or self.had[by] >= _PLENTY:
            return _PLENTY
        return max(0, int(self.had[by] - self.spent[by]))


def _payers(case: Case) -> dict[str, _Payer]:
    organizations, funds, offers = case.snapshot.organizations, case.snapshot.funds, case.snapshot.offers
    stands, decided = offer_sums(case, offers.unit_cost)
    found = {}
    for kind, keys, limit, payer in (
        ("organization", organizations.key, organizations.budget, offers.organization),
        ("fund", funds.key, funds.amount, offers.fund),
    ):
        paid = np.flatnonzero(payer != NONE)
        kept, spent = (case.sum_by(payer[paid], cost[paid], len(keys)) for cost in (stands, decided))
        found[kind] = _Payer(keys, payer, _left(limit, kept + case.spent(f"{kind}s")), spent)
    return found


def _short(case: Case) -> dict[tuple[str, str], dict[str, Any]]:
    """The budgets that run short, with the figures that the certificate should tell."""
    offers, prices, payers = case.snapshot.offers, case.plan.prices, _payers(case)
    stands, decided = offer_sums(case, np.ones(len(offers.key), np.int64))
    free = _left(offers.capacity, stands + decided + case.spent("offers"))
    wanted = (prices.provider_type == OFFER) & (prices.level != NONE)
    offer, level = prices.provider[wanted], prices.level[wanted]
    months = [*case.plan.policy.waiting_months, 0]
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for at in np.lexsort((offer, offers.unit_cost[offer], level)).tolist():
        one, cost = int(offer[at]), int(offers.unit_cost[offer[at]])
        lacking = [kind for kind, payer in payers.items() if payer.left(one) < cost]
        if len(lacking) != 1 or not free[one]:
            continue
        payer = payers[lacking[0]]
        by, left = int(payer.of_offer[one]), payer.left(one)
        urgency, band = divmod(int(level[at]), len(months))
        figures = {
            "had": int(payer.had[by]),
            "spent": int(payer.spent[by]),
            "left": left,
            "yuan": cost - left,
            "offer": _text(offers.key, one),
            "kind": _text(case.snapshot.kinds.key, int(offers.kind[one])),
            "urgency": URGENCIES[urgency].code,
            "waiting_months": months[band],
        }
        found.setdefault((lacking[0], _text(payer.keys, by)), figures)
    return found


def _handing_whole(case: Case) -> set[str]:
    """Offers that hand several units to a need that cannot be divided."""
    needs, rows = case.snapshot.needs, case.rows
    whole = ~case.snapshot.kinds.divisible[needs.kind[rows.need]] & (rows.quantity > 1)
    offers = np.unique(rows.provider[whole & (rows.provider_type == OFFER)])
    return {_text(case.snapshot.offers.key, int(offer)) for offer in offers}


def _left(limit: Longs, taken: Longs) -> Longs:
    return np.where(limit == NONE, _PLENTY, np.maximum(limit - taken, 0))


def _text(keys: Keys, at: int) -> str:
    return str(keys[at].as_py())
