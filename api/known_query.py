"""The query of an address for programs: what a route does not know is refused, never passed over."""

from __future__ import annotations

from fastapi import Request, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute

from api.route_calls import guard_of
from graph.errors import CallError


class ParameterUnknown(CallError):
    """A parameter that the address does not take."""

    code = "parameter_unknown"
    en = "The address {asked} takes no parameter {name!r} (here {value!r}); it takes {known}."
    zh = "地址 {asked} 没有参数“{name}”（所给值为“{value}”）；可用参数：{known_zh}。"
    repair_en = "Correct its name or leave it out; /openapi.json describes the parameters of each address."
    repair_zh = "请更正参数名或删去；各地址的参数见 /openapi.json。"


class ParameterTwice(CallError):
    """A parameter that has one value, given more than one."""

    code = "parameter_twice"
    en = "{name} is given {count} times: {values}."
    zh = "参数“{name}”给出了 {count} 次：{values}。"
    repair_en = "Give it once; for several values ask several times."
    repair_zh = "请只给一次；需要多个值时请分次请求。"


def require_known_query(request: Request) -> None:
    """Refuse a parameter that the route of the request does not take, or takes once and is given more often.

    Raises ParameterUnknown and ParameterTwice.
    """
    route = request.scope["route"]
    assert isinstance(route, APIRoute)  # noqa: S101 as those who ask are dependencies of routes
    fields = get_flat_params(route.dependant)
    known = sorted(field.alias for field in fields if isinstance(field.field_info, params.Query))
    for name, value in request.query_params.items():
        if name not in known:
            told, told_zh = (", ".join(known) or "none", "、".join(known) or "无")
            raise ParameterUnknown(asked=request.url.path, name=name, value=value, known=told, known_zh=told_zh)
        given = request.query_params.getlist(name)
        if len(given) > 1:
            raise ParameterTwice(name=name, count=len(given), values=", ".join(given))


def require_known_query_of_strangers(request: Request) -> None:
    """The same where anybody may call; elsewhere a stranger learns of no parameter, and who is known is asked with the right.

    Raises ParameterUnknown and ParameterTwice.
    """
    if guard_of(request.scope["route"].dependant) is None:
        require_known_query(request)
