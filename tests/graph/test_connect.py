"""The way to the graph, on a real local Neo4j of every release."""

import socket
from pathlib import Path

import pytest
from neo4j.exceptions import ClientError

from graph import queries
from graph.connect import Graph, Run, open_graph
from graph.errors import BadAddress, DiskFull, NoPassword, OutOfMemory, ServerUnreachable, WrongPassword
from graph.local import Home, release

every_release = pytest.mark.parametrize("graph", release.known(), indirect=True)


@every_release
def test_what_is_written_is_read_as_rows_and_as_columns(graph: Graph) -> None:
    graph.write("UNWIND range(1, 3) AS i CREATE (:Thing {key: i, name: 'thing ' + i})")
    assert graph.read("MATCH (t:Thing) RETURN t.key AS key ORDER BY key") == [{"key": 1}, {"key": 2}, {"key": 3}]
    columns = graph.columns(
        "MATCH (t:Thing) WHERE t.key > $least RETURN t.key AS key, t.name AS name ORDER BY key", least=1
    )
    assert columns == {"key": [2, 3], "name": ["thing 2", "thing 3"]}


@every_release
def test_every_test_begins_with_an_empty_graph(graph: Graph) -> None:
    assert graph.read("MATCH (n) RETURN count(n) AS n") == [{"n": 0}]
    graph.write("CREATE CONSTRAINT FOR (t:Thing) REQUIRE t.key IS UNIQUE")


@every_release
def test_several_statements_hold_together_or_not_at_all(graph: Graph) -> None:
    graph.write_all([("CREATE (:Thing {key: $key})", {"key": key}) for key in (1, 2)])
    with pytest.raises(ClientError):
        graph.write_all([("CREATE (:Thing {key: 3})", {}), ("RETURN 1 / 0 AS fault", {})])
    assert graph.columns("MATCH (t:Thing) RETURN t.key AS key ORDER BY key") == {"key": [1, 2]}


def test_a_body_that_raises_undoes_what_it_wrote(graph: Graph) -> None:
    def body(run: Run) -> None:
        run("CREATE (:Thing)", {})
        raise LookupError

    with pytest.raises(LookupError):
        graph.transact(body)
    assert graph.read("MATCH (n) RETURN count(n) AS n") == [{"n": 0}]


@every_release
def test_a_statement_that_wants_too_much_memory_is_told_and_the_server_lives(graph: Graph) -> None:
    with pytest.raises(OutOfMemory) as caught:
        graph.read("UNWIND range(1, 200000000) AS i WITH collect(toString(i)) AS texts RETURN size(texts) AS n")
    assert "zhongfu graph start" in caught.value.repair("zh")
    assert graph.read("RETURN 1 AS one") == [{"one": 1}]


def test_an_address_names_its_user_and_the_environment_the_password(
    graph: Graph, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert graph.home is not None
    host = graph.address.removeprefix("bolt://")
    monkeypatch.setenv("ZHONGFU_GRAPH", f"neo4j://neo4j@{host}")
    monkeypatch.setenv("ZHONGFU_GRAPH_PASSWORD", Home(graph.home).password())
    with open_graph() as named:
        assert named.read("RETURN 1 AS one") == [{"one": 1}]
        assert named.address == f"neo4j://{host}"
    monkeypatch.delenv("ZHONGFU_GRAPH_PASSWORD")
    monkeypatch.setenv("ZHONGFU_GRAPH_PASSWORD_FILE", str(Home(graph.home).password_file))
    with open_graph() as filed:
        assert filed.read("RETURN 1 AS one") == [{"one": 1}]
    monkeypatch.setenv("ZHONGFU_GRAPH_USER", "nobody")
    with pytest.raises(WrongPassword, match="nobody"):
        open_graph()


@pytest.mark.parametrize(
    "address", ["http://host:7687", "localhost", "bolt://", "neo4j://host:port", "bolt+tls://host"]
)
def test_an_address_that_cannot_be_read_is_told(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHONGFU_GRAPH_PASSWORD", "secret")
    with pytest.raises(BadAddress, match="address"):
        open_graph(address)


def test_a_server_without_a_password_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(NoPassword):
        open_graph("bolt://127.0.0.1:1")
    monkeypatch.setenv("ZHONGFU_GRAPH_PASSWORD_FILE", str(tmp_path / "missing"))
    with pytest.raises(NoPassword, match="missing"):
        open_graph("bolt://127.0.0.1:1")


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
def test_a_server_that_does_not_answer_is_told(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHONGFU_GRAPH_PASSWORD", "secret")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(ServerUnreachable, match="127"):
            open_graph(f"{scheme}://127.0.0.1:{closed.getsockname()[1]}")


def test_no_message_shows_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ServerUnreachable) as caught:
        open_graph("bolt://neo4j:topsecret@127.0.0.1:1")
    assert "topsecret" not in str(caught.value.record())


@pytest.mark.parametrize("path", sorted(Path(queries.__file__).parent.glob("*.cypher")), ids=lambda path: path.stem)
def test_every_statement_is_found_by_its_name_and_says_what_it_does(path: Path) -> None:
    assert queries.query(path.stem).startswith("// ")


def test_a_statement_that_fails_while_the_disk_is_full_is_told_so(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.local.home._ROOM", 1 << 60)
    with pytest.raises(DiskFull, match=str(graph.home)):
        graph.read("RETURN 1 / 0 AS fault")


def test_a_graph_closed_under_one_s_hands_is_a_server_that_does_not_answer(graph: Graph) -> None:
    with open_graph(home=graph.home) as own:
        assert own.read("RETURN 1 AS one") == [{"one": 1}]
    with pytest.raises(ServerUnreachable):
        own.read("RETURN 1 AS one")
