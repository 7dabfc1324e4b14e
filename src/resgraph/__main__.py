"""Run the command line: ``python -m resgraph``."""

from resgraph.cli import main

if __name__ == "__main__":
    main()
