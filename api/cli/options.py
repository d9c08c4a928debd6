"""Options that several commands share, and the settings that a command works under."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.screen import Format

if TYPE_CHECKING:
    from api.settings import Settings

AsFormat = Annotated[Format, typer.Option("--format", help="How the result is printed on stdout.")]
Region = Annotated[
    str | None,
    typer.Option(help="Code of a region, 12 digits or its first six; without it everything that is loaded."),
]
PlanName = Annotated[str, typer.Argument(metavar="PLAN", help="Id of a plan, or its beginning.")]


def surroundings(**given: Any) -> Settings:
    """The settings of this command, with what the call gives; the graph is told what it reads itself."""
    from api.settings import hand_down, read_settings

    settings = read_settings(**given)
    hand_down(settings)
    return settings
