"""Requests that are sent twice and made once: each under a key of its sender's own, with the answer kept for a day."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from graph.connect import Graph
from graph.errors import CallError, GraphError
from graph.queries import query

LEASE_SECONDS = 60
"""Who works on a request and gives no sign of life for so long is taken for dead."""
KEPT_HOURS = 24
"""So long an answer is given again."""


class KeyReused(CallError):
    """The key is that of another request."""

    code = "idempotency_key_reused"
    en = "This Idempotency-Key was sent with another request before."
    zh = "该 Idempotency-Key 已用于另一个请求。"
    repair_en = "Send each request under a key of its own, and only the very same request under its key again."
    repair_zh = "每个请求请使用各自的键；只有完全相同的请求才可用原键重发。"


class UnderWay(GraphError):
    """The first of these requests is not answered yet."""

    code = "idempotency_under_way"
    en = "The request under this Idempotency-Key is still at work."
    zh = "该 Idempotency-Key 对应的请求仍在处理中。"
    repair_en = "Send it again in some seconds: the answer will be the first one's."
    repair_zh = "请几秒后重发，届时返回首次请求的应答。"


@dataclass(frozen=True)
class Answer:
    """What a request was answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Request:
    """A request under a key; who knows no key finds neither it nor what was sent in what is kept."""

    sender: str
    """Blank for a stranger."""
    key: str
    content: bytes
    """Method, address and body."""

    @property
    def place(self) -> str:
        """Where its answer is kept: no two senders share one, and strangers are told apart by what they send."""
        return hashlib.sha256(f"{self.sender or '?' + self.digest}\n{self.key}".encode()).hexdigest()

    @property
    def digest(self) -> str:
        """What tells it from other requests under its key."""
        return hmac.digest(self.key.encode(), self.content, "sha256").hex()


@dataclass(frozen=True)
class Claim:
    """The hold of whoever works on a request."""

    place: str
    claim: str
    mark: str
    """What the request makes is numbered by: the same where it is taken up again within its day, else one of its own."""

    def beat(self, graph: Graph) -> None:
        """Give a sign of life."""
        graph.write(query("beat_answer"), key=self.place, claim=self.claim, seconds=LEASE_SECONDS)

    def keep(self, graph: Graph, answer: Answer) -> None:
        """Keep the answer, and forget old ones."""
        given = {"status": answer.status, "body": answer.body, "headers": json.dumps(dict(answer.headers))}
        graph.write(query("keep_answer"), key=self.place, claim=self.claim, **given)
        graph.write(query("drop_answers"))

    def give_up(self, graph: Graph) -> None:
        """Let the next who sends the request make it."""
        graph.write(query("give_up_answer"), key=self.place, claim=self.claim)


def claim_answer(graph: Graph, request: Request) -> Claim | Answer:
    """The right to answer a request, or the answer that it got before. Raises KeyReused and UnderWay."""
    claim = uuid4().hex
    [row] = graph.write(
        query("claim_answer"),
        key=request.place,
        claim=claim,
        request=request.digest,
        actor=request.sender,
        seconds=LEASE_SECONDS,
        hours=KEPT_HOURS,
    )
    if row["mine"]:
        return Claim(request.place, claim, row["mark"])
    if not row["same"]:
        raise KeyReused
    if row["status"] is None:
        raise UnderWay
    return Answer(row["status"], json.loads(row["headers"]), bytes(row["body"]))
