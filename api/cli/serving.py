"""`serve` and `user`: the service for browsers and programs, and who may enter."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Literal

import typer

from api.cli.options import AsFormat, surroundings
from api.cli.screen import Format, note, progress, said, show

user = typer.Typer(no_args_is_help=True, help="Accounts of the service: made, and listed.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(name="serve", epilog="Example: zhongfu serve --port 8080 --processes 2")(serve)
    app.command(name="worker", epilog="Example: zhongfu worker")(worker)
    app.add_typer(user, name="user")


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; by default this machine alone.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    processes: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer.")] = 1,
) -> None:
    """Serve the pages and the API until it is stopped (Ctrl-C), with one worker that makes the runs asked for."""
    from api.service.opening import prepared
    from api.serving import serve_until_stopped

    settings = surroundings()
    with progress() as told, prepared(settings, told):
        pass

    def opened(address: str) -> None:
        note(f"Open {address} — Ctrl-C stops it.", f"请打开 {address} ，按 Ctrl-C 停止。")

    serve_until_stopped(host, port, processes, opened)


def worker(
    server: Annotated[int | None, typer.Option(hidden=True, help="Process of `serve` to end with.")] = None,
) -> None:
    """Make the runs that are asked for, one after the other, until it is stopped; `serve` starts one of its own."""
    from api.serving import work_until_stopped

    work_until_stopped(surroundings(), server=server)


@user.command(name="add", epilog="Example: zhongfu user add li.mei --role coordinator --region 441400")
def add(
    name: Annotated[str, typer.Argument(help="Name to sign in with.")],
    role: Annotated[
        Literal["coordinator", "provider", "planner", "admin"], typer.Option(help="What the account may do.")
    ],
    region: Annotated[str | None, typer.Option(help="Region that it works within; by default everywhere.")] = None,
    organization: Annotated[str | None, typer.Option(help="Organisation of a provider.")] = None,
    password: Annotated[
        str,
        typer.Option(
            prompt=True,
            hide_input=True,
            confirmation_prompt=True,
            envvar="ZHONGFU_USER_PASSWORD",
            help="Asked for, or from ZHONGFU_USER_PASSWORD.",
        ),
    ] = "",
    form: AsFormat = Format.table,
) -> None:
    """Make an account; the first of a new service is an administrator's."""
    from api.service.accounts import add_user

    with progress() as told:
        made = add_user(surroundings(), name, role, password, region=region, organization=organization, progress=told)
    show([asdict(made)] if form is not Format.table else [_shown(asdict(made))], form, whole=asdict(made))


@user.command(name="list", epilog="Example: zhongfu user list --format json")
def list_users(form: AsFormat = Format.table) -> None:
    """List every account with its role and where it works."""
    from api.service.accounts import all_users

    with progress() as told:
        users = [asdict(each) for each in all_users(surroundings(), told)]
    show([_shown(each) for each in users] if form is Format.table else users, form)
    if not users:
        note(
            "Make the first: zhongfu user add NAME --role admin", "新建第一个账号：zhongfu user add 账号名 --role admin"
        )


def _shown(facts: dict[str, object]) -> dict[str, object]:
    """An account in a line."""
    place = facts["organization_name"] or facts["region_name"] or facts["region"] or said("everywhere", "全部")
    return {"user": facts["name"], "role": facts["role"], "scope": place, "state": facts["state"]}
