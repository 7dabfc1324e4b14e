"""A question, checked, asked, and its answer written: SPARQL from the text to the bytes.

Refused before anything is evaluated: changes to the data, calls to other machines, graphs that are not in
the dataset, texts too long or too deep. Prefixes of the project need no declaration. The columns of
``SELECT *`` come in the order in which the query names them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import IO, Any, Final, NamedTuple

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

from resgraph.binding import bind, variables
from resgraph.errors import (
    FormatError,
    QueryError,
    RefusedQueryError,
    TooLargeError,
    UsageError,
)
from resgraph.formats import GRAPHS, RESULTS, Format
from resgraph.jsonld import compact
from resgraph.results import Answer, Kind
from resgraph.settings import Settings
from resgraph.store import Dataset, EngineAnswer
from resgraph.syntax import complaint_about, explain
from resgraph.tokens import Prologue, calls_service, depth, mentioned, prologue, scan
from resgraph.vocab import PREFIXES, shorten

_UPDATES: Final = frozenset(
    ["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"]
)
_ENGINE: Final = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
_WRITERS: Final = {
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "rdfxml": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
    "trig": RdfFormat.TRIG,
    "nquads": RdfFormat.N_QUADS,
}
_LINES: Final = ("ntriples", "nquads")


class Question(NamedTuple):
    """A query that was checked, and the graphs it is put to."""

    text: str
    verb: str
    prefixes: Mapping[str, str]
    default_graphs: tuple[NamedNode, ...] | None = None
    named_graphs: tuple[NamedNode, ...] | None = None
    inferred: bool = False
    #: what completes addresses that are not full; without one they are an error
    base: str = ""

    @property
    def formats(self) -> tuple[Format, ...]:
        """The formats in which its answer can be written."""
        return RESULTS if self.verb in ("SELECT", "ASK") else GRAPHS


class Reply(NamedTuple):
    """What the engine gave back. It belongs to the thread that asked: read it there."""

    kind: Kind
    raw: EngineAnswer


def check(
    dataset: Dataset,
    text: str,
    *,
    values: Mapping[str, object] | None = None,
    default_graphs: Sequence[str] | None = None,
    named_graphs: Sequence[str] | None = None,
    inferred: bool = False,
    settings: Settings | None = None,
    base: str = "",
) -> Question:
    """Refuse what is not answered here, fill in values and prefixes, and say which graphs are asked.

    >>> check(Dataset(), "ASK { SERVICE <http://example.org/> {} }")
    Traceback (most recent call last):
        ...
    resgraph.errors.RefusedQueryError: SERVICE is not answered here: a query never leaves this machine
    """
    settings = settings or Settings()
    refuse_size(text, settings)
    start = prologue(text)
    start = start if start.base else start._replace(base=base)
    if start.verb in _UPDATES:
        raise RefusedQueryError(
            f"{start.verb} changes data, and this is for reading", hint="ask with SELECT, ASK or CONSTRUCT"
        )
    if calls_service(text):
        raise RefusedQueryError("SERVICE is not answered here: a query never leaves this machine")
    prefixes = _prefixes(text, start)
    bound = _bound(_plain_booleans(text), values, prefixes)
    default, named = _graphs(dataset, text, start, default_graphs, named_graphs)
    ordered = _in_order(bound, start, prefixes, base)
    return Question(ordered, start.verb, prefixes, default, named, inferred, base)


def ask(dataset: Dataset, question: Question) -> Reply:
    """Put a checked question to a dataset."""
    default = question.default_graphs
    try:
        raw = dataset.query(
            question.text,
            default_graphs=default,
            named_graphs=question.named_graphs,
            inferred=question.inferred,
            prefixes=question.prefixes,
            base=question.base,
        )
    except SyntaxError as error:
        raise explain(question.text, str(error.msg), question.prefixes) from None
    except (RuntimeError, ValueError, OSError) as error:
        raise QueryError(_plain(error)) from None
    return Reply(_kind(raw), raw)


def run(
    dataset: Dataset,
    text: str,
    *,
    values: Mapping[str, object] | None = None,
    default_graphs: Sequence[str] | None = None,
    named_graphs: Sequence[str] | None = None,
    inferred: bool = False,
    settings: Settings | None = None,
) -> Answer:
    """Check a query, ask it, and read its answer as Python values.

    >>> bool(run(Dataset(), "ASK {}"))
    True
    """
    question = check(
        dataset,
        text,
        values=values,
        default_graphs=default_graphs,
        named_graphs=named_graphs,
        inferred=inferred,
        settings=settings,
    )
    try:
        return Answer.of(ask(dataset, question).raw)
    except (RuntimeError, ValueError, OSError) as error:
        raise QueryError(_plain(error)) from None


def serialise(reply: Reply, form: Format, *, limit: int | None = None) -> bytes:
    """Write a reply, whole or not at all: more than `limit` bytes are an error.

    >>> from resgraph.formats import JSON
    >>> nothing = Dataset()
    >>> serialise(ask(nothing, check(nothing, "ASK {}")), JSON)
    b'{"head":{},"boolean":true}'
    """
    page = Page(limit)
    write(reply, form, page)
    return page.getvalue()


def write(reply: Reply, form: Format, page: Page) -> None:
    """Write a reply to a page, which may pass on what it has while the rest is still being found."""
    fitting = GRAPHS if reply.kind == "graph" else RESULTS
    if form not in fitting:
        raise FormatError(
            f"{'a graph' if reply.kind == 'graph' else 'a result'} cannot be written as {form.name}",
            hint=f"formats: {', '.join(each.name for each in fitting)}",
            offered=[each.name for each in fitting],
        )
    try:
        _write(reply, form, page)
    except TooLargeError:
        raise
    except (RuntimeError, ValueError, OSError) as error:
        if page.full:
            raise page.error() from None
        raise QueryError(_plain(error)) from None


class Page(BytesIO):
    """Bytes that may not become too many."""

    def __init__(self, limit: int | None) -> None:
        super().__init__()
        self.limit = limit
        self.full = False

    def write(self, content: Any, /) -> int:
        """Take some bytes, unless they are too many."""
        if self.limit is not None and self.tell() + len(content) > self.limit:
            self.full = True
            raise self.error()
        return super().write(content)

    def error(self) -> TooLargeError:
        """Return the error that says so."""
        return TooLargeError(
            f"the answer is larger than {self.limit or 0:,} bytes, and is not cut",
            hint="ask for less with LIMIT or a narrower pattern, or count first",
        )


def _write(reply: Reply, form: Format, page: IO[bytes]) -> None:
    if isinstance(reply.raw, QueryTriples):
        if form.name in _LINES:
            serialize(reply.raw, page, format=_WRITERS[form.name])
        else:
            write_graph(sorted(reply.raw, key=str), form, page)
    else:
        reply.raw.serialize(page, format=_ENGINE[form.name])


def write_graph(triples: Sequence[Triple], form: Format, page: IO[bytes]) -> None:
    """Write statements in their order, shortened by the prefixes of the project."""
    if form.name == "jsonld":
        page.write(compact(serialize(triples, format=RdfFormat.JSON_LD) or b"[]"))
    elif form.name in _LINES:
        serialize(triples, page, format=_WRITERS[form.name])
    else:
        serialize(triples, page, format=_WRITERS[form.name], prefixes=_used(triples))


def _used(triples: Sequence[Triple]) -> dict[str, str]:
    """Return the prefixes that shorten some of the names."""
    names = {term.value for triple in triples for term in triple if isinstance(term, NamedNode)}
    used = {shorten(name).partition(":")[0] for name in names}
    return {prefix: base for prefix, base in PREFIXES.items() if prefix in used}


def _kind(raw: EngineAnswer) -> Kind:
    if isinstance(raw, QuerySolutions):
        return "solutions"
    return "boolean" if isinstance(raw, QueryBoolean) else "graph"


def _plain(error: Exception) -> str:
    """Return the engine's words for a failure."""
    words = str(error) or type(error).__name__
    return words[0].lower() + words[1:]


