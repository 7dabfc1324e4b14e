"""Progress of long work: on a terminal only, never in a pipe or a log."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click


def reporter() -> Callable[[str], None]:
    """Return a function that tells each step on standard error when a person is watching."""
    if not sys.stderr.isatty():
        return lambda _: None
    return lambda step: click.echo(f"… {step}", err=True)
