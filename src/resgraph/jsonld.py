"""JSON-LD with the names of the project: the published context, and graphs written with it.

The engine writes JSON-LD in its expanded form, with every address in full. Here it is shortened by the part
of the published context that it needs, which goes into the document itself: who reads it fetches nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pyoxigraph import NamedNode, Quad, Triple

from resgraph.vocab import BASE, NS, OWL, PREFIXES, RDFS, TYPE, XSD

#: The address of the published context.
CONTEXT: Final = BASE + "ns/context.jsonld"

_OBJECT_PROPERTY: Final = NamedNode(OWL + "ObjectProperty")
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_RANGE: Final = NamedNode(RDFS + "range")


def context(terms: Iterable[Quad | Triple]) -> str:
    """Return the context to publish: the prefixes of the project, and what its terms take as values.

    >>> link = Triple(NamedNode(NS + "hasFinding"), TYPE, _OBJECT_PROPERTY)
    >>> json.loads(context([link]))["@context"]["hasFinding"]
    {'@id': 'rg:hasFinding', '@type': '@id'}
    """
    entries: dict[str, Any] = {"@version": 1.1, "id": "@id", "type": "@type", **PREFIXES}
    for name, kind in sorted(_coercions(terms).items()):
        # A prefix may not be a term as well: who writes `population` means the prefix.
        if name not in PREFIXES:
            entries[name] = {"@id": f"rg:{name}", "@type": kind}
    return json.dumps({"@context": entries}, ensure_ascii=False, indent=2) + "\n"


def _coercions(terms: Iterable[Quad | Triple]) -> dict[str, str]:
    """Return how the plain values of the project's properties are to be read."""
    found: dict[str, str] = {}
    for statement in terms:
        subject, value = statement.subject, statement.object
        if not isinstance(subject, NamedNode) or not subject.value.startswith(NS):
            continue
        name = subject.value.removeprefix(NS)
        if statement.predicate == TYPE and value == _OBJECT_PROPERTY:
            found[name] = "@id"
        elif statement.predicate == _RANGE and isinstance(value, NamedNode) and value.value.startswith(XSD):
            found.setdefault(name, f"xsd:{value.value.removeprefix(XSD)}")
    return found


def compact(expanded: bytes) -> bytes:
    """Shorten a document in expanded form by the prefixes of the published context that it needs.

    >>> long = [{"@id": f"{BASE}id/factor/coping", "@type": [NS + "Factor"], NS + "level": [{"@value": 1}]}]
    >>> print(compact(json.dumps(long).encode()).decode())
    {"@context":{"factor":"https://w3id.org/resgraph/id/factor/","rg":"https://w3id.org/resgraph/ns#"},\
"@graph":[{"@id":"factor:coping","@type":["rg:Factor"],"rg:level":[{"@value":1}]}]}
    """
    document = json.loads(expanded)
    names = _names(document)
    # An address whose scheme looks like a prefix would be read as shortened: that prefix is not used.
    taken = {match[1] for name in names if (match := _SCHEME.match(name))}
    prefixes = {name: base for name, base in PREFIXES.items() if name not in taken}
    short = _short_names(names, prefixes)
    used = {name.partition(":")[0] for name in short.values()}
    content = json.dumps(
        {"@context": {name: prefixes[name] for name in sorted(used)}, "@graph": _shortened(document, short)},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return content.encode()


def _names(node: Any) -> set[str]:
    """Return every address in a document."""
    if isinstance(node, list):
        return set().union(*map(_names, node)) if node else set()
    if not isinstance(node, dict):
        return set()
    found: set[str] = set()
    for key, value in node.items():
        if key in ("@id", "@type"):
            found |= {value} if isinstance(value, str) else set(value)
        elif not key.startswith("@"):
            found |= {key} | _names(value)
        elif key != "@value":
            found |= _names(value)
    return found


def _short_names(names: Iterable[str], prefixes: Mapping[str, str]) -> dict[str, str]:
    longest = sorted(prefixes.items(), key=lambda each: -len(each[1]))
    short = {}
    for name in names:
        for prefix, base in longest:
            if name.startswith(base) and not name.startswith(base + "//"):
                short[name] = f"{prefix}:{name[len(base) :]}"
                break
    return short


def _shortened(node: Any, short: Mapping[str, str]) -> Any:
    if isinstance(node, list):
        return [_shortened(each, short) for each in node]
    if not isinstance(node, dict):
        return node
    written: dict[str, Any] = {}
    for key, value in node.items():
        if key in ("@id", "@type"):
            written[key] = (
                short.get(value, value) if isinstance(value, str) else [short.get(v, v) for v in value]
            )
        elif key == "@value":
            written[key] = value
        else:
            written[short.get(key, key)] = _shortened(value, short)
    return written


def with_context(text: str, published: str) -> str:
    """Put the published context where a document only names it, so that nothing need be fetched.

    >>> with_context(json.dumps({"@context": CONTEXT, "id": "a:b"}), '{"@context": {"id": "@id"}}')
    '{"@context": {"id": "@id"}, "id": "a:b"}'
    """
    if CONTEXT not in text:
        return text
    document = json.loads(text)
    entries = json.loads(published)["@context"]
    for part in document if isinstance(document, list) else [document]:
        if isinstance(part, dict) and "@context" in part:
            given = part["@context"]
            listed = given if isinstance(given, list) else [given]
            filled = [entries if each == CONTEXT else each for each in listed]
            part["@context"] = filled if isinstance(given, list) else filled[0]
    return json.dumps(document, ensure_ascii=False)
