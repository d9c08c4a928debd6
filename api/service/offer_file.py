"""The workbook in which a charity fills in its offers: empty, or with those that it has."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from api.service import kinds, places
from api.service.offer_words import kind_label, region_labels
from api.service.offering import FIELDS, own_offers
from api.settings import Settings
from graph.errors import Language
from graph.offers import Offer
from loaders.contract.checked import Checked
from loaders.write.form import Form, FormRow, write_form

_LISTS = ("serves", "categories", "traits")
_PLACES = ("place", "serves")
_ABOUT: dict[Language, dict[str, str]] = {
    "en": dict.fromkeys(_PLACES, "by name, such as 梅州市 梅江区, or by code"),
    "zh": dict.fromkeys(_PLACES, "写名称（例如：梅州市 梅江区）或代码"),
}


def offers_form(settings: Settings, organization: str | None, language: Language) -> bytes:
    """The workbook, with the offers of an organisation where one is named."""
    offers = own_offers(settings, organization) if organization else []
    regions = {code for offer in offers for code in (*offer.serves, offer.place) if code}
    named = kind_names(settings, language)
    labels = {"kind": named} | region_names(settings, regions)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "offers.xlsx"
        form = Form("offers", ("offer", *FIELDS), {"kind": tuple(named.values())}, labels, _ABOUT[language])
        write_form(path, form, _rows(offers), language)
        return path.read_bytes()


def words_shown(
    settings: Settings, language: Language, checked: Checked
) -> tuple[dict[str, tuple[str, ...]], dict[str, dict[str, str]]]:
    """What may be chosen in a file of offers, and how its codes are shown, both by column."""
    named = kind_names(settings, language)
    codes: set[str] = set()
    if "offers" in checked.parts:
        for column in _PLACES:
            for text in checked.parts["offers"].rows[column].unique().to_pylist():
                codes.update((text or "").split(";"))
    return {"kind": tuple(named.values())}, {"kind": named} | region_names(settings, codes)


def kind_names(settings: Settings, language: Language) -> dict[str, str]:
    """Each kind's name with its code, by code."""
    return {kind.kind: kind_label(kind, language) for kind in kinds.all_kinds(settings)}


def region_names(settings: Settings, codes: Collection[str]) -> dict[str, dict[str, str]]:
    """Names of regions with their codes, by code, for each column of places."""
    shown = region_labels(places.tree(settings), codes)
    return dict.fromkeys(_PLACES, shown)


def _rows(offers: list[Offer]) -> Iterator[FormRow]:
    for offer in offers:
        cells = {name: getattr(offer, name) for name in ("offer", *FIELDS)}
        yield FormRow(
            {
                name: ";".join(cell) if name in _LISTS else "" if cell is None else str(cell)
                for name, cell in cells.items()
            }
        )
