"""The manifests of the W3C tests, read from where they lie.

They are not part of the project. The environment variable RESGRAPH_CONFORMANCE names a directory with the
folders `sparql10` and `sparql11` of https://github.com/w3c/rdf-tests/tree/main/sparql.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from rdflib import RDF, RDFS, Graph, Namespace, URIRef
from rdflib.term import Node

MF: Final = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT: Final = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
UT: Final = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
HT: Final = Namespace("http://www.w3.org/2011/http#")
CNT: Final = Namespace("http://www.w3.org/2011/content#")

#: What every file of the tests is called while they run.
BASE: Final = "http://example.org/conformance/"
_HERE: Final = Path(__file__).resolve().parents[2]
#: Federation asks other machines, and entailment is not what a plain store does.
LEFT_OUT: Final = ("sparql11/service", "sparql11/syntax-fed", "sparql11/entailment")


def place() -> Path | None:
    """Where the tests lie; None when they are not there."""
    given = os.environ.get("RESGRAPH_CONFORMANCE")
    found = Path(given) if given else _HERE.parent / "shared" / "conformance"
    return found if (found / "sparql11").is_dir() else None


@dataclass(frozen=True)
class Exchange:
    """A request of a protocol test, and what is expected of its answer."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    statuses: frozenset[str]
    boolean: bool | None
    shape: str | None
    location: str | None
    content: str | None


@dataclass(frozen=True)
class Case:
    """A test: what is loaded, what is asked, what must come back. Files are named by their addresses."""

    name: str
    kind: str
    text: str = ""
    data: tuple[str, ...] = ()
    graphs: tuple[tuple[str, str], ...] = ()
    result: str | None = None
    lax: bool = False
    after: tuple[str, ...] = ()
    after_graphs: tuple[tuple[str, str], ...] = ()
    exchanges: tuple[Exchange, ...] = field(default=(), repr=False)

    @property
    def folder(self) -> str:
        return self.name.rpartition("/")[0]


def cases(root: Path) -> list[Case]:
    """Every test, in the order of the manifests."""
    found: dict[str, Case] = {}
    for suite in ("sparql10", "sparql11"):
        for manifest in sorted((root / suite).rglob("manifest*.ttl")):
            folder = str(manifest.parent.relative_to(root))
            if folder in LEFT_OUT or folder.endswith("http-rdf-update"):  # that one is deprecated
                continue
            graph = Graph()
            graph.parse(manifest, format="turtle", publicID=BASE + str(manifest.relative_to(root)))
            for entries in graph.objects(None, MF.entries):
                for test in graph.items(entries):
                    case = _case(graph, test, folder)
                    found[case.name] = case
    return list(found.values())


def _case(graph: Graph, test: Node, folder: str) -> Case:
    kind = str(graph.value(test, RDF.type)).rpartition("#")[2]
    name = f"{folder}/{str(test).rpartition('#')[2]}"
    action, result = graph.value(test, MF.action), graph.value(test, MF.result)
    if kind in ("ProtocolTest", "GraphStoreProtocolTest"):
        return Case(name, kind, graphs=_graphs(graph, test), exchanges=_exchanges(graph, action))
    if kind.startswith("UpdateEvaluation"):
        return Case(
            name,
            kind,
            str(graph.value(action, UT.request)),
            _files(graph, action, UT.data),
            _graphs(graph, action),
            after=_files(graph, result, UT.data),
            after_graphs=_graphs(graph, result),
        )
    query = graph.value(action, QT.query)
    return Case(
        name,
        kind,
        str(query or action or ""),
        _files(graph, action, QT.data),
        tuple((str(file), str(file)) for file in graph.objects(action, QT.graphData)),
        None if result is None else str(result),
        lax=graph.value(test, MF.resultCardinality) == MF.LaxCardinality,
    )


def _files(graph: Graph, node: Node | None, name: URIRef) -> tuple[str, ...]:
    return tuple(sorted(str(file) for file in graph.objects(node, name))) if node else ()


def _graphs(graph: Graph, node: Node | None) -> tuple[tuple[str, str], ...]:
    """The named graphs of an update or of a protocol test: name and file of each."""
    found = []
    for each in graph.objects(node, UT.graphData) if node else ():
        file, label = graph.value(each, UT.graph), graph.value(each, RDFS.label)
        found.append((str(label or file or each), str(file or each)))
    return tuple(sorted(found))


def _exchanges(graph: Graph, action: Node | None) -> tuple[Exchange, ...]:
    listed = graph.value(action, HT.requests)
    return tuple(_exchange(graph, request) for request in graph.items(listed)) if listed else ()


def _exchange(graph: Graph, request: Node) -> Exchange:
    reply = graph.value(request, HT.resp)
    statuses = {str(each).rpartition("#")[2] for each in graph.objects(reply, MF.expectedStatus)}
    boolean, shape = graph.value(reply, MF.expectedBoolean), graph.value(reply, MF.expectedFormat)
    location = graph.value(reply, MF.expectedLocation)
    content = graph.value(graph.value(reply, HT.body), CNT.chars)
    return Exchange(
        str(graph.value(request, HT.methodName)),
        str(graph.value(request, HT.absolutePath)),
        _headers(graph, request),
        _body(graph, request),
        frozenset(statuses),
        None if boolean is None else str(boolean).lower() == "true",
        None if shape is None else str(shape),
        None if location is None else str(location),
        None if content is None else str(content),
    )


def _headers(graph: Graph, request: Node) -> dict[str, str]:
    listed = graph.value(request, HT.headers)
    return {
        str(graph.value(header, HT.fieldName)): str(graph.value(header, HT.fieldValue))
        for header in (graph.items(listed) if listed else ())
    }


def _body(graph: Graph, request: Node) -> bytes | None:
    body = graph.value(request, HT.body)
    chars = graph.value(body, CNT.chars) if body else None
    encoding = str(graph.value(body, CNT.characterEncoding) or "UTF-8")
    if chars is None:
        return None
    text = str(chars)
    if "multipart" in _headers(graph, request).get("content-type", ""):
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    return text.encode(encoding)
