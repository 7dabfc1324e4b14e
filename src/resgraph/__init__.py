"""What builds children's resilience in schools, for whom, on what evidence.

>>> import resgraph
>>> g = resgraph.load()
>>> g.intervention("friends").label
'FRIENDS'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from resgraph.difference import diff
    from resgraph.graph import Graph, load
    from resgraph.graph import open_path as open  # noqa: A004 (as tarfile and gzip do)
    from resgraph.things import Thing

#: The same as in pyproject.toml.
__version__ = "0.1.0"

__all__ = ["Graph", "Thing", "diff", "load", "open"]

_HOMES = {
    "Graph": ("resgraph.graph", "Graph"),
    "Thing": ("resgraph.things", "Thing"),
    "load": ("resgraph.graph", "load"),
    "open": ("resgraph.graph", "open_path"),
    "diff": ("resgraph.difference", "diff"),
}


def __getattr__(name: str) -> Any:
    """Import on first use, so that importing the package stays cheap."""
    if name not in _HOMES:
        raise AttributeError(f"module 'resgraph' has no attribute {name!r}")
    home, known = _HOMES[name]
    return getattr(import_module(home), known)


def __dir__() -> list[str]:
    return sorted(__all__)
