"""What builds children's resilience in schools, for whom, on what evidence.

>>> import resgraph
>>> g = resgraph.load()
>>> g.intervention("friends").label
'FRIENDS'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from resgraph.graph import Graph, Thing, load
    from resgraph.graph import open_path as open  # noqa: A004

__all__ = ["Graph", "Thing", "load", "open"]

_HOMES = {"Graph": "Graph", "Thing": "Thing", "load": "load", "open": "open_path"}


def __getattr__(name: str) -> Any:
    """Import on first use, so that importing the package stays cheap."""
    if name not in _HOMES:
        raise AttributeError(f"module 'resgraph' has no attribute {name!r}")
    from resgraph import graph

    return getattr(graph, _HOMES[name])


def __dir__() -> list[str]:
    return sorted(__all__)
