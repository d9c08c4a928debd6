"""The command line `zhongfu`."""

from importlib.metadata import version
from typing import Annotated

import typer

app = typer.Typer(name="zhongfu", no_args_is_help=True, add_completion=False)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"zhongfu {version('zhongfu')}")
        raise typer.Exit


@app.callback()
def zhongfu(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Zhongfu (众扶): match households in need with services and caseworkers, with a proof and reasons."""


def main() -> None:
    """Run the command line."""
    app()
