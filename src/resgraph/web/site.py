"""What the pages of one application share, and what every answer of it carries."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from flask import Response, current_app, request
from markupsafe import Markup, escape
from pyoxigraph import NamedNode

from resgraph.describe import Asking, OfDataset, Reading
from resgraph.evaluate import Evaluator, InProcess, Request
from resgraph.explain import Explainer
from resgraph.results import Answer, to_python
from resgraph.serving.headers import HEADERS
from resgraph.serving.notes import Notes
from resgraph.serving.observe import Ledger
from resgraph.settings import Settings
from resgraph.store import Term
from resgraph.stored import StoredQuery
from resgraph.vocab import BASE, ID, NS, shorten
from resgraph.web.shelf import Shelves

#: What stands in an address as it is: nearly every name of ours, and looking is quicker than quoting.
_PLAIN: Final = re.compile(r"[A-Za-z0-9_.~:/-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Site:
    """A release that is served: who answers, what it says of itself, the limits, the examples."""

    evaluator: Evaluator
    manifest: Mapping[str, Any]
    settings: Settings
    examples: tuple[StoredQuery, ...]
    ledger: Ledger
    notes: Notes
    #: returns what explains statements: of data that may change, a new one each time
    explainer: Callable[[], Explainer]
    #: returns every thing by kind: of data that may change, new ones each time
    _shelves: Callable[[], Shelves]

    @property
    def shelves(self) -> Shelves:
        """Every thing by kind, with what one may choose by."""
        return self._shelves()

    def ask(self, query: str) -> Answer:
        """Answer a query of a page."""
        return Answer.from_json(self.evaluator.evaluate(Request(query)).body)

    @property
    def reading(self) -> Reading:
        """Where documents are read: in the data themselves, if this process has them."""
        if isinstance(self.evaluator, InProcess):
            return OfDataset(self.evaluator.dataset)
        return Asking(self.ask)


def site() -> Site:
    """Return the site to which the request came."""
    found: Site = current_app.extensions["resgraph"]
    return found


def protect(response: Response) -> Response:
    """Let every page of every site read, and keep a browser from doing what a page of ours never asks."""
    response.headers.extend(HEADERS)
    return response


def options(**_: object) -> Response:
    """Answer an OPTIONS request: what may be asked at this address, from anywhere."""
    methods = ", ".join(sorted(request.url_rule.methods or ())) if request.url_rule else "GET"
    return Response(
        status=204,
        headers={
            "Allow": methods,
            "Access-Control-Allow-Methods": methods,
            "Access-Control-Allow-Headers": "Accept, Content-Type",
            "Access-Control-Max-Age": "86400",
        },
    )


def local(iri: str) -> str:
    """Return where a thing can be looked at: here, if the project minted its address."""
    if iri.startswith(ID):
        return f"{request.script_root}/doc/{quoted(iri.removeprefix(ID))}"
    if iri.startswith(NS):
        return f"{request.script_root}/ns#{quoted(iri.removeprefix(NS))}"
    if iri.startswith(BASE):
        path, mark, fragment = iri.removeprefix(BASE).partition("#")
        return f"{request.script_root}/{quoted(path)}{mark}{quoted(fragment)}"
    return iri if iri.startswith(("http://", "https://", "mailto:")) else ""


def quoted(text: str, safe: str = "/!$'()*+,:;=@") -> str:
    """Return text as it stands in an address.

    >>> quoted("factor/bereavement"), quoted("a&b/c", "")
    ('factor/bereavement', 'a%26b%2Fc')
    """
    return text if _PLAIN.fullmatch(text) else quote(text, safe=safe)


def render(term: Term | None) -> Markup:
    """Return a term as a cell of a table: an address as a link with a short name."""
    if not isinstance(term, NamedNode):
        return escape("" if term is None else _words(to_python(term)))
    address = local(term.value)
    name = escape(shorten(term.value))
    return Markup('<a href="{}">{}</a>').format(address, name) if address else name


def codes(words: str) -> Markup:
    """Set what stands between backquotes as code.

    >>> str(codes("write `&&`, not <"))
    'write <code>&amp;&amp;</code>, not &lt;'
    """
    parts = words.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 and place < len(parts) - 1 else escape(part)
        for place, part in enumerate(parts)
    )


def linked(words: str) -> Markup:
    """Make links of the web addresses in some words.

    >>> str(linked("Smith <1999>. https://doi.org/10.1/x"))
    'Smith &lt;1999&gt;. <a href="https://doi.org/10.1/x">https://doi.org/10.1/x</a>'
    """
    link = Markup('<a href="{0}">{0}</a>')
    parts = (link.format(each) if each.startswith("https://") else escape(each) for each in words.split(" "))
    return Markup(" ").join(parts)


def _words(value: object) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
