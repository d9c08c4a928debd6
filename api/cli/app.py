"""The commands together, and how a fault ends one: in words, with the repair, and an exit code."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version
from typing import Annotated, Literal

import typer
from typer.exceptions import TyperException
from typer.main import get_command

from api.cli import deciding, demonstration, gaps, loading, planning, replaying, serving, surroundings
from api.cli.help import HELP_OPTIONS, prepared, speaks_chinese
from api.cli.screen import chinese, fault, leave_quietly
from api.cli.wrong_calls import told_of_call
from api.errors import WRONG_CALL, Told, told
from graph.errors import Language

app = typer.Typer(
    name="zhongfu",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": HELP_OPTIONS},
)
for commands in (loading, planning, replaying, deciding, gaps, serving, surroundings, demonstration):
    commands.register(app)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"zhongfu {version('zhongfu')}")
        raise typer.Exit


@app.callback()
def zhongfu(
    language: Annotated[
        Literal["en", "zh"] | None,
        typer.Option("--lang", help="Language of messages; by default ZHONGFU_LANG, else that of the terminal."),
    ] = None,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Zhongfu (众扶): match households in need with services and caseworkers, with a proof and reasons.

    A command ends with 0 when it is done, 1 when the data or the plan is at fault, and 2 when the call is.
    """
    if language:
        os.environ["ZHONGFU_LANG"] = language


def main() -> None:
    """Run the command line; exit 0 when done, 1 when the data or the plan is at fault, 2 when the call is."""
    command = prepared(get_command(app), chinese=speaks_chinese(sys.argv[1:], os.environ))
    try:
        sys.exit(command.main(standalone_mode=False) or 0)
    except (typer.Abort, KeyboardInterrupt):
        _end(Told.stopped())
    except BrokenPipeError:
        leave_quietly()
    except TyperException as error:
        detail = error.format_message()
        if not detail:  # no command was named: its help is on the screen already
            sys.exit(WRONG_CALL)
        _end(told_of_call(detail))
    except Exception as error:
        found = told(error)
        if found is None:
            raise
        _end(found)


def _end(found: Told) -> None:
    """Say it in both languages, the reader's first."""
    order: list[Language] = ["zh", "en"] if chinese() else ["en", "zh"]
    for language in order:
        fault(found.message[language], found.repair[language], first=language == order[0])
    sys.exit(found.exit_code)
