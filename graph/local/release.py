"""The releases of Neo4j the program can run, each with its jars and their sums."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from graph.errors import UnknownRelease

DEFAULT = "5.26.30"
"""The long-term support release; what runs when nothing else is asked for."""

_LOCK = re.compile(r"neo4j-(\d+(?:\.\d+)+)\.lock")


@dataclass(frozen=True, slots=True)
class Jar:
    """One jar by its Maven coordinate and its SHA-256."""

    group: str
    artifact: str
    version: str
    classifier: str
    sha256: str

    @property
    def name(self) -> str:
        """The file's name in a Maven repository."""
        return f"{self.artifact}-{self.version}{'-' if self.classifier else ''}{self.classifier}.jar"

    @property
    def path(self) -> str:
        """The file's path in a Maven repository."""
        return f"{self.group.replace('.', '/')}/{self.artifact}/{self.version}/{self.name}"


def known() -> tuple[str, ...]:
    """The releases with a lock file, oldest first."""
    names = (_LOCK.fullmatch(file.name) for file in files(__package__).iterdir())
    return tuple(sorted((name[1] for name in names if name), key=order))


def order(version: str) -> tuple[int, ...]:
    """A key by which releases sort by age."""
    return tuple(int(part) for part in version.split("."))


@cache
def jars(version: str) -> tuple[Jar, ...]:
    """The jars of a release, in the order of its lock file.

    Raises
    ------
    UnknownRelease
        There is no lock file for it.
    """
    if version not in known():
        raise UnknownRelease(version=version, known=", ".join(known()))
    text = files(__package__).joinpath(f"neo4j-{version}.lock").read_text(encoding="ascii")
    return tuple(_jar(line) for line in text.splitlines())


def _jar(line: str) -> Jar:
    coordinate, sha256 = line.split()
    group, artifact, version, *classifier = coordinate.split(":")
    return Jar(group, artifact, version, "".join(classifier), sha256)
