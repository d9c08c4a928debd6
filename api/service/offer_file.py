"""The workbook in which a charity fills in its offers: empty, or with those that it has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from api.service import kinds
from api.service.offering import FIELDS, own_offers
from api.settings import Settings
from graph.errors import Language
from graph.offers import Offer
from loaders.write.form import FormRow, write_form

_LISTS = ("serves", "categories", "traits")


def offers_form(settings: Settings, organization: str | None, language: Language) -> bytes:
    """The workbook, with the offers of an organisation where one is named."""
    known = {
        kind.kind: kind.name_zh if language == "zh" else kind.name_en or kind.kind for kind in kinds.all_kinds(settings)
    }
    rows = _rows(own_offers(settings, organization)) if organization else iter(())
    with TemporaryDirectory() as folder:
        path = Path(folder) / "offers.xlsx"
        write_form(path, "offers", ("offer", *FIELDS), rows, {"kind": known}, language)
        return path.read_bytes()


def _rows(offers: list[Offer]) -> Iterator[FormRow]:
    for offer in offers:
        cells = {name: getattr(offer, name) for name in ("offer", *FIELDS)}
        yield FormRow(
            {
                name: ";".join(cell) if name in _LISTS else "" if cell is None else str(cell)
                for name, cell in cells.items()
            }
        )