def refuse_size(text: str, settings: Settings, what: str = "query", most: int = 0) -> None:
    """Refuse what is too long or nested too deeply for a parser."""
    most = most or settings.query_bytes
    size = len(text.encode())
    if size > most:
        raise RefusedQueryError(f"the {what} has {size:,} bytes: at most {most:,} are read")
    brackets = text.count("{") + text.count("(") + text.count("[") + text.count("<<")
    if brackets > settings.nesting and depth(text) > settings.nesting:
        raise RefusedQueryError(f"the {what} has brackets inside brackets, more than {settings.nesting} deep")


def _prefixes(text: str, start: Prologue) -> dict[str, str]:
    """Return the prefixes of the project that the query may use without having declared them."""
    declared = start.prefixes
    return {word: PREFIXES[word] for word, _ in mentioned(text) if word in PREFIXES and word not in declared}


def _bound(text: str, values: Mapping[str, object] | None, prefixes: Mapping[str, str]) -> str:
    """Fill values into a query. If it then cannot be read, say whose fault it is."""
    if not values:
        return text
    bound = bind(text, values)
    if complaint_about(bound, prefixes) is not None:
        complaint = complaint_about(text, prefixes)
        if complaint is not None:
            raise explain(text, complaint, prefixes)
        names = ", ".join(f"?{name}" for name in values)
        raise UsageError(f"a value does not fit where its variable stands ({names})")
    return bound


