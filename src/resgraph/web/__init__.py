"""The face of a release on the web: pages for people, SPARQL for programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Flask

from resgraph.evaluate import Evaluator, InProcess, Request
from resgraph.results import Answer
from resgraph.serving.notes import Notes
from resgraph.serving.observe import Ledger, Observed
from resgraph.serving.proxy import Behind
from resgraph.settings import Settings
from resgraph.store import Dataset
from resgraph.stored import StoredQuery
from resgraph.web import explain
from resgraph.web.assets import Assets
from resgraph.web.problem import meet, translate
from resgraph.web.routes import ROUTES
from resgraph.web.shelf import Shelves
from resgraph.web.site import Site, codes, linked, local, protect, render
from resgraph.web.writing import Writing


def shelves(evaluator: Evaluator, *, changing: bool) -> Callable[[], Shelves]:
    """Return what gives the things by kind, read when they are first asked for."""

    def make() -> Shelves:
        return Shelves(lambda query: Answer.from_json(evaluator.evaluate(Request(query)).body))

    only = make()
    return make if changing else lambda: only


def create_app(
    source: Evaluator | Dataset,
    manifest: Mapping[str, Any] | None = None,
    settings: Settings | None = None,
    examples: Sequence[StoredQuery] = (),
    writing: Writing | None = None,
    ledger: Ledger | None = None,
    notes: Notes | None = None,
) -> Flask:
    """Make the application that serves a release.

    `source` answers the queries: a Pool, for a server; a Dataset is asked in this very process, which is
    for tests. `manifest` is what the release says of itself, `examples` are the stored queries to show.
    `writing` is the store, when it may be written to. A server in front has a ledger and notes already.

    >>> app = create_app(Dataset())
    >>> app.test_client().get("/health").json["status"]
    'ok'
    """
    settings = settings or Settings()
    evaluator = InProcess(source, settings) if isinstance(source, Dataset) else source
    app = Flask(__name__, static_folder=None)
    app.url_map.strict_slashes = False
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(term=render, codes=codes, linked=linked)
    app.jinja_env.globals.update(local=local)
    # A form may write each byte of a query as three, and carries a few names of graphs besides.
    app.config["MAX_CONTENT_LENGTH"] = 3 * settings.query_bytes + 16 * 1024
    ledger = ledger or Ledger(settings)
    evaluator.on_replaced = ledger.metrics.evaluator_replaced
    explainer = explain.explainers(evaluator, settings, of_release=bool(manifest), changing=bool(writing))
    app.extensions["resgraph"] = Site(
        *(
            evaluator,
            dict(manifest or {}),
            settings,
            tuple(examples),
            ledger,
            notes or Notes(evaluator),
            explainer,
        ),
        shelves(evaluator, changing=bool(writing)),
    )
    app.url_defaults(Assets().complete)
    if writing:
        app.extensions["resgraph-writing"] = writing
    for route in ROUTES:
        app.add_url_rule(
            route.address,
            endpoint=route.name,
            view_func=route.view,
            methods=route.methods,
            provide_automatic_options=False,
        )
    app.before_request(meet)
    app.register_error_handler(Exception, translate)
    app.after_request(protect)
    app.wsgi_app = Behind(Observed(app.wsgi_app, ledger), settings)  # type: ignore[method-assign]  # as Flask advises
    return app
