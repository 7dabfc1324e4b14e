"""An explanation as text that a person reads."""

from __future__ import annotations

from collections.abc import Iterator

from resgraph.explain.account import Account, Found
from resgraph.explain.explanation import Explanation, Node, Reason

_KINDS = {
    "asserted": "stated",
    "evidenced": "evidenced",
    "inferred": "concluded",
    "hypothesis": "hypothesis",
    "not entailed": "not in the graph",
}
#: Findings that are told under each step of a reason.
_CITED = 3


def text(e: Explanation) -> str:
    """Write an explanation as text."""
    return "\n".join(_lines(e)) + "\n"


def mark(node: Node) -> str:
    """Return, in a word or two, what kind of statement it is and how firm."""
    aim = "graph:intended" in node.graphs
    return f"{'intended' if aim else _KINDS[node.kind]}{f', {node.standing}' * bool(node.standing)}"


def origin(node: Node) -> str:
    """Return where a stated statement stands and what it was taken from, in a line."""
    graphs = f"in {', '.join(node.graphs)}" if node.graphs else "in the data"
    # What the rule of evidence derives stands in no file.
    place = node.place or ("" if node.kind == "evidenced" else "file and line not known")
    sources = f"from {', '.join(name for name, _ in node.sources)}" if node.sources else ""
    return "; ".join(each for each in (graphs, place, sources) if each)


def _lines(e: Explanation) -> Iterator[str]:
    yield e.node.words
    yield f"  {e.node.short}"
    yield ""
    yield e.summary
    if e.node.graphs:
        yield f"It stands {origin(e.node)}."
    if e.node.account:
        yield ""
        yield from _account(e.node.account)
    for number, reason in enumerate(e.reasons, 1):
        yield ""
        yield f"Reason {number} of {len(e.reasons)}{'' if e.complete else ' that were looked for'}:"
        yield from _reason(reason)
    if e.direct:
        yield ""
        yield from _account(e.direct)
    if e.near:
        yield ""
        yield "In the graph between the two:"
        yield from (f"  {each.words}  [{mark(each)}]" for each in e.near)


def _reason(reason: Reason) -> Iterator[str]:
    yield from _tree(reason.tree, 1)
    if reason.weakest:
        yield f"  The weakest step: {reason.weakest.words} [{mark(reason.weakest)}]"


def _tree(node: Node, depth: int) -> Iterator[str]:
    indent = "  " * depth
    yield f"{indent}{node.words}  [{mark(node)}]"
    if node.rule:
        yield f"{indent}  because {node.because} ({node.rule}):"
        for each in node.premises:
            yield from _tree(each, depth + 2)
    else:
        yield f"{indent}  {origin(node)}"
        if node.account:
            yield f"{indent}  {evidence(node.account)}"
            cited = node.account.of("supports")
            yield from (f"{indent}    {each.name}: {told(each)}" for each in cited[:_CITED])
            if len(cited) > _CITED:
                yield f"{indent}    and {len(cited) - _CITED} more"


def evidence(account: Account) -> str:
    """Return in a line what findings say."""
    numbers = [
        f"{len(found)} {words}"
        for words, found in (
            ("for it", account.of("supports")),
            ("against", account.of("disputes")),
            ("beside", account.of("beside")),
        )
        if found
    ]
    counted = f"; findings: {', '.join(numbers)}" if numbers else "; no findings"
    firm = f", {account.strength}" if account.strength else ""
    return f"findings say {account.answer}{firm} ({account.name}){counted}"


def _account(account: Account) -> Iterator[str]:
    firm = f", strength {account.strength}" if account.strength else ""
    yield f"{account.label}: {account.answer}{firm}  ({account.name})"
    yield f"  By the rule of evidence: {account.rule}."
    yield from (f"  {name}: {value}" for name, value in account.components)
    for words, found in (
        ("For it", account.of("supports")),
        ("Against it, or otherwise", account.of("disputes")),
        ("Agreeing, and not counted by the rule", account.of("beside")),
    ):
        if found:
            yield f"  {words}:"
            yield from (f"    {each.name}: {told(each)}" for each in found)
    if account.sources:
        yield f"  Sources: {', '.join(name for name, _ in account.sources)}"


def told(found: Found) -> str:
    """Return what a finding says, on whom, how large, and from where, in a line."""
    facts = (
        found.says,
        found.design,
        f"n {found.participants}" if found.participants else "n not known",
        f"estimate {found.estimate}" if found.estimate else "estimate not reported",
        found.source,
        found.place,
    )
    return ", ".join(each for each in facts if each)
