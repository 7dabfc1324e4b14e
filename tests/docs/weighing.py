"""The generated parts of the pages on effects: counts of the release, and the words of the code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from resgraph.effects import ASSUMPTIONS, REFUSALS, Effect, effects_of
from resgraph.effects.scales import OF_METRIC
from resgraph.graph import Graph
from resgraph.pooling import COLUMNS, EXCLUSIONS, NO_POOL, NotPooled, Pooled, pool


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    # a number in the last column stands right
    rule = tuple("---:" if name.startswith("how many") or name == "findings" else "---" for name in head)
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows))


def _words(names: Mapping[str, str]) -> list[tuple[str, ...]]:
    return [(f"`{name}`", words) for name, words in names.items()]


def effects(graph: Graph) -> str:
    """Write how many findings come how far."""
    every = effects_of(graph)
    usable = [each for each in every if each.why_not is None]
    sized = [each for each in every if each.value is not None]

    def so_many(found: Iterable[Effect]) -> str:
        return f"{len(list(found)):,}"

    rows = [
        ("all", so_many(every)),
        ("with a single number", so_many(e for e in every if e.reading.value is not None)),
        ("in a metric that can be converted by itself", so_many(e for e in every if _is_convertible(e))),
        ("on the scale", so_many(sized)),
        ("with a standard error", so_many(usable)),
        ("of these, from an interval", so_many(e for e in usable if e.error_from == "interval")),
        ("from an exact p-value", so_many(e for e in usable if e.error_from == "p-value")),
        ("from the people analysed", so_many(e for e in usable if e.error_from == "sample-size")),
        ("not of a review", so_many(e for e in usable if not e.reading.is_review)),
    ]
    return _table(("how far they come", "findings"), rows)


def _is_convertible(effect: Effect) -> bool:
    return effect.reading.value is not None and effect.reading.metric in OF_METRIC


def pools(graph: Graph) -> str:
    """Write for how many pairs something can be pooled, and why not for the others."""
    pairs: dict[tuple[str, str], list[Effect]] = defaultdict(list)
    for effect in effects_of(graph):
        pairs[effect.reading.subject, effect.reading.object].append(effect)
    done = [pool(found) for found in pairs.values()]
    reasons = [each.reason for each in done if isinstance(each, NotPooled)]
    rows = [("can be pooled", f"{sum(isinstance(each, Pooled) for each in done):,}")]
    rows += [(words, f"{reasons.count(name):,}") for name, words in NO_POOL.items() if name in reasons]
    return _table((f"of {len(done):,} pairs of a subject and an object", "how many"), rows)


def assumptions(_: Graph) -> str:
    """Write what an effect may take for granted."""
    return _table(("assumption", "what is taken for granted"), _words(ASSUMPTIONS))


def refusals(graph: Graph) -> str:
    """Write why a finding has no effect, and how often."""
    every = [effect.why_not for effect in effects_of(graph)]
    rows = [(f"`{name}`", words, f"{every.count(name):,}") for name, words in REFUSALS.items()]
    return _table(("reason", "in words", "findings"), rows)


def exclusions(_: Graph) -> str:
    """Write why an effect is left out of a pool."""
    return _table(("reason", "in words"), _words({k: v for k, v in EXCLUSIONS.items() if k not in REFUSALS}))


def columns(_: Graph) -> str:
    """Write what the columns of the evidence table hold."""
    more = {"weight": "in the pool, in percent; absent when it is not in", "why_excluded": "why it is not in"}
    return _table(("column", "what it holds"), _words({k: c.means for k, c in COLUMNS.items()} | more))


PARTS: Final[dict[str, Callable[[Graph], str]]] = {
    "effect-counts": effects,
    "pool-counts": pools,
    "effect-assumptions": assumptions,
    "effect-refusals": refusals,
    "pool-exclusions": exclusions,
    "table-columns": columns,
}
