"""Runs `zhongfu` where numpy says that it is of an older version: `python -m tests.api.elder match …`."""

from importlib import metadata

from api.cli import main as zhongfu

VERSION = "0.1"


def main() -> None:
    """The command, with that one version told."""
    told = metadata.version
    metadata.version = lambda name: VERSION if name == "numpy" else told(name)  # type: ignore[assignment]
    zhongfu()


if __name__ == "__main__":
    main()
