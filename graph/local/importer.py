"""The process of a bulk import: `python -m graph.local.importer HOME VERSION ARGUMENT…`.

It holds the server's lock, so that no server opens the store meanwhile, and ends with the command that started it.
"""

import os
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from graph.local import archive, java, locks, sizing
from graph.local.home import Home

_HEAP = 896
_OFF_HEAP = 4096  # at most; the province needs 1.1 GiB
_LOCK_PATIENCE = 5.0


def main(root: str, version: str, *arguments: str) -> int:
    """Run Neo4j's own import with these arguments."""
    home = Home(Path(root))
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    held = locks.take(home.server_lock, _LOCK_PATIENCE)
    if held is None:
        sys.stderr.write("StoreLockException: the server's lock is held\n")
        return 1
    java.start(version, _HEAP)
    archive.forget(version)  # a server's classes are others
    return java.command("org.neo4j.importer.ImportCommand$Full", home.store, [*_resources(home), *arguments])


def _resources(home: Home) -> Sequence[str]:
    off_heap = min(_OFF_HEAP, sizing.memory_bytes() // 2 >> 20)
    return [f"--max-off-heap-memory={off_heap}m", f"--report-file={home.graph / 'import.report'}"]


def _end_with(parent: int) -> None:
    """End at once when the command that waits for us is gone: nobody would know that the import is whole."""
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
