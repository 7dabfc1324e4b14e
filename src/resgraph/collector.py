"""Python's collector of circles, left out where there are millions of things and no circle among them."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """Leave the collector out for a while: it would look through everything again and again.

    What was made meanwhile counts as old afterwards, so that it is not looked through at once either.

    >>> with without_collector():
    ...     gc.isenabled()
    False
    >>> gc.isenabled(), gc.get_freeze_count()
    (True, 0)
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            # To freeze and to thaw moves the young to the old. What somebody else has frozen stays so.
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()
