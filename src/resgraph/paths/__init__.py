"""Walk the graph: what a thing is linked to, and by which chains of links one thing leads to another."""

from resgraph.paths.backing import Backing
from resgraph.paths.edge import COLUMNS, STANDINGS, Edge, Node
from resgraph.paths.links import KINDS, LINKS, Links, Only
from resgraph.paths.path import Path, Paths, table
from resgraph.paths.search import simple_paths
from resgraph.paths.walker import Direction, Named, Walker

__all__ = [
    "COLUMNS",
    "KINDS",
    "LINKS",
    "STANDINGS",
    "Backing",
    "Direction",
    "Edge",
    "Links",
    "Named",
    "Node",
    "Only",
    "Path",
    "Paths",
    "Walker",
    "simple_paths",
    "table",
]
