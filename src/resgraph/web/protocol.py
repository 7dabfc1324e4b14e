"""The SPARQL 1.1 Protocol: a query in the address, in a form, or as the body; an answer as negotiated."""

from __future__ import annotations

from typing import Final

from flask import Response, current_app, render_template, request
from markupsafe import Markup

from resgraph.errors import FormatError, QueryError, RefusedQueryError, ResgraphError
from resgraph.evaluate import Written
from resgraph.formats import GRAPHS, HTML, RESULTS, by_name, negotiate
from resgraph.names import Stranger
from resgraph.results import Answer
from resgraph.serving.asked import FORM, QUERY, Asked, as_request, choices, decode, text_of
from resgraph.serving.notes import header
from resgraph.serving.observe import QUERY as OBSERVED
from resgraph.serving.problem import Problem, RequestError
from resgraph.stored import by_asker
from resgraph.stored import by_name as by_stored_name
from resgraph.web import brought, description
from resgraph.web.documents import script
from resgraph.web.problem import describe, wants_page
from resgraph.web.ready import code
from resgraph.web.site import site

UPDATE: Final = "application/sparql-update"
#: Methods that send a query. QUERY is like POST, but says that nothing changes.
_WITH_BODY: Final = ("POST", "QUERY")

#: Characters of a graph that a page shows; the rest is behind the links for programs.
_CHARACTERS: Final = 200_000


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
    problem = describe(error) if error else None
    is_graph = written is not None and written.format not in {each.name for each in RESULTS}
    answer = Answer.from_json(written.body) if written and not is_graph else None
    strangers = site().notes.about(text) if written else []
    page = render_template(
        "sparql.html",
        text=text,
        examples=by_asker(site().examples),
        inferred=asked.flag("inferred"),
        problem=problem and problem.details,
        notes=strangers,
        answer=answer,
        graph=written.body.decode() if written and is_graph else None,
        formats=GRAPHS if is_graph else RESULTS,
        brought=_brought(problem, answer, written, strangers),
        most_rows=brought.ROWS,
        most_characters=_CHARACTERS,
        code=code(request.base_url, text, is_graph=is_graph, inferred=asked.flag("inferred"))
        if written
        else (),
    )
    status, headers = (problem.status, problem.headers) if problem else (200, {})
    return Response(page, status, headers, content_type="text/html; charset=utf-8")


def _brought(
    problem: Problem | None, answer: Answer | None, written: Written | None, strangers: list[Stranger]
) -> Markup | None:
    """Write what the page answers for its editor; none where nothing was asked."""
    if problem:
        return script({"kind": "problem", "problem": problem.details})
    if written is None:
        return None
    found = brought.statements(written.body) if answer is None else brought.rows(answer)
    return script({**found, "warning": header(strangers)})


def _vary(response: Response) -> Response:
    response.vary.add("Accept")
    return response
