"""Why a statement is in the graph: a page, a picture, JSON and RDF."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, render_template, request
from markupsafe import Markup

from resgraph.errors import FormatError, UnknownThingError
from resgraph.evaluate import Evaluator, Request
from resgraph.explain import Explainer, Explanation
from resgraph.explain.data import serialised
from resgraph.explain.words import evidence, mark, origin
from resgraph.formats import HTML, JSON_LD, N_TRIPLES, RDF_XML, TURTLE, Choice, Format, by_name, negotiate
from resgraph.results import Answer
from resgraph.serving.problem import RequestError
from resgraph.settings import Settings
from resgraph.sources import packaged
from resgraph.vocab import expand
from resgraph.web.site import local, site

_JSON = Format("json", "application/json", "json")
_SVG = Format("svg", "image/svg+xml", "svg")
_FORMS = (HTML, _JSON, TURTLE, N_TRIPLES, JSON_LD, RDF_XML, _SVG)
_PARTS = {"s": "subject", "p": "predicate", "o": "object"}
#: Reasons that a request may ask for.
_MOST = 100


def explainers(
    evaluator: Evaluator, settings: Settings, *, of_release: bool, changing: bool
) -> Callable[[], Explainer]:
    """Return what gives an explainer of the graph that an evaluator answers for.

    It reads what it reasons over when it is first asked, so data that may change need a new one each time.
    """

    def ask(query: str) -> Answer:
        return Answer.from_json(evaluator.evaluate(Request(query)).body)

    def make() -> Explainer:
        return Explainer(ask, settings=settings, sources=packaged() if of_release else None)

    only = make()
    return make if changing else lambda: only


def explain() -> Response:
    """Explain the statement of ``?s=``, ``&p=`` and ``&o=``; without them a browser gets a form."""
    choice = _choose()
    given = {name: request.args.get(name, "").strip() for name in _PARTS}
    if not any(given.values()) and choice.format is HTML:
        return _page(None, given)
    absent = [f"`{name}` (the {words})" for name, words in _PARTS.items() if not given[name]]
    if absent:
        raise RequestError(
            400,
            f"there is no {' and no '.join(absent)}",
            hint="such as /explain?s=intervention:kiva&p=rg:reduces&o=factor:bullying-victimisation",
        )
    try:
        found = site().explainer().explain(given["s"], given["p"], given["o"], _limit())
    except UnknownThingError as error:
        raise RequestError(400, error.message, hint=error.hint) from None
    if choice.format is HTML:
        return _page(found, given)
    return _negotiated(Response(_written(found, choice.format), content_type=choice.content_type))


def _choose() -> Choice:
    named = request.args.get("format")
    if named:
        return by_name(named, _FORMS)
    choice = negotiate(request.headers.get("Accept"), _FORMS)
    if choice is None:
        names = [each.media_type for each in _FORMS]
        raise FormatError(
            "an explanation is not written so", hint=f"formats: {', '.join(names)}", offered=names
        )
    return choice


def _limit() -> int | None:
    text = request.args.get("limit", "").strip()
    if not text:
        return None
    if not text.isdecimal() or not 1 <= int(text[:9]) <= _MOST:
        raise RequestError(400, f"`limit` is `{text}`, and not a number from 1 to {_MOST}")
    return int(text)


def _written(found: Explanation, form: Format) -> str | bytes:
    if form is _JSON:
        return found.to_json()
    return found.to_svg() if form is _SVG else serialised(found, form)


def _page(found: Explanation | None, given: dict[str, str]) -> Response:
    text = render_template(
        "explain.html",
        found=found,
        given=given,
        parts=_PARTS,
        picture=Markup(found.to_svg()) if found else "",  # noqa: S704 (it has escaped its words)
        formats=_FORMS[1:],
        mark=mark,
        origin=origin,
        evidence=evidence,
        link=lambda name: local(expand(name)),
    )
    return _negotiated(Response(text, content_type="text/html; charset=utf-8"))


def _negotiated(response: Response) -> Response:
    response.vary.add("Accept")
    return response
