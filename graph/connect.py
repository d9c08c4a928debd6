"""The way to the graph: a server by its address, or the local Neo4j.

The settings come from the environment: ZHONGFU_GRAPH (`neo4j://user@host:7687`), ZHONGFU_GRAPH_USER,
ZHONGFU_GRAPH_PASSWORD or ZHONGFU_GRAPH_PASSWORD_FILE; without an address the graph is the local one of ZHONGFU_HOME.
"""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import SplitResult, unquote, urlsplit

import neo4j
from neo4j import NotificationMinimumSeverity
from neo4j.api import BookmarkManager
from neo4j.exceptions import (
    AuthError,
    ConfigurationError,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
)

from graph import local
from graph.errors import BadAddress, DiskFull, NoPassword, OutOfMemory, ServerUnreachable, WrongPassword
from graph.local import Home

Row = dict[str, Any]
T = TypeVar("T")
Run = Callable[[str, Row], list[Row]]
"""Runs one statement with its parameters within a transaction."""

Refusal = Neo4jError
"""What the server says of a statement that it does not run, where no fault of ours tells more."""

_LOCAL_RETRIES = 10.0
_SERVER_RETRIES = 30.0
"""Seconds during which a transaction is tried again; a cluster needs them to find a new leader."""

# The driver's warnings of retries are for those who ask for them, not for standard error.
logging.getLogger("neo4j").addHandler(logging.NullHandler())


@dataclass(frozen=True)
class Graph:
    """An open graph: statements run in managed transactions, retried, each seeing what this graph wrote before.

    Statements may run twice when a reply is lost, so their bodies must be idempotent. One graph may be used from many threads.
    """

    address: str
    driver: neo4j.Driver = field(repr=False)
    home: Path | None = None
    """The folder of the local graph; None when the graph is a server's."""
    bookmarks: BookmarkManager = field(default_factory=neo4j.GraphDatabase.bookmark_manager, repr=False)

    def read(self, query: str, /, **parameters: Any) -> list[Row]:
        """The rows a reading statement returns, as dictionaries."""
        with self._session() as session:
            return session.execute_read(_rows, query, parameters)

    def columns(self, query: str, /, **parameters: Any) -> dict[str, list[Any]]:
        """The columns a reading statement returns, as lists; the way to read much."""
        with self._session() as session:
            return session.execute_read(_columns, query, parameters)

    def write(self, query: str, /, **parameters: Any) -> list[Row]:
        """Run a writing statement in one transaction; what it returned stands once this returns."""
        with self._session() as session:
            return session.execute_write(_rows, query, parameters)

    def write_all(self, statements: Sequence[tuple[str, Row]]) -> list[list[Row]]:
        """Run several statements in one transaction: all of them hold, or none."""
        with self._session() as session:
            return session.execute_write(_rows_of_each, statements)

    def transact(self, body: Callable[[Run], T]) -> T:
        """What `body` returns from one writing transaction; a fault that it raises undoes everything."""
        with self._session() as session:
            return session.execute_write(_body, body)

    def answers(self) -> bool:
        """Whether the server answers right now; asked once, not again and again."""
        try:
            self.driver.verify_connectivity()
        except (DriverError, Neo4jError):
            return False
        return True

    def close(self) -> None:
        """Give the connections back."""
        self.driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _session(self) -> Iterator[neo4j.Session]:
        with _told(self.address, self.home), self.driver.session(bookmark_manager=self.bookmarks) as session:
            yield session


def open_graph(address: str | None = None, home: Path | None = None, *, size: str = "auto") -> Graph:
    """The graph at this address, else at ZHONGFU_GRAPH, else the local one of this home, started when it does not run.

    Parameters
    ----------
    home
        The folder of the local graph; by default ZHONGFU_HOME.
    size
        The size of the local server, when this call starts it.

    Raises
    ------
    BadAddress, NoPassword, ServerUnreachable, WrongPassword
        The server cannot be reached or entered; the local server has faults of its own (`graph.local.start`).
    """
    address = address or os.environ.get("ZHONGFU_GRAPH")
    if address:
        parts = _split(address)
        return _connect(_bare(parts), _user(parts), _server_password(parts, address), None)
    place = Home(home or local.default_home())
    running = local.start(place.root, size=size)
    return _connect(running.address, local.USER, place.password(), place.root)


