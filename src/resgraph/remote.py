"""A SPARQL service on the network as a dataset: the same questions, answered elsewhere.

The only room that opens connections. Nothing that serves may import it: a server of ours never leaves its
machine.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from html import unescape
from http.client import HTTPException, HTTPResponse
from re import sub
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from pyoxigraph import (
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    RdfFormat,
    Store,
    parse_query_results,
)

from resgraph.errors import DeadlineError, QueryError, RefusedQueryError, TooLargeError, UsageError
from resgraph.store import Dataset, EngineAnswer, Graph, Scope, Term
from resgraph.tokens import prologue
from resgraph.vocab import ASSERTED, graph

_JSON: Final = "application/sparql-results+json"
_ROWS: Final = {
    _JSON: QueryResultsFormat.JSON,
    "application/json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
}
_GRAPHS: Final = {
    "application/n-triples": RdfFormat.N_TRIPLES,
    "text/turtle": RdfFormat.TURTLE,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "text/plain": RdfFormat.N_TRIPLES,
}
_TRIPLES: Final = "application/n-triples, text/turtle;q=0.8, application/rdf+xml;q=0.5"
_TABLES: Final = ("SELECT", "ASK")
#: More than this of an answer is refused, not cut.
_MOST: Final = 1 << 28
_PIECE: Final = 1 << 16
#: So much of what a service says about an error is passed on.
_SAID: Final = 300


class Service(Dataset):
    """A SPARQL 1.1 service. Each question is one request, and nothing is kept.

    A query string in its address goes with every request. Its default graph is what the service says it is.

    >>> Service("http://127.0.0.1:9/sparql", timeout=1).query("ASK {}")
    Traceback (most recent call last):
        ...
    resgraph.errors.QueryError: the service cannot be reached: Connection refused (http://127.0.0.1:9/sparql)
    """

    #: Whether a graph is there is known to the service alone.
    grows = True
    #: What it is without the inferred graph, when a service is a release of ours.
    _plain = tuple(graph(name) for name in ASSERTED)

    def __init__(self, address: str, timeout: float = 60.0, most: int = _MOST) -> None:
        """Ask nothing yet. An answer may take `timeout` seconds and have `most` bytes."""
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
            hint = "an address looks like sparql+https://host/sparql"
            raise UsageError(f"`{address}` is not the address of a service", hint=hint)
        self.address: Final = address
        self._timeout, self._most = timeout, most
        self._opener: OpenerDirector = build_opener(_NoRedirect)

    @property
    def graphs(self) -> tuple[NamedNode, ...]:
        """The names of the graphs that the service has."""
        rows = self._rows("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
        found = {row[0] for row in rows if isinstance(row[0], NamedNode)}
        return tuple(sorted(found, key=lambda name: name.value))

    def _evaluate(self, text: str, scope: Scope) -> EngineAnswer:
        """Ask the service. With the inferred graph, the graphs of a release are named, all of them.

        Raises `QueryError` with what the service said, `DeadlineError`, and `TooLargeError`.
        """
        declared = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in (scope.prefixes or {}).items())
        form = [("query", (f"BASE <{scope.base}>\n" if scope.base else "") + declared + text)]
        default = (name for name in scope.default or () if isinstance(name, NamedNode))
        form += [("default-graph-uri", name.value) for name in default]
        form += [("named-graph-uri", name.value) for name in scope.named or ()]
        verb = prologue(text).verb
        content, kind = self._send(urlencode(form).encode(), _JSON if verb in _TABLES else _TRIPLES)
        return self._read(content, kind, verb)

    def quads(self, name: Graph | None = None) -> Iterator[Quad]:
        """Yield the quads of one graph, or of every named graph, all in one answer."""
        if name is None:
            rows = self._rows("SELECT ?s ?p ?o ?g { GRAPH ?g { ?s ?p ?o } }")
            return (Quad(*row) for row in rows)  # type: ignore[arg-type]
        where = "{ ?s ?p ?o }" if isinstance(name, DefaultGraph) else f"{{ GRAPH {name} {{ ?s ?p ?o }} }}"
        return (Quad(*row, name) for row in self._rows(f"SELECT ?s ?p ?o {where}"))  # type: ignore[arg-type, call-arg]

    def about(self, subject: NamedNode) -> Iterator[Quad]:
        """Yield what the default graph states of a thing."""
        for row in self._rows(f"SELECT ?p ?o {{ {subject} ?p ?o }}"):
            yield Quad(subject, *row)  # type: ignore[arg-type]

    def leading_to(self, value: NamedNode) -> Iterator[Quad]:
        """Yield what the default graph states with a thing as value."""
        for subject, predicate in self._rows(f"SELECT ?s ?p {{ ?s ?p {value} }}"):
            yield Quad(subject, predicate, value)  # type: ignore[arg-type]

    def has_graph(self, name: Graph) -> bool:
        """Say whether the service has such a graph."""
        return isinstance(name, DefaultGraph) or bool(self.query(f"ASK {{ GRAPH {name} {{ ?s ?p ?o }} }}"))

    def __len__(self) -> int:
        """Count the statements of all named graphs, or of the default graph where there is no other."""
        for pattern in ("GRAPH ?g { ?s ?p ?o }", "?s ?p ?o"):
            (row,) = self._rows(f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}")
            if size := int(getattr(row[0], "value", 0)):
                return size
        return 0

    def _rows(self, text: str) -> list[tuple[Term | None, ...]]:
        return [tuple(row) for row in self.rows(text)]

    def _send(self, body: bytes, accept: str) -> tuple[bytes, str]:
        """Send a request; return what came back, and of what kind it says it is."""
        headers = {"Accept": accept, "Content-Type": "application/x-www-form-urlencoded"}
        until = time.monotonic() + self._timeout
        try:
            request = Request(self.address, body, headers)  # noqa: S310 (http or https, seen to above)
            with self._opener.open(request, timeout=self._timeout) as reply:
                return self._take(reply, until), reply.headers.get_content_type()
        except HTTPError as error:
            with error:
                raise self._refusal(error) from None
        except TimeoutError:
            raise self._late() from None
        except URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise self._late() from None
            reason = getattr(error.reason, "strerror", None) or error.reason
            raise QueryError(f"the service cannot be reached: {reason}", where=self.address) from None
        except (OSError, HTTPException, ValueError) as error:
            words = f"the service broke off: {error or type(error).__name__}"
            raise QueryError(words, where=self.address) from None

    def _take(self, reply: HTTPResponse, until: float) -> bytes:
        pieces, size = [], 0
        while piece := reply.read(_PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > self._most:
                hint = "ask for less with LIMIT or a narrower pattern"
                raise TooLargeError(f"the answer has more than {self._most:,} bytes", hint=hint)
            if time.monotonic() > until:
                raise TimeoutError
        if reply.length:
            raise OSError(f"{reply.length:,} bytes of the answer are missing")
        return b"".join(pieces)

    def _late(self) -> DeadlineError:
        words = f"the service did not answer within {self._timeout:g} seconds"
        return DeadlineError(words, where=self.address, hint="ask for less, or allow it more time")

    def _refusal(self, error: HTTPError) -> QueryError:
        if error.code in (301, 302, 303, 307, 308):
            place = error.headers.get("Location", "another address")
            return QueryError(
                f"the service has moved to {place}", where=self.address, hint="open that address"
            )
        said = _plain(error.read(_PIECE), error.headers.get_content_type())
        kind = RefusedQueryError if error.code in (400, 403) else QueryError
        return kind(f"the service answers {error.code} {error.reason}: {said}", where=self.address)

    def _read(self, content: bytes, kind: str, verb: str) -> EngineAnswer:
        try:
            if verb in _TABLES:
                return _results(content, _ROWS[kind], verb)
            return _triples(content, _GRAPHS[kind])
        except KeyError:
            words = f"this is no SPARQL service: it answers with {kind}"
            raise QueryError(
                words, where=self.address, hint="is this the address of its query endpoint?"
            ) from None
        except (SyntaxError, ValueError, OSError) as error:
            raise QueryError(f"the answer cannot be read as {kind}: {error}", where=self.address) from None


class _NoRedirect(HTTPRedirectHandler):
    """A request goes where the user sent it, and nowhere else."""

    def redirect_request(self, *_: object) -> None:
        """Follow nothing."""


def _results(content: bytes, kind: QueryResultsFormat, verb: str) -> EngineAnswer:
    answer = parse_query_results(content, format=kind)
    if isinstance(answer, QueryBoolean):
        return answer
    if verb == "ASK":  # Virtuoso 7 answers with a row that has 1 or 0
        truth = any(getattr(cell, "value", "") in ("1", "true") for row in answer for cell in row)
        return parse_query_results(
            b'{"head":{},"boolean":%s}' % str(truth).lower().encode(), format=_ROWS[_JSON]
        )
    # Read to the end here, so that what is broken is said here.
    page = answer.serialize(format=QueryResultsFormat.TSV)
    return parse_query_results(page, format=QueryResultsFormat.TSV)


def _triples(content: bytes, kind: RdfFormat) -> EngineAnswer:
    store = Store()
    store.load(content, kind)
    return store.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")


def _plain(content: bytes, kind: str) -> str:
    """Return the first words of what a service says about an error."""
    text = content.decode(errors="replace")
    if "html" in kind:
        text = unescape(sub(r"<[^>]*>", " ", sub(r"(?is)<(style|script|head)\b.*?</\1>", " ", text)))
    text = " ".join(text.split())
    return (text[:_SAID] + " ..." if len(text) > _SAID else text) or "no more is said"
