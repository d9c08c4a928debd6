"""A graph that a server keeps open, and what its requests are told when it cannot be opened."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Semaphore, Thread

import pytest

from api.service.opening import kept_open, prepared
from api.settings import Settings
from graph.errors import ServerUnreachable


def test_requests_that_wait_for_a_graph_fail_with_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHONGFU_GRAPH_PASSWORD", "any")
    tried, come = list[str](), Semaphore(0)

    def hang_up(door: socket.socket) -> None:
        while True:
            try:
                caller, _ = door.accept()
            except OSError:
                return
            for _ in range(8):
                come.acquire(timeout=60)
            time.sleep(0.5)  # those who came are waiting by then
            tried.append("call")
            caller.close()

    with socket.create_server(("127.0.0.1", 0)) as door:
        Thread(target=hang_up, args=(door,), daemon=True).start()
        address = f"bolt://127.0.0.1:{door.getsockname()[1]}"
        given = {"home": tmp_path, "graph": address, "lang": "en", "actor": "test", "jobs": 1}
        settings = Settings.model_validate(given)

        def ask(_number: int) -> None:
            come.release()
            with pytest.raises(ServerUnreachable), prepared(settings):
                raise AssertionError("nobody answers there")

        with kept_open(settings), ThreadPoolExecutor(8) as requests:
            list(requests.map(ask, range(8)))
    assert tried == ["call"]
