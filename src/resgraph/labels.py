"""Names for people: what has no name of its own gets one that says what it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from resgraph.index import Index
from resgraph.vocab import DCTERMS, ID, LABEL, PREF_LABEL, PROV, TYPE, slug, term

_NAMES: Final = (PREF_LABEL, NamedNode(DCTERMS + "title"), term("suppliedTitle"))
#: what a finding or a proposition is about, in the order in which it is said
_QUESTION: Final = ("subject", "moderates", "object")
#: who meets more or less of what
_DISPARITY: Final = ("group", "disparity", "factor")
_SOURCE: Final = NamedNode(PROV + "hadPrimarySource")


def labels(triples: Iterable[Triple], graphs: Mapping[str, Iterable[Triple]]) -> Iterator[Triple]:
    """Yield an ``rdfs:label`` for every thing described in `triples`, and estimates as published.

    `graphs` holds all statements, so that a finding can be named after its subject and object.
    """
    here = Index(triples)
    everywhere = Index(t for one in graphs.values() for t in one if _tells(t))
    for subject in here.subjects():
        if not isinstance(subject, NamedNode) or not _is_home(here, subject):
            continue
        name = _name(here, everywhere, subject)
        if name:
            yield Triple(subject, LABEL, Literal(name, language="en"))
        if term("Estimate") in here.values(subject, TYPE):
            text = published(here, subject)
            if text:
                yield Triple(subject, term("asPublished"), Literal(text))


def published(index: Index, estimate: NamedNode) -> str | None:
    """Write an estimate as it was published: digits are kept, trailing zeros included."""
    value, low, high = (index.text(estimate, term(n)) for n in ("value", "lowerLimit", "upperLimit"))
    lowest, highest = (index.text(estimate, term(n)) for n in ("lowestValue", "highestValue"))
    if value is not None:
        return f"{value} ({low} to {high})" if low is not None else value
    return f"{lowest} to {highest}" if lowest is not None else None


def _tells(t: Triple) -> bool:
    return t.predicate in _NAMES


def _is_home(here: Index, subject: NamedNode) -> bool:
    """A thing is named in the graph that says what it is."""
    return here.value(subject, TYPE) is not None


def _name(here: Index, everywhere: Index, subject: NamedNode) -> str | None:
    own = _own(everywhere, subject)
    if own or not subject.value.startswith(ID):
        return own
    kinds = here.values(subject, TYPE)
    if term("Estimate") in kinds:
        return f"estimate {published(here, subject) or 'without a value'}"
    if len(parts := _names(here, everywhere, subject, _DISPARITY)) == len(_DISPARITY):
        group, way, factor = parts
        return f"{group}: {way} {_lower(factor)}"
    if len(parts := _names(here, everywhere, subject, _QUESTION)) > 1:
        question = " and ".join([parts[0], *map(_lower, parts[1:])])
        return question + _told_apart(here, everywhere, subject)
    return slug(subject.value).replace("--", ", ").replace("-", " ")


def _names(here: Index, everywhere: Index, subject: NamedNode, properties: Iterable[str]) -> list[str]:
    """Return the names of what a thing leads to by some properties, in their order."""
    found = (one for name in properties for one in here.nodes(subject, term(name)))
    return [_own(everywhere, each) or slug(each.value) for each in found]


def _told_apart(here: Index, everywhere: Index, finding: NamedNode) -> str:
    """Say what sets a finding apart from its siblings: what it says, where it was read, the end of its id."""
    relation = next(iter(here.nodes(finding, term("relation"))), None)
    if relation is None:
        return ""
    source = slug(here.text(finding, _SOURCE) or "")
    more = slug(finding.value).split("--")[3:]
    return f": {_own(everywhere, relation)} ({', '.join([source, *(m.replace('-', ' ') for m in more)])})"


def _own(index: Index, subject: NamedNode) -> str | None:
    return next((text for name in _NAMES if (text := index.text(subject, name))), None)


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:] if words[1:2].islower() else words
