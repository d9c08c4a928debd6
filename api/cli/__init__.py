"""The command line `zhongfu`."""

from api.errors import Told


def main() -> None:
    """Run the command line; stopped at any moment, also while the program itself is still being read, it says so."""
    try:
        from api.cli.app import run

        run()
    except KeyboardInterrupt:
        from api.cli.screen import end

        end(Told.stopped())
