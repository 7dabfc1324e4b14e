"""Run the command line: ``python -m resgraph``."""

from resgraph.cli import main

main()
