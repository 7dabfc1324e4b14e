"""The graph as tools for language models, by the Model Context Protocol; reading only.

The tools are plain methods; `server` wraps them with the protocol's own library (the extra ``mcp``). A query
runs where those of the endpoint run: in a process that can be ended, under the same limits.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from resgraph import __version__
from resgraph.binding import bind, read_value
from resgraph.card import card, to_markdown
from resgraph.errors import ResgraphError, UnknownThingError
from resgraph.evaluate import Evaluator, Request
from resgraph.extras import bring
from resgraph.graph import Graph
from resgraph.results import Answer
from resgraph.stored import all_queries, by_name
from resgraph.vocab import BASE, expand, shorten

#: Rows that are shown unless more are asked for: a model reads slowly and pays by the word.
ROWS: Final = 100
_VALUES: Final = 25
_INSTRUCTIONS: Final = (
    "An evidence graph: what builds the resilience of children in schools, for whom, on what evidence. "
    "Begin with `search` to find the names of things, then ask `evidence` whether one thing changes another. "
    "Read the schema (resgraph://schema) before writing a `query`; `questions` and `question` have queries "
    "that are checked. Say which finding and source an answer rests on. Four answers are a no and differ: "
    "nobody looked, no effect, mixed, harm. Strength is not size. Absent means unknown. "
    "This is no advice on single children."
)


class Tools:
    """What a language model may do with a graph: find, describe, weigh, ask. Nothing changes anything."""

    def __init__(self, graph: Graph, evaluator: Evaluator) -> None:
        """Read things from `graph`, and let `evaluator` answer queries under its limits."""
        self._graph, self._evaluator = graph, evaluator

    def search(self, words: str, kind: str | None = None, limit: int = 10) -> list[dict[str, str]]:
        """Find things by their names; slips of the pen are forgiven.

        `kind` is factor, outcome, determinant, population, intervention, source, study, action or point.
        """
        found = self._graph.search(words, kind=kind, limit=limit)
        return [{"name": shorten(each.iri), "kind": each.kind, "label": each.label} for each in found]

    def describe(self, name: str) -> dict[str, Any]:
        """Describe a thing, a term or a concept by its name, such as intervention:kiva or rg:Finding.

        Gives its properties, each with its values.
        """
        iri = expand(name)
        found: dict[str, list[str]] = {}
        for prop, value in sorted(set(self._graph.statements(iri))):
            found.setdefault(shorten(prop), []).append(self._named(value))
        if not found:
            raise UnknownThingError(f"the graph says nothing of `{name}`", hint="find names with `search`")
        return {
            "name": shorten(iri),
            "address": iri,
            "properties": {prop: _cut(values) for prop, values in found.items()},
        }

    def evidence(
        self,
        subject: str,
        object: str,  # noqa: A002 (the word of the ontology)
        moderates: str | None = None,
    ) -> dict[str, Any]:
        """Tell whether SUBJECT changes OBJECT: the answer, its strength, and the findings for and against.

        Both are slugs or names, such as kiva or intervention:kiva. `moderates` names the risk whose harm the
        subject is asked to change. What is not in the graph is "nobody looked", not "no effect".
        """
        names = [each.rpartition(":")[2] for each in (subject, object)]
        risk = moderates.rpartition(":")[2] if moderates else None
        return self._graph.evidence(*names, moderates=risk).to_dict()

    def query(self, sparql: str, inferred: bool = False, rows: int = ROWS) -> dict[str, Any]:
        """Answer a SPARQL 1.1 query (SELECT, ASK, CONSTRUCT or DESCRIBE); reading only.

        Prefixes are known. A plain query does not see what a reasoner concluded; with `inferred` it does. At
        most `rows` rows are shown, and how many there are is told.
        """
        written = self._evaluator.evaluate(Request(sparql, inferred=inferred))
        if not written.body.lstrip().startswith(b"{"):
            return {"turtle": written.body.decode()}
        answer = Answer.from_json(written.body)
        if answer.kind == "boolean":
            return {"answer": bool(answer)}
        shown = [list(map(_short, row.values())) for _, row in zip(range(rows), answer, strict=False)]
        return {"columns": list(answer.variables), "rows": shown, "there_are": len(answer)}

    def questions(self) -> list[dict[str, Any]]:
        """List the stored questions: each has a checked query; `question` asks it."""
        return [
            {"name": each.name, "question": each.question, "values": dict(each.binds)}
            for each in all_queries()
        ]

    def question(self, name: str, values: dict[str, str] | None = None, rows: int = ROWS) -> dict[str, Any]:
        """Ask a stored question by its name, with other values for the variables that it offers."""
        text = by_name(name, all_queries()).text
        given = {variable: read_value(value) for variable, value in (values or {}).items()}
        return self.query(bind(text, given), rows=rows)

    def schema(self) -> str:
        """Return the card of the schema as Markdown."""
        return to_markdown(card(self._graph.query))

    def _named(self, value: str) -> str:
        label = self._graph.label(value) if value.startswith(BASE) else ""
        return f"{label} ({shorten(value)})" if label else shorten(value)


def server(tools: Tools) -> Any:
    """Wrap the tools with the protocol; `run()` of what is returned serves standard input and output."""
    module = bring("mcp.server", "mcp")
    kinds = bring("mcp_types", "mcp")
    made = module.MCPServer(
        "resgraph",
        title="resgraph",
        instructions=_INSTRUCTIONS,
        version=__version__,
        log_level="ERROR",
    )
    reading = kinds.ToolAnnotations(
        read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    )
    told = bring("mcp.server.mcpserver.exceptions", "mcp").ToolError
    for method in (
        *(tools.search, tools.describe, tools.evidence),
        *(tools.query, tools.questions, tools.question),
    ):
        made.tool(annotations=reading, structured_output=False)(_plainly(method, told))
    made.resource("resgraph://schema", mime_type="text/markdown", name="schema")(tools.schema)
    return made


def _plainly(method: Callable[..., object], told: type[Exception]) -> Callable[..., str]:
    """Write what a tool gives as JSON, and what went wrong in plain words."""

    @wraps(method)
    def call(*args: Any, **kwargs: Any) -> str:
        try:
            return json.dumps(method(*args, **kwargs), ensure_ascii=False, default=str)
        except ResgraphError as error:
            raise told(str(error)) from None

    call.__annotations__ = {**method.__annotations__, "return": "str"}
    return call


def _short(value: object) -> object:
    return shorten(value) if isinstance(value, str) and value.startswith(("http://", "https://")) else value


def _cut(values: list[str]) -> list[str]:
    more = len(values) - _VALUES
    return [*values[:_VALUES], f"and {more} more"] if more > 0 else values
