"""Budgets that a plan leaves short, by name, with what more money would be worth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.service.opening import opened
from api.settings import Settings
from graph.shown import shown_rows

_TABLES = {"organization": "organizations", "fund": "funds"}


def budgets_named(settings: Settings, certificate: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The budgets of a certificate with their `name`, the key of one that is gone; none in one of before they were told."""
    told = certificate.get("budgets", [])
    if not told:
        return []
    names: dict[tuple[str, str], str] = {}
    with opened(settings) as graph:
        for kind, table in _TABLES.items():
            rows = shown_rows(graph, table, [each["key"] for each in told if each["type"] == kind])
            names |= {(kind, row[kind]): row["name"] for row in rows}
    return [each | {"name": names.get((each["type"], each["key"]), each["key"])} for each in told]


def without_budgets(certificate: Mapping[str, Any]) -> dict[str, Any]:
    """A certificate for those who may not see what single needs are worth."""
    return {name: each for name, each in certificate.items() if name != "budgets"}
