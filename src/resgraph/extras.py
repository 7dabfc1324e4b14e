"""What is heavy and optional: imported when it is used, with a word on how to get it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from resgraph.errors import UsageError


def bring(module: str, extra: str) -> Any:
    """Import an optional module, or raise `UsageError` that says how to get it.

    >>> bring("json", "none").loads("1")
    1
    >>> bring("no_such_module", "plot")
    Traceback (most recent call last):
        ...
    resgraph.errors.UsageError: no_such_module is not installed
      pip install 'resgraph[plot]'
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or not module.startswith(error.name):
            raise
        package = module.partition(".")[0]
        raise UsageError(f"{package} is not installed", hint=f"pip install 'resgraph[{extra}]'") from None
