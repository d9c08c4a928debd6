"""The command line, killed on its way: ``python -m tests.api.dying MODULE:FUNCTION:CALL ARGUMENT…``."""

import importlib
import os
import signal
import sys
from typing import Any

from api.cli import main


def dies_before(where: str) -> None:
    """Let the process be killed before the call of this number of a function."""
    module_name, name, number = where.split(":")
    module = importlib.import_module(module_name)
    original, calls = getattr(module, name), 0

    def counted(*given: Any, **named: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == int(number):
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*given, **named)

    setattr(module, name, counted)


if __name__ == "__main__":
    dies_before(sys.argv.pop(1))
    main()
