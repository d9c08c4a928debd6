"""Registrations as use cases: an organisation asks for an account, and the coordinator of its region decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from api.clock import day_here
from api.passwords import hashed
from api.service.accounts import require_name
from api.service.cells import checked_cells, refused, require_plain
from api.service.opening import opened
from api.service.places import PlaceUnclear, place_meant, tree, unclear
from api.settings import Settings
from graph import registrations
from graph.connect import Graph
from graph.edit import Edit, RowChanged, edit_of, versions_of
from graph.errors import CallError, GraphError
from graph.listed import ALL, BEGINNING, Position
from graph.registrations import CreditCodeTwice, Registration
from graph.secrets import open_vault
from graph.shown import shown_rows

LONGEST_REASON = 1_000
"""Characters of the reason of a refusal."""
_KNOWN = ("credit_code_taken",)
"""No fault of a registration: its account would speak for the organisation that has the code, which is seen to when it is decided."""


class ReasonWanted(CallError):
    """A refusal that does not say why, or says it at too great length."""

    code = "reason_wanted"
    en = "The reason is {detail}."
    zh = "理由{detail_zh}。"
    repair_en = "Say in a sentence or two, of at most {most} characters, why it is refused: the organisation reads it."
    repair_zh = "请用一两句话说明拒绝的原因，不超过 {most} 个字符；申请机构会看到。"


class NoneChosen(CallError):
    """Several are to be refused, and none is named."""

    code = "none_chosen"
    en = "No registration is chosen."
    zh = "没有选择注册申请。"
    repair_en = "Tick those that are to be refused for this reason."
    repair_zh = "请勾选要以该理由拒绝的申请。"


class OrganizationNumberTaken(GraphError):
    """An organisation of another credit code has this one as its number."""

    code = "organization_number_taken"
    en = "An organisation has the number {organization} already, and its credit code is another one, or blank."
    zh = "已有编号为 {organization} 的机构，但其统一社会信用代码为空或与此不同。"
    repair_en = "If it is the same organisation, load its credit code from the file of organisations, then approve; the registration waits."
    repair_zh = "如系同一机构，请先通过机构数据表补上信用代码，再批准；该申请仍在等待。"


class OrganizationJustMade(GraphError):
    """Somebody made or changed the organisation while the registration was being approved."""

    code = "organization_just_made"
    en = "Organisation {organization} was made or changed by somebody else at this very moment; the registration waits still."
    zh = "机构 {organization} 恰在此时被他人新建或修改；该申请仍在等待。"
    repair_en = "Look at the list anew: it says for which organisation the account would speak; then approve."
    repair_zh = "请重新查看列表，其中说明该账号将代表哪个机构，然后再批准。"


@dataclass(frozen=True)
class Standing:
    """How a registration stands, as whoever has its number may know: nothing of the organisation or the person."""

    registration: str
    state: str
    asked_on: date
    decided_on: date | None
    reason: str | None


def register(settings: Settings, cells: Mapping[str, str], user: str, password: str, source: str) -> Registration:
    """Keep a registration of an organisation (name, type, credit_code, region by code or name); its account may enter once it is approved.

    `source` is the address that it was sent from, of which the graph keeps a keyed hash until it is decided.

    Raises
    ------
    CellsRefused, BadUserName, BadPassword, UserTaken, RegistrationWaits, CreditCodeTwice, TooManyWait, TooManyFromHere
        It cannot be so; nothing was kept.
    """
    given = {"organization": cells["credit_code"], **cells}
    require_plain("organizations", given, "name", "type", "credit_code", "region")
    require_name(user, "user")
    password_hash = hashed(password)
    place = open_vault(settings.home).digest(f"source {source}")
    with opened(settings) as graph:
        try:
            given["region"] = place_meant(tree(settings), given["region"])
        except PlaceUnclear as fault:
            raise refused("organizations", unclear("region", fault)) from fault
        row = checked_cells(graph, "organizations", given, but=_KNOWN).rows.to_pylist()[0]
        facts = {name: row[name] for name in ("name", "type", "credit_code", "region")}
        return registrations.create_registration(graph, facts, user, password_hash, place)


def registrations_within(
    settings: Settings, region: str | None, start: Position = BEGINNING, limit: int = ALL
) -> list[Registration]:
    """Registrations of organisations that have their seat in a region, those that wait first; None for everywhere."""
    with opened(settings) as graph:
        return registrations.list_registrations(graph, region, start, limit)


def waiting_within(settings: Settings, region: str | None) -> int:
    """How many registrations of organisations that have their seat in a region wait for its own coordinators; None for everywhere."""
    with opened(settings) as graph:
        return registrations.count_registrations(graph, region)


def registration_named(settings: Settings, registration: str) -> Registration:
    """A registration by its number. Raises RegistrationUnknown."""
    with opened(settings) as graph:
        return registrations.registration_named(graph, registration)


def standing_of(settings: Settings, registration: str) -> Standing:
    """How a registration stands, for whoever has its number. Raises RegistrationUnknown."""
    found = registration_named(settings, registration)
    decided = None if found.decided_at is None else day_here(found.decided_at)
    return Standing(found.registration, found.state, day_here(found.created_at), decided, found.reason)


def approve(settings: Settings, registration: str) -> Registration:
    """Let the account enter, for the organisation that has the credit code already or else one of that number.

    One of that number that was closed is opened again, as the registration has it.

    Raises
    ------
    RegistrationUnknown, RegistrationDecided
        There is none, or it does not wait any more.
    OrganizationNumberTaken, OrganizationJustMade, CreditCodeMoved
        An organisation of another credit code has that number, or somebody made it or took the code meanwhile.
    CreditCodeTwice, LoadUnderWay
        Several organisations have the code, or a load under way may make another of it. Nothing was changed.
    """
    with opened(settings) as graph:
        asked = registrations.registration_named(graph, registration)
        key = asked.known or asked.credit_code
        founding: Edit | None = None
        if asked.state == "waiting" and asked.shared:
            raise shared_code(asked.credit_code, ())
        if asked.state == "waiting" and not asked.known:
            founding = _founding(graph, asked, settings.actor)
        try:
            return registrations.decide_registration(graph, registration, key, None, settings.actor, founding)
        except RowChanged as error:
            raise OrganizationJustMade(organization=key) from error


def holders_of(settings: Settings, credit_code: str) -> list[str]:
    """The organisations that have a credit code and are not closed."""
    with opened(settings) as graph:
        return registrations.holders_of(graph, credit_code)


def shared_code(credit_code: str, named: Sequence[str]) -> CreditCodeTwice:
    """The fault of a code that several organisations have, of which these may be named."""
    said, said_zh = (f": {', '.join(named)}", f"：{'、'.join(named)}") if named else ("", "")
    return CreditCodeTwice(credit_code=credit_code, named=said, named_zh=said_zh)


def _founding(graph: Graph, asked: Registration, actor: str) -> Edit:
    """What makes the organisation that a registration is of, or opens it again. Raises OrganizationNumberTaken."""
    key = asked.credit_code
    # before what is looked at, so that no change after it is missed
    versions = versions_of(graph, "organizations", [key])
    if shown_rows(graph, "organizations", [key]):
        raise OrganizationNumberTaken(organization=key)
    facts = {"name": asked.name, "type": asked.type, "credit_code": key, "region": asked.region}
    part = checked_cells(graph, "organizations", {"organization": key} | facts, but=_KNOWN)
    return edit_of(graph, "organizations", part.rows, part.present, versions, actor)


def refuse(settings: Settings, registration: str, reason: str) -> Registration:
    """Keep the account out, for a reason that the organisation reads.

    Raises ReasonWanted, RegistrationUnknown and RegistrationDecided; nothing was changed.
    """
    said = _reason(reason)
    with opened(settings) as graph:
        return registrations.decide_registration(graph, registration, None, said, settings.actor)


def refuse_several(settings: Settings, numbers: Sequence[str], reason: str) -> list[Registration]:
    """Keep the accounts of several registrations out for one reason, all of them or none.

    Raises NoneChosen, ReasonWanted, RegistrationUnknown and RegistrationDecided; nothing was changed.
    """
    if not numbers:
        raise NoneChosen
    said = _reason(reason)
    with opened(settings) as graph:
        return registrations.refuse_registrations(graph, numbers, said, settings.actor)


def _reason(reason: str) -> str:
    said = reason.strip()
    if not said:
        raise ReasonWanted(detail="blank", detail_zh="不能为空", most=LONGEST_REASON)
    if len(said) > LONGEST_REASON:
        raise ReasonWanted(
            detail=f"{len(said)} characters long", detail_zh=f"有 {len(said)} 个字符", most=LONGEST_REASON
        )
    return said
