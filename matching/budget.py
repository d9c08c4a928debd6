"""A budget that runs short, as a certificate tells it (model (43))."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Budget:
    """Money of an organisation or a fund that runs short, in yuan: what the run found, spent and left, and its price.

    With `yuan` more, one more unit of `offer`, of service kind `kind`, can be paid, and a need of `urgency` that has waited
    `waiting_months` at least gets one unit more; `exact` where that is proven to take nothing from anybody else.
    """

    type: str
    key: str
    had: int
    spent: int
    left: int
    yuan: int
    offer: str
    kind: str
    urgency: str
    waiting_months: int
    exact: bool

    def as_json(self) -> dict[str, Any]:
        """The budget as the certificate prints it, its price a part of its own."""
        row = dict(vars(self))
        return {name: row.pop(name) for name in ("type", "key", "had", "spent", "left")} | {"price": row}
