"""A real Neo4j of our own on this machine: its jars, its process, its memory, its bulk import."""

from graph.local.home import USER, Home, Running, default_home
from graph.local.server import IDLE_SECONDS, start, status, stop

__all__ = ["IDLE_SECONDS", "USER", "Home", "Running", "default_home", "start", "status", "stop"]
