"""The SPARQL 1.1 Protocol: a query in the address, in a form, or as the body; an answer as negotiated."""

from __future__ import annotations

from binascii import a2b_qp
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, unquote_plus

from flask import Response, current_app, render_template, request

from resgraph.errors import FormatError, QueryError, RefusedQueryError, ResgraphError
from resgraph.evaluate import Request, Written
from resgraph.formats import ALL, GRAPHS, HTML, RESULTS, Choice, Format, by_name, negotiate
from resgraph.results import Answer
from resgraph.stored import by_asker
from resgraph.stored import by_name as by_stored_name
from resgraph.web import description
from resgraph.web.notes import header
from resgraph.web.observe import QUERY as OBSERVED
from resgraph.web.problem import RequestError, describe, wants_page
from resgraph.web.ready import code
from resgraph.web.site import site

FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
_MOST_PARAMETERS: Final = 200
#: Methods that send a query. QUERY is like POST, but says that nothing changes.
_WITH_BODY: Final = ("POST", "QUERY")

#: Rows that a page shows, and characters of a graph; the rest is behind the links for programs.
_ROWS: Final = 1000
_CHARACTERS: Final = 200_000

#: What a graph is called by those who think of results.
_FOR_GRAPHS: Final[Mapping[str, str]] = {"json": "jsonld", "xml": "rdfxml"}
_TRUE, _FALSE = ("true", "1", "yes", "on"), ("false", "0", "no", "")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for."""

    parameters: tuple[tuple[str, str], ...]

    def every(self, name: str) -> tuple[str, ...]:
        """Return every value of a parameter."""
        return tuple(value for key, value in self.parameters if key == name)

    def one(self, name: str) -> str | None:
        """Return the only value of a parameter."""
        values = self.every(name)
        if len(values) > 1:
            raise RequestError(400, f"there are {len(values)} parameters `{name}`", hint="send one")
        return values[0] if values else None

    def flag(self, name: str) -> bool:
        """Return the value of a parameter that says yes or no."""
        value = (self.one(name) or "").lower()
        if value not in _TRUE + _FALSE:
            raise RequestError(400, f"`{name}` is true or false, not `{value}`")
        return value in _TRUE

    @property
    def deadline(self) -> float | None:
        """The seconds after which the client does not care any more."""
        value = self.one("timeout")
        if not value:
            return None
        try:
            seconds = float(value)
        except ValueError:
            seconds = 0
        if not 0 < seconds < float("inf"):
            raise RequestError(400, f"`timeout` is a number of seconds, not `{value}`")
        return seconds


def sparql() -> Response:
    """Answer a query; without one, describe the service, to people with an editor."""
    asked = read()
    text = asked.one("query")
    stored = asked.one("stored")
    if text is None and stored is not None:
        text = by_stored_name(stored, site().examples).body
    if text is None:
        if asked.every("update"):
            raise RefusedQueryError("this endpoint is for reading: nothing can be changed here")
        if request.method in _WITH_BODY:
            raise RequestError(400, "there is no query", hint="send it as the parameter `query`")
        return _without_query(asked)
    request.environ[OBSERVED] = text
    return _vary(_noted(_answer(asked, text), text))


def read() -> Asked:
    """Read the parameters of a request, wherever the protocol lets them stand."""
    parameters = decode(request.query_string)
    if request.method in _WITH_BODY:
        kind = request.mimetype
        if request.mimetype_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
            raise RequestError(415, "only UTF-8 is read here")
        body = request.get_data()
        if kind == FORM:
            parameters += decode(body)
        elif kind == QUERY:
            parameters += [("query", text_of(body))]
        elif kind == UPDATE:
            raise RefusedQueryError("this endpoint is for reading: nothing can be changed here")
        else:
            raise RequestError(
                415,
                f"a query is not sent as `{kind or 'nothing'}`",
                hint=f"send {QUERY} or {FORM}",
                headers={f"Accept-{request.method.title()}": f"{QUERY}, {FORM}"},
            )
    return Asked(tuple(parameters))


def decode(content: bytes) -> list[tuple[str, str]]:
    """Read parameters as a form writes them, once and strictly."""
    try:
        return parse_qsl(
            content.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_PARAMETERS,
        )
    except UnicodeError:
        raise RequestError(400, "the parameters are not percent-encoded UTF-8") from None
    except ValueError:
        raise RequestError(400, f"there are more than {_MOST_PARAMETERS} parameters") from None


def read_value(value: str) -> str:
    """Decode a value of a form, strictly; ten times as fast as ``urllib.parse.unquote_plus``.

    >>> read_value("ASK+%7B%7D+%C3%A4"), read_value("100%")
    ('ASK {} ä', '100%')
    """
    # The only decoder of the standard library that is not written in Python reads `=7B` for `%7B`.
    if value.isascii() and value.isprintable():
        found = a2b_qp(value.replace("=", "=3D").replace("+", " ").replace("%", "="))
        if len(found) == len(value) - 2 * value.count("%"):
            return found.decode()
    return unquote_plus(value, errors="strict")


def text_of(body: bytes, what: str = "query") -> str:
    """Return the text of a body; it is UTF-8 or nothing."""
    try:
        return body.decode()
    except UnicodeError:
        raise RequestError(400, f"the {what} is not UTF-8") from None


def _answer(asked: Asked, text: str) -> Response:
    """Ask, and write the answer for who asked: a browser gets the editor with the answer under it."""
    result, graph = choices(asked, request.headers.get("Accept"))
    try:
        base = request.base_url if "resgraph-writing" in current_app.extensions else ""
        question = as_request(asked, text, result, graph, base)
        written = site().evaluator.evaluate(question, deadline=asked.deadline)
    except QueryError as error:
        if wants_page() and not asked.one("format"):
            return _editor(asked, text, error=error)
        raise
    choice = result if written.format in {each.name for each in RESULTS} else graph
    if choice is None or choice.format is HTML:
        return _editor(asked, text, written=written)
    return Response(written.body, content_type=choice.content_type)


def _noted(response: Response, text: str) -> Response:
    """Warn a program that names of its query are not in the data: no rows would look like "no"."""
    if response.status_code == 200 and (strangers := site().notes.about(text)):
        response.headers["Warning"] = header(strangers)
    return response


def choices(asked: Asked, accept: str | None) -> tuple[Choice | None, Choice | None]:
    """Return how a result would be written for who asked, and how a graph."""
    name = asked.one("format")
    if name:
        chosen = by_name(name, ALL)
        if chosen.format is HTML:
            return chosen, chosen
        graph = by_name(_FOR_GRAPHS.get(chosen.format.name, chosen.format.name))
        return _among(chosen, RESULTS), _among(graph, GRAPHS)
    result, graph_choice = negotiate(accept, (*RESULTS, HTML)), negotiate(accept, (*GRAPHS, HTML))
    if result is None and graph_choice is None:
        offered = [each.media_type for each in (*RESULTS, *GRAPHS, HTML)]
        raise FormatError(
            f"nothing here is written as `{accept}`", hint=f"formats: {', '.join(offered)}", offered=offered
        )
    return result, graph_choice


def _among(choice: Choice, formats: tuple[Format, ...]) -> Choice | None:
    return choice if choice.format in formats else None


def as_request(
    asked: Asked, text: str, result: Choice | None, graph: Choice | None, base: str = ""
) -> Request:
    """Return what an evaluator is asked for."""
    default, named = asked.every("default-graph-uri"), asked.every("named-graph-uri")
    given = bool(default or named)
    return Request(
        text,
        result_format=_format(result, "json"),
        graph_format=_format(graph, "turtle"),
        default_graphs=default if given else None,
        named_graphs=named if given else None,
        inferred=asked.flag("inferred"),
        base=base,
    )


def _format(choice: Choice | None, for_page: str) -> str | None:
    if choice is None:
        return None
    return for_page if choice.format is HTML else choice.format.name


def _without_query(asked: Asked) -> Response:
    """Show the editor to people, the service description to programs."""
    name = asked.one("format")
    offered = (*GRAPHS, HTML)
    choice = by_name(name, offered) if name else negotiate(request.headers.get("Accept"), offered)
    if choice is None:
        names = [each.media_type for each in offered]
        raise FormatError(
            "a description is not written so", hint=f"formats: {', '.join(names)}", offered=names
        )
    if choice.format is HTML:
        return _vary(_editor(asked, ""))
    body = description.write(site(), request.base_url, choice.format)
    return _vary(Response(body, content_type=choice.content_type))


def _editor(
    asked: Asked, text: str, *, written: Written | None = None, error: ResgraphError | None = None
) -> Response:
    """Show the page with the query, the examples, and the answer or the error."""
    status, details, headers = describe(error) if error else (200, None, {})
    is_graph = written is not None and written.format not in {each.name for each in RESULTS}
    page = render_template(
        "sparql.html",
        text=text,
        examples=by_asker(site().examples),
        inferred=asked.flag("inferred"),
        problem=details,
        notes=site().notes.about(text) if written else [],
        answer=Answer.from_json(written.body) if written and not is_graph else None,
        graph=written.body.decode() if written and is_graph else None,
        formats=GRAPHS if is_graph else RESULTS,
        most_rows=_ROWS,
        most_characters=_CHARACTERS,
        code=code(request.base_url, text, is_graph=is_graph, inferred=asked.flag("inferred"))
        if written
        else (),
    )
    return Response(page, status, headers, content_type="text/html; charset=utf-8")


def _vary(response: Response) -> Response:
    response.vary.add("Accept")
    return response
