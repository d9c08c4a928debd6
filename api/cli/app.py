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
from api.cli.screen import end, leave_quietly
from api.cli.wrong_calls import told_of_call
from api.errors import DONE, STOPPED, WRONG_CALL, Told, told

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


def run() -> None:
    """Run a command; exit 0 when done, 1 when the data or the plan is at fault, 2 when the call is. Raises KeyboardInterrupt."""
    command = prepared(get_command(app), chinese=speaks_chinese(sys.argv[1:], os.environ))
    try:
        code = command.main(standalone_mode=False) or DONE
    except typer.Abort:
        end(Told.stopped())
    except BrokenPipeError:
        leave_quietly()
    except TyperException as error:
        detail = error.format_message()
        if not detail:  # no command was named: its help is on the screen already
            sys.exit(WRONG_CALL)
        end(told_of_call(detail))
    except Exception as error:
        found = told(error)
        if found is None:
            raise
        end(found)
    else:
        if code == STOPPED:  # so the library tells of an interruption
            raise KeyboardInterrupt
        sys.exit(code)
