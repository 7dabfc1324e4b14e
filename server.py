"""Run the endpoint: ``python server.py`` is ``resgraph serve``; ``server:app`` is its WSGI application."""

from __future__ import annotations

import sys

from resgraph.cli import main
from resgraph.server import LazyApplication

app = LazyApplication()

if __name__ == "__main__":
    main(["serve", *sys.argv[1:]])
