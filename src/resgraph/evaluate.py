"""A request and its answer: what whoever answers queries has to do, and one who does it in this process."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from resgraph.errors import FormatError
from resgraph.formats import Format, by_name
from resgraph.query import Page, ask, check, write
from resgraph.settings import Settings
from resgraph.store import Dataset
from resgraph.upload import to_ntriples

#: What the data may come from: a dataset in memory, N-Quads of a release, or RDF files.
Source = Dataset | Path | Sequence[Path]


class Request(NamedTuple):
    """A query, the graphs it is put to, and how its answer is to be written.

    A result and a graph have different formats, and which of them a query asks for shows when it is read:
    so one of each is named; none means that no such format would be accepted.
    """

    text: str
    result_format: str | None = "json"
    graph_format: str | None = "turtle"
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    inferred: bool = False
    #: the snapshot to ask, as ``strict:PATH`` or ``union:PATH``; none is the data of the pool
    snapshot: str | None = None
    #: the format of `text`, when it is no query but RDF to be written as N-Triples
    rdf: str | None = None
    #: what completes addresses that are not full
    base: str = ""

    def to_json(self) -> bytes:
        """Write the request for another process."""
        return json.dumps(self._asdict()).encode()

    @classmethod
    def from_json(cls, content: bytes | bytearray) -> Request:
        """Read a request.

        >>> Request.from_json(Request("ASK {}", default_graphs=("a:b",)).to_json()).default_graphs
        ('a:b',)
        """
        parts = json.loads(content)
        for name in ("default_graphs", "named_graphs"):
            parts[name] = None if parts[name] is None else tuple(parts[name])
        return cls(**parts)


@dataclass(frozen=True, slots=True)
class Written:
    """An answer, and the name of the format in which it is written."""

    format: str
    body: bytes


class Evaluator(Protocol):
    """Whatever answers requests."""

    #: called when a process that answered was ended, or died, and another took its place
    on_replaced: Callable[[], object]

    def evaluate(self, request: Request, *, deadline: float | None = None) -> Written:
        """Answer a request, or raise the error that says why not."""

    def close(self) -> None:
        """End what was started."""


class InProcess:
    """Answers in the calling process: for tests, and where processes cannot be forked. No deadline holds.

    >>> InProcess(Dataset()).evaluate(Request("ASK {}")).body
    b'{"head":{},"boolean":true}'
    """

    def __init__(self, dataset: Dataset, settings: Settings | None = None) -> None:
        self.dataset = dataset
        self.on_replaced: Callable[[], object] = ignore
        self.settings = settings or Settings()

    def evaluate(self, request: Request, *, deadline: float | None = None) -> Written:
        """Answer a request."""
        return answer(self.dataset, request, self.settings)

    def close(self) -> None:
        """Do nothing: nothing was started."""


def ignore() -> None:
    """Hear of something that matters to nobody."""


def answer(dataset: Dataset, request: Request, settings: Settings) -> Written:
    """Answer a request, here and now."""
    if request.rdf:
        return Written("ntriples", to_ntriples(request.text, request.rdf, request.base, settings))
    page = Page(settings.result_bytes)
    return Written(write_answer(dataset, request, settings, lambda _: page).name, page.getvalue())


def write_answer(
    dataset: Dataset, request: Request, settings: Settings, open_page: Callable[[Format], Page]
) -> Format:
    """Write the answer to a request on the page that is opened for its format; return the format."""
    question = check(
        dataset,
        request.text,
        default_graphs=request.default_graphs,
        named_graphs=request.named_graphs,
        inferred=request.inferred,
        settings=settings,
        base=request.base,
    )
    offered = question.formats
    wanted = request.result_format if question.verb in ("SELECT", "ASK") else request.graph_format
    # A query that has no form is no query: asking it says what is wrong with it.
    if wanted is None and question.verb in ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"):
        names = [each.media_type for each in offered]
        raise FormatError(
            f"no format that is accepted fits the answer of {question.verb}",
            hint=f"it can be written as {', '.join(names)}",
            offered=names,
        )
    reply = ask(dataset, question)
    form = by_name(wanted or offered[0].name, offered).format
    write(reply, form, open_page(form))
    return form


def load(source: Source) -> Dataset:
    """Load the data into this process."""
    if isinstance(source, Dataset):
        return source
    return Dataset.from_nquads(source, ours=True) if isinstance(source, Path) else Dataset.from_files(source)
