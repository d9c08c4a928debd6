"""The address of a service is told once it is answered there, as a browser of this machine reaches it, and once alone."""

import socket
import time

import pytest

from api.serving import told_once_open


def listening(family: socket.AddressFamily, host: str) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.bind((host, 0))
    sock.listen()
    return sock


def waited_for(said: list[str]) -> None:
    """Wait until something is said, however slow the machine is."""
    for _ in range(1200):
        if said:
            return
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("family", "host", "told"),
    [
        (socket.AF_INET, "127.0.0.1", "http://127.0.0.1"),
        (socket.AF_INET, "0.0.0.0", "http://127.0.0.1"),  # noqa: S104 what is tried
        (socket.AF_INET6, "::1", "http://[::1]"),
        (socket.AF_INET6, "::", "http://[::1]"),
    ],
)
def test_who_listens_everywhere_is_opened_at_the_loopback(family: socket.AddressFamily, host: str, told: str) -> None:
    said: list[str] = []
    with listening(family, host) as sock, told_once_open(sock, said.append):
        port = sock.getsockname()[1]
        waited_for(said)
    assert said == [f"{told}:{port}"]


def test_nothing_is_told_where_nobody_answers() -> None:
    said: list[str] = []
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))  # and never listens
        with told_once_open(sock, said.append):
            time.sleep(0.5)
    assert said == []


def test_what_nobody_reads_any_more_is_told_once() -> None:
    said: list[str] = []

    def broken(address: str) -> None:
        said.append(address)
        raise BrokenPipeError

    with listening(socket.AF_INET, "127.0.0.1") as sock, told_once_open(sock, broken):
        waited_for(said)
        time.sleep(0.5)  # a second one would come within it
    assert len(said) == 1
