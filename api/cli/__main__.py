"""`python -m api.cli` is `zhongfu`."""

from api.cli.app import main

main()
