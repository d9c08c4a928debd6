"""`demo`: the whole path on a sample city."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add the commands."""