def _connect(address: str, user: str, password: str, home: Path | None) -> Graph:
    with _told(address, home, user):
        try:
            driver = neo4j.GraphDatabase.driver(
                address,
                auth=(user, password),
                notifications_min_severity=NotificationMinimumSeverity.OFF,
                connection_acquisition_timeout=60,
                max_transaction_retry_time=_LOCAL_RETRIES if home else _SERVER_RETRIES,
                user_agent="zhongfu",
            )
        except (ConfigurationError, ValueError) as error:
            raise BadAddress(address=address, detail=error) from error
        try:
            driver.verify_connectivity()
        except BaseException:
            driver.close()
            raise
    return Graph(address, driver, home)


def _split(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError as error:
        raise BadAddress(address=address, detail=error) from error
    if not parts.hostname or parts.scheme.partition("+")[0] not in {"neo4j", "bolt"}:
        raise BadAddress(address=address, detail="it does not begin with neo4j:// or bolt:// and a host")
    return parts


def _bare(parts: SplitResult) -> str:
    """The address without user and password, which the driver takes apart from it and which no message may show."""
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _user(parts: SplitResult) -> str:
    return os.environ.get("ZHONGFU_GRAPH_USER") or unquote(parts.username or "") or local.USER


def _server_password(parts: SplitResult, address: str) -> str:
    if parts.password:
        return unquote(parts.password)
    if "ZHONGFU_GRAPH_PASSWORD" in os.environ:
        return os.environ["ZHONGFU_GRAPH_PASSWORD"]
    named = os.environ.get("ZHONGFU_GRAPH_PASSWORD_FILE")
    if not named:
        raise NoPassword(address=address, detail="ZHONGFU_GRAPH_PASSWORD is not set")
    try:
        return Path(named).expanduser().read_text(encoding="utf-8").strip()
    except OSError as error:
        raise NoPassword(address=address, detail=error) from error


def _rows(transaction: neo4j.ManagedTransaction, query: str, parameters: Row) -> list[Row]:
    return [record.data() for record in transaction.run(query, parameters)]


def _body(transaction: neo4j.ManagedTransaction, body: Callable[[Run], T]) -> T:
    return body(lambda query, parameters: _rows(transaction, query, parameters))


def _rows_of_each(transaction: neo4j.ManagedTransaction, statements: Sequence[tuple[str, Row]]) -> list[list[Row]]:
    return [_rows(transaction, query, parameters) for query, parameters in statements]


def _columns(transaction: neo4j.ManagedTransaction, query: str, parameters: Row) -> dict[str, list[Any]]:
    result = transaction.run(query, parameters)
    names = result.keys()
    rows = [record.values() for record in result]
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


@contextmanager
def _told(address: str, home: Path | None, user: str = "") -> Iterator[None]:
    """Turn the driver's complaints that a person can act on into ours; the rest are ours to mend and pass."""
    try:
        yield
    except AuthError as error:
        raise WrongPassword(address=address, user=user) from error
    except ServiceUnavailable as error:
        raise _absent(address, home, error) from error
    except Neo4jError as error:
        if "OutOfMemory" in (error.code or ""):
            raise OutOfMemory(where=address, detail=error.message) from error
        if "No space left" in (error.message or "") or (home and Home(home).disk_full()):
            raise DiskFull(where=home or address, setting="ZHONGFU_HOME") from error
        raise
    except DriverError as error:
        # another thread that found the server gone closed the driver under this one's hands
        closed = isinstance(error, SessionExpired) or str(error) == "Driver closed"
        if closed or isinstance(error.__cause__, OSError):
            raise ServerUnreachable(address=address, detail=error) from error
        raise


def _absent(address: str, home: Path | None, error: Exception) -> ServerUnreachable | OutOfMemory | DiskFull:
    """Why nobody answers: a local server leaves its last words."""
    if home is not None:
        said = Home(home).log.read_text(encoding="utf-8", errors="replace")
        if "OutOfMemoryError" in said:
            return OutOfMemory(where=home, detail="its server ended for want of memory")
        if "No space left" in said or Home(home).disk_full():
            return DiskFull(where=home, setting="ZHONGFU_HOME")
    return ServerUnreachable(address=address, detail=error)
