"""The first load of an empty graph by Neo4j's own offline import: fifty times faster than statements over Bolt."""

import re
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from graph.errors import ImportFailed, NotEmpty
from graph.local import jars, process
from graph.local.home import Home, Running
from graph.local.server import IDLE_SECONDS, choose_release, driver, find, halt, launch, sweep, turn
from graph.queries import query

_PHASE = re.compile(rb"^\((\d)/(\d)\) ([A-Za-z ]+?) \d{4}-")
_PERCENT = re.compile(rb"(\d+)% ")
_TELLING = re.compile(
    r"original error|data source:|in field:|raw field value|missing node|already|Duplicate|Caused by:"
)


@dataclass(frozen=True, slots=True)
class ImportFiles:
    """Files of one kind of node or relationship: their labels or type, and the files, the first beginning with the header.

    Headers are those of `neo4j-admin database import` (`:ID`, `:START_ID`, `quantity:long`); an id is the number of its node in
    the store, each of them from 0 on given once.
    """

    name: str
    files: tuple[Path, ...]


def import_arguments(
    nodes: Sequence[ImportFiles], relationships: Sequence[ImportFiles], *, broken_lines: bool = False
) -> list[str]:
    """The arguments of `neo4j-admin database import full` for these files; for a server, its keeper runs that line.

    Blank cells become absent properties; the first fault ends it. Cells of several lines
    (`broken_lines`) keep the tool from reading one file at several places at once.
    """
    return [
        *(f"--nodes={part.name}={','.join(map(str, part.files))}" for part in nodes),
        *(f"--relationships={part.name}={','.join(map(str, part.files))}" for part in relationships),
        f"--multiline-fields={str(broken_lines).lower()}",
        "--ignore-empty-strings=true",
        "--id-type=actual",
        "--bad-tolerance=0",
        "--strict=true",
        "--overwrite-destination=true",
        "neo4j",
    ]


def bulk_import(
    home: Path,
    nodes: Sequence[ImportFiles],
    relationships: Sequence[ImportFiles],
    *,
    version: str | None = None,
    broken_lines: bool = False,
    progress: Callable[[str, float], None] | None = None,
) -> None:
    """Fill the empty local graph of this home; its server is stopped for it and not started again.

    All of it holds once this returns; whatever ends it before, the next start or import sweeps what is left.

    Parameters
    ----------
    broken_lines
        Whether a cell holds more lines than one.
    progress
        Told the phase and how much of the whole is done, from 0 to 1.

    Raises
    ------
    NotEmpty
        The graph holds something.
    ImportFailed
        The files are at fault; nothing of them is kept.
    """
    place = Home(home.expanduser().absolute())
    place.make()
    chosen = choose_release(place, version)
    jars.classpath(chosen)
    with turn(place):
        running = find(place)
        sweep(place)
        if running or place.has_data():
            _require_empty(place, running or launch(place, chosen, "small", 0, IDLE_SECONDS))
            halt(place)
        # Whatever cuts us off from here to the end leaves this mark, and the next command sweeps.
        place.importing.touch()
        try:
            _run(place, chosen, import_arguments(nodes, relationships, broken_lines=broken_lines), progress or _unseen)
        except BaseException:
            sweep(place)
            raise
        place.release.write_text(chosen, encoding="ascii")
        place.importing.unlink()


def _require_empty(home: Home, running: Running) -> None:
    with driver(home, running) as neo4j:
        if neo4j.execute_query(query("any_node")).records:
            raise NotEmpty(home=home.root)


def _unseen(_phase: str, _share: float) -> None:
    """Progress nobody watches."""


def _run(home: Home, version: str, arguments: Sequence[str], progress: Callable[[str, float], None]) -> None:
    """Run the importer's process to its end, or end it with us."""
    arguments = [str(home.root), version, *arguments]
    with process.spawn("graph.local.importer", arguments, home, subprocess.PIPE) as importer:
        try:
            said = _follow(importer, home, progress)
        except BaseException:
            importer.kill()
            raise
    if importer.returncode != 0:
        raise process.fault(said, home) or ImportFailed(home=home.root, detail=_telling(said), log=home.import_log)


def _follow(importer: subprocess.Popen[bytes], home: Home, progress: Callable[[str, float], None]) -> str:
    """What the importer says, kept in its log and told as progress."""
    name, phase, phases = "import", 1, 4
    with home.import_log.open("wb") as log:
        for line in importer.stdout or ():
            log.write(line)
            if begun := _PHASE.match(line):
                name, phase, phases = begun[3].decode().lower(), int(begun[1]), int(begun[2])
            elif reached := _PERCENT.search(line):
                progress(name, (phase - 1 + int(reached[1]) / 100) / phases)
    return home.import_log.read_text(encoding="utf-8", errors="replace")


def _telling(said: str) -> str:
    """The lines of the importer's account that name the fault, without its stack traces and advice."""
    lines = [line.strip().removeprefix("Caused by: ") for line in said.splitlines() if _TELLING.search(line)]
    return "; ".join(dict.fromkeys(lines)) or process.last_cause(said)
