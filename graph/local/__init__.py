"""A real Neo4j of our own on this machine: its jars, its process, its memory, its bulk import."""

from graph.local.bulk import ImportFiles, bulk_import, import_arguments
from graph.local.home import USER, Home, Running, default_home
from graph.local.server import IDLE_SECONDS, start, status, stop
from graph.local.sizing import size_of

__all__ = [
    "IDLE_SECONDS",
    "USER",
    "Home",
    "ImportFiles",
    "Running",
    "bulk_import",
    "default_home",
    "import_arguments",
    "size_of",
    "start",
    "status",
    "stop",
]
