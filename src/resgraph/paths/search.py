"""All simple paths between two nodes of a graph of whole numbers, shortest first.

For each length, the nodes from which the end is still in reach are found first, from the end backwards. The
search from the start then enters no other node, so nearly every step it takes is a step of some path.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

#: The neighbours of each node, by its number.
Adjacency = Sequence[Sequence[int]]
#: For each number of hops that are left: the nodes from which exactly so many can lead to the goal.
Reach = list[set[int]]


def simple_paths(
    out: Adjacency, into: Adjacency, start: int, end: int, max_hops: int, via: Sequence[int] = ()
) -> Iterator[tuple[int, ...]]:
    """Yield every path from `start` to `end` of at most `max_hops` steps that enters no node twice.

    `into` is `out` turned round. A path goes through every node of `via`, in any order. Shorter paths come
    first; those of one length in the order of the neighbours.

    >>> out, into = [[1, 2], [2, 3], [3], []], [[], [0], [0, 1], [1, 2]]
    >>> list(simple_paths(out, into, 0, 3, 3))
    [(0, 1, 3), (0, 2, 3), (0, 1, 2, 3)]
    >>> list(simple_paths(out, into, 0, 3, 3, via=[1]))
    [(0, 1, 3), (0, 1, 2, 3)]
    """
    if start == end:
        return
    reach: Reach = [{end}]
    # The ends are on every path.
    goals: list[tuple[int, Reach]] = [(node, [set()]) for node in via if node not in (start, end)]
    for hops in range(1, max_hops + 1):
        yield from _walk(out, reach, goals, start, hops)
        if hops < max_hops:
            reach.append(_before(into, reach[-1], start) - {end})
            for node, through in goals:
                through.append((_before(into, through[-1], start) | {node}) & reach[-1])


def _before(into: Adjacency, nodes: set[int], start: int) -> set[int]:
    """Return from where some nodes are one hop away; nothing leads through the start."""
    return {before for node in nodes if node != start for before in into[node]}


def _walk(
    out: Adjacency, reach: Reach, goals: Sequence[tuple[int, Reach]], start: int, hops: int
) -> Iterator[tuple[int, ...]]:
    """Yield the paths of exactly so many hops: depth first, without recursion."""
    path, seen = [start], {start}
    open_ = [iter(out[start])]
    while open_:
        left = hops - len(path)
        near = reach[left]
        for node in open_[-1]:
            if node not in near or node in seen or not _can(goals, node, seen, left):
                continue
            if left == 0:
                yield (*path, node)
                continue
            path.append(node)
            seen.add(node)
            open_.append(iter(out[node]))
            break
        else:
            open_.pop()
            seen.discard(path.pop())


def _can(goals: Sequence[tuple[int, Reach]], node: int, seen: set[int], left: int) -> bool:
    """Say whether every node that has to be on the path still can be."""
    return all(goal in seen or goal == node or node in through[left] for goal, through in goals)
