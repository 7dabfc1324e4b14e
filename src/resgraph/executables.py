"""Stored queries as data: what each asks, its text, its prefixes, and where it can be sent.

They are written with the words of SHACL (`sh:SPARQLExecutable`), as other endpoints publish their examples,
so that an editor or a program that knows those finds ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from resgraph.stored import StoredQuery
from resgraph.vocab import BASE, DCTERMS, LABEL, PREFIXES, RDFS, SH, TYPE, XSD

#: The document of all stored queries; each is a fragment of it.
DOCUMENT: Final = BASE + "queries"
SCHEMA: Final = "https://schema.org/"
_FORM: Final = re.compile(r"^\s*(SELECT|ASK|CONSTRUCT)\b", re.IGNORECASE | re.MULTILINE)
_DECLARED: Final = re.compile(r"\bPREFIX\s+([\w-]*):", re.IGNORECASE)
_PREFIXES: Final = NamedNode(f"{DOCUMENT}#prefixes")


def executables(queries: Iterable[StoredQuery]) -> list[Triple]:
    r"""Describe stored queries, in a fixed order.

    >>> from resgraph.stored import read
    >>> said = executables([read("all", "# title: All\n# question: What is there?\nSELECT * { ?s ?p ?o }")])
    >>> sorted({t.object.value.rpartition("#")[2] for t in said if t.predicate == TYPE})
    ['SPARQLExecutable', 'SPARQLSelectExecutable']
    """
    queries = list(queries)
    used = {prefix for query in queries for prefix in _DECLARED.findall(query.text)}
    said = [*_document(queries), *_declared(used & set(PREFIXES))]
    return [*said, *(t for query in queries for t in _query(query))]


def _document(queries: Iterable[StoredQuery]) -> Iterator[Triple]:
    here = NamedNode(DOCUMENT)
    title = "Questions that people ask of resgraph, with the queries that answer them"
    yield Triple(here, NamedNode(DCTERMS + "title"), _english(title))
    yield Triple(here, LABEL, _english(title))
    yield Triple(here, NamedNode(DCTERMS + "isPartOf"), NamedNode(BASE + "catalog#dataset"))
    for query in queries:
        yield Triple(here, NamedNode(DCTERMS + "hasPart"), _address(query))


def _declared(prefixes: Iterable[str]) -> Iterator[Triple]:
    """Declare the prefixes as SHACL does, so that a query stands by itself."""
    for prefix in sorted(prefixes):
        node = NamedNode(f"{DOCUMENT}#prefix-{prefix}")
        namespace = Literal(PREFIXES[prefix], datatype=NamedNode(XSD + "anyURI"))
        yield Triple(_PREFIXES, _sh("declare"), node)
        yield Triple(node, TYPE, _sh("PrefixDeclaration"))
        yield Triple(node, _sh("prefix"), Literal(prefix))
        yield Triple(node, _sh("namespace"), namespace)


def _query(query: StoredQuery) -> Iterator[Triple]:
    here, form = _address(query), form_of(query.body)
    for name in ("SPARQLExecutable", f"SPARQL{form}Executable"):
        yield Triple(here, TYPE, _sh(name))
    yield Triple(here, LABEL, _english(query.title))
    yield Triple(here, NamedNode(RDFS + "comment"), _english(query.question))
    yield Triple(here, _sh("prefixes"), _PREFIXES)
    yield Triple(here, _sh(form.lower()), Literal(query.body))
    yield Triple(here, NamedNode(SCHEMA + "target"), NamedNode(BASE + "sparql"))
    for word in query.keywords:
        yield Triple(here, NamedNode(SCHEMA + "keywords"), _english(word))


def form_of(text: str) -> str:
    r"""Return which form a query has: Select, Ask or Construct.

    >>> form_of("# all\nPREFIX rg: <x>\nASK { ?s ?p ?o }")
    'Ask'
    """
    found = _FORM.search(text)
    return found[1].capitalize() if found else "Select"


def _address(query: StoredQuery) -> NamedNode:
    return NamedNode(f"{DOCUMENT}#{query.name}")


def _sh(name: str) -> NamedNode:
    return NamedNode(SH + name)


def _english(words: str) -> Literal:
    return Literal(words, language="en")