def _graphs(
    dataset: Dataset,
    text: str,
    start: Prologue,
    default: Sequence[str] | None,
    named: Sequence[str] | None,
) -> tuple[tuple[NamedNode, ...] | None, tuple[NamedNode, ...] | None]:
    """Return the default and the named graphs: those of the request, else those of the query, else all."""
    if default is None and named is None:
        default, named = _from_clauses(text, start)
    if default is None and named is None:
        return None, None
    return _existing(dataset, default or ()), _existing(dataset, named or ())


def _from_clauses(text: str, start: Prologue) -> tuple[list[str] | None, list[str] | None]:
    """Return the graphs of ``FROM`` and of ``FROM NAMED``."""
    if "from" not in text.lower():
        return None, None
    default: list[str] = []
    named: list[str] = []
    words = scan(text, start.at)
    for token in words:
        if token.says("{", "WHERE"):
            break
        if token.says("FROM"):
            token = next(words, token)
            into = named if token.says("NAMED") else default
            token = next(words, token) if token.says("NAMED") else token
            if token.kind in ("iri", "name"):
                into.append(start.resolve(token) or token.text)
    return (default, named) if default or named else (None, None)


def _existing(dataset: Dataset, names: Sequence[str]) -> tuple[NamedNode, ...]:
    if dataset.grows:
        return tuple(map(_address, names))
    known = {graph.value: graph for graph in dataset.graphs}
    for name in names:
        if name not in known:
            listed = ", ".join(shorten(each) for each in known) or "none"
            raise RefusedQueryError(f"there is no graph <{name}> here", hint=f"the graphs are: {listed}")
    return tuple(known[name] for name in names)


def _address(name: str) -> NamedNode:
    try:
        return NamedNode(name)
    except ValueError:
        raise RefusedQueryError(f"`{name}` is not a full address, and a graph is named by one") from None


def _plain_booleans(text: str) -> str:
    """Write the keywords TRUE and FALSE as the engine reads them; letter case does not matter in SPARQL.

    >>> _plain_booleans("SELECT (TRUE AS ?x) (false AS ?y) ('TRUE' AS ?z) {}")
    "SELECT (true AS ?x) (false AS ?y) ('TRUE' AS ?z) {}"
    """
    small = text.lower()
    if small.count("true") == text.count("true") and small.count("false") == text.count("false"):
        return text
    for token in scan(text):
        if token.says("TRUE", "FALSE"):
            text = text[: token.start] + token.text.lower() + text[token.end :]
    return text


def _in_order(text: str, start: Prologue, prefixes: Mapping[str, str], base: str = "") -> str:
    """Name the columns of ``SELECT *`` in the order of the query; the engine would sort them by name."""
    if start.verb != "SELECT" or "*" not in text:
        return text
    words = list(scan(text, start.at))
    token = next((word for word in words[1:] if not word.says("DISTINCT", "REDUCED")), None)
    if token is None or not token.says("*"):
        return text
    try:
        columns = Store().query(text, prefixes=dict(prefixes), base_iri=base or None)
    except (SyntaxError, RuntimeError, OSError):
        return text
    assert isinstance(columns, QuerySolutions)  # noqa: S101 (a SELECT has solutions)
    visible = {variable.value for variable in columns.variables}
    ordered = [f"?{name}" for name in variables(words) if name in visible]
    return text[: token.start] + " ".join(ordered or ["*"]) + text[token.end :]


__all__ = [
    *("Page", "Question", "Reply", "ask", "bind", "check", "refuse_size", "run", "serialise", "write"),
    "write_graph",
]
