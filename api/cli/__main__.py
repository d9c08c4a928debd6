"""`python -m api.cli` is `zhongfu`."""

from api.cli import main

main()
