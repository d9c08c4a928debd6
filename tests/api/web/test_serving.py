"""`serve` says its address once it is answered there, and not at all where it is not to be."""

import os
import re
import socket
import subprocess
import sys

import httpx
import pytest

from tests.api.web.conftest import Service, free_port


def serving(service: Service, port: int, processes: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "api.cli", "serve", "--port", str(port), "--processes", str(processes)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZHONGFU_GRAPH")}
    kept |= {"ZHONGFU_HOME": str(service.zhongfu.home), "ZHONGFU_LANG": "en"}
    return subprocess.Popen(command, env=kept, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("processes", [1, 2])
def test_the_address_is_said_once_it_is_answered_there(service: Service, processes: int) -> None:
    with serving(service, free_port(), processes) as process:
        try:
            assert process.stderr
            said = next(
                found for line in process.stderr if (found := re.search(r"Open (http://127\.0\.0\.1:\d+)", line))
            )
            assert httpx.get(f"{said[1]}/healthz", timeout=60).status_code == 200  # at the very first try
        finally:
            process.terminate()
            _, rest = process.communicate(timeout=60)
    assert "Open http" not in rest


def test_no_address_is_said_where_another_program_has_the_port(service: Service) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with serving(service, port, 1) as process:
            _, said = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "Open http" not in said
    assert str(port) in said
