"""Every Cypher statement of the program, one named `.cypher` file each."""

from functools import cache
from importlib.resources import files


@cache
def query(name: str) -> str:
    """The text of the statement kept in `graph/queries/<name>.cypher`."""
    return files(__package__).joinpath(f"{name}.cypher").read_text(encoding="utf-8")
