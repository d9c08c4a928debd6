"""Versions of what people edit: the ETag of an answer, and the If-Match that a change must carry."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import Depends, Form, Header
from pydantic import BaseModel

from graph.edit import RowChanged
from graph.errors import CallError
from graph.users import UserChanged


class VersionMissing(CallError):
    """A change that does not say what it changes."""

    code = "version_missing"
    en = "The change does not say which version it is of: If-Match is {given!r}."
    zh = "未说明修改的是哪个版本：If-Match 为 {given!r}。"
    repair_en = 'Read it first and send its ETag as If-Match, such as "3".'
    repair_zh = '请先读取，再以其 ETag 作为 If-Match 发送，例如 "3"。'


class Superseded(Exception):
    """The fault that someone changed a thing since it was read, with the thing as it stands now."""

    def __init__(self, fault: RowChanged | UserChanged, present: BaseModel) -> None:
        super().__init__(str(fault))
        self.fault, self.present = fault, present


@contextmanager
def beside_present(show: Callable[[], BaseModel]) -> Iterator[None]:
    """Let whoever sends a stale change see, beside the fault, what stands now, which has a `version`. Raises Superseded."""
    try:
        yield
    except (RowChanged, UserChanged) as fault:
        raise Superseded(fault, show()) from fault


def etag(version: int) -> str:
    """The version as an ETag."""
    return f'"{version}"'


def _version(
    given: Annotated[str | None, Header(alias="If-Match", description="ETag of what is changed")] = None,
) -> int:
    found = re.fullmatch(r'(?:W/)?"([0-9]{1,15})"', (given or "").strip())
    if not found:
        raise VersionMissing(given=given or "")
    return int(found[1])


IfMatch = Annotated[int, Depends(_version)]
"""The version that a change is of. Raises VersionMissing."""
MOST_VERSION = 10**15 - 1
"""No row is ever changed so often, and the graph holds such numbers."""
FormVersion = Annotated[int, Form(ge=0, le=MOST_VERSION)]
"""The same of a form of a page."""
