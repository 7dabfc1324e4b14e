"""The map of gaps: by intervention and outcome, what was found, how firmly, and where nobody has looked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, Final

from resgraph.effects import effects_of
from resgraph.effects.reading import Asked, addresses
from resgraph.errors import UsageError
from resgraph.vocab import LABEL, shorten, slug, thing

if TYPE_CHECKING:
    from resgraph.graph import Graph
    from resgraph.results import Value

_INTERVENTIONS: Final = thing("intervention", "").value
_NO_EVIDENCE: Final = "no-evidence"
_QUERY: Final = """
SELECT ?subject ?object ?answer ?strength ?studies ?reviews ?harm ?empty {
  ?proposition rg:subject ?subject ; rg:object ?object ; rg:overallAnswer ?answer .
  FILTER NOT EXISTS { ?proposition a rg:ModerationProposition }
  OPTIONAL { ?proposition rg:strength ?strength }
  OPTIONAL { ?proposition rg:independentStudies ?studies }
  OPTIONAL { ?proposition rg:reviews ?reviews }
  BIND(EXISTS { ?proposition rg:answer answer:harm } AS ?harm)
  BIND(EXISTS { ?proposition rg:findsNoEligibleStudy ?review } AS ?empty)
}"""


@dataclass(frozen=True, slots=True)
class Cell:
    """What is known of one intervention and one outcome or factor.

    How firmly it is known (`strength`) and how large effects are (`sizes`) are two things, and kept apart.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> cell = gap_map(g, [g.intervention("dot-b-mindfulness")], [g.outcome("depressive-symptoms")])[0]
    >>> cell.answer, cell.strength, cell.harms_some, cell.sizes
    ('no-effect', 'moderate', True, (-0.005,))
    """

    subject: str
    object: str
    subject_label: str
    object_label: str
    #: ``benefit``, or one of the four that are a "no": ``no-evidence``, ``no-effect``, ``mixed``, ``harm``
    answer: str
    #: why there is no evidence: ``not-asked``, ``not-studied`` (it is an aim), ``empty-review``; else `None`
    gap: str | None = None
    strength: str | None = None
    #: whether some finding says that somebody was harmed, whatever the answer
    harms_some: bool = False
    studies: int = 0
    reviews: int = 0
    #: standardised mean differences of findings on whole samples, plus is good, from worst to best; where
    #: none can be had it is empty, and the size is not known
    sizes: tuple[float, ...] = ()


def gap_map(graph: Graph, subjects: Asked, objects: Asked) -> list[Cell]:
    """Return a cell for each of the interventions with each of the outcomes or factors, in the order given.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> programmes = [g.intervention("friends"), g.intervention("dot-b-mindfulness")]
    >>> for cell in gap_map(g, programmes, [g.outcome("anxiety-symptoms"), g.factor("coping-skills")]):
    ...     print(cell.subject_label, "|", cell.object_label, "|", cell.answer, cell.strength or cell.gap)
    FRIENDS | Anxiety symptoms | mixed limited
    FRIENDS | Coping skills | no-evidence not-studied
    .b mindfulness curriculum | Anxiety symptoms | no-effect moderate
    .b mindfulness curriculum | Coping skills | no-evidence not-asked
    """
    rows, columns = addresses(subjects), addresses(objects)
    for iri in rows:
        if not iri.startswith(_INTERVENTIONS):
            raise UsageError(
                f"{shorten(iri)} is no intervention", hint="A map of gaps is about interventions"
            )
    known = {(str(row["subject"]), str(row["object"])): row for row in graph.query(_QUERY)}
    sizes = _sizes(graph, rows, columns)
    labels = {iri: next(iter(graph.values(iri, LABEL.value)), slug(iri)) for iri in (*rows, *columns)}
    return [
        Cell(
            *(subject, on, labels[subject], labels[on]),
            **_known(known.get((subject, on))),
            sizes=tuple(sorted(sizes[subject, on])),
        )
        for subject, on in product(rows, columns)
    ]


def _known(row: Mapping[str, Value] | None) -> dict[str, Any]:
    if row is None:
        return {"answer": _NO_EVIDENCE, "gap": "not-asked"}
    answer = slug(str(row["answer"]))
    gap = "empty-review" if row["empty"] else "not-studied"
    return {
        "answer": answer,
        "gap": gap if answer == _NO_EVIDENCE else None,
        "strength": slug(str(row["strength"])) if row["strength"] else None,
        "harms_some": bool(row["harm"]),
        "studies": row["studies"] or 0,
        "reviews": row["reviews"] or 0,
    }


def _sizes(graph: Graph, subjects: list[str], objects: list[str]) -> dict[tuple[str, str], list[float]]:
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for effect in effects_of(graph, subjects, objects):
        reading = effect.reading
        narrow = reading.part or reading.condition or reading.group_gap or reading.out_of_date
        if effect.value is not None and not narrow:
            found[reading.subject, reading.object].append(effect.value)
    return found
