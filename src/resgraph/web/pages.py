"""The home page, and what machines ask first: whether the site is well, and what it counted."""

from __future__ import annotations

from flask import Response, render_template, url_for

from resgraph.catalogue import DATASET
from resgraph.describe import describe
from resgraph.describe.markup import dataset
from resgraph.serving.health import report
from resgraph.serving.metrics import CONTENT_TYPE
from resgraph.stored import by_asker
from resgraph.web.documents import script
from resgraph.web.site import site


def home() -> Response:
    """Say in plain words what this is."""
    here = site()
    itself = describe(here.reading, DATASET.value)
    page = render_template(
        "home.html",
        things=here.manifest.get("things", {}),
        graphs=here.manifest.get("graphs", {}),
        release=_release(),
        examples=by_asker(here.examples),
        endpoint=url_for("sparql", _external=True),
        markup=script(dataset(itself)) if itself else None,
    )
    response = Response(page, content_type="text/html; charset=utf-8")
    response.headers.add("Link", f'<{url_for("catalog")}>; rel="describedby"')
    return response


def health() -> Response:
    """Say to machines whether questions are answered, by asking one."""
    here = site()
    return Response(report(here.evaluator, here.manifest), content_type="application/json")


def metrics() -> Response:
    """Tell Prometheus what was counted."""
    return Response(site().ledger.metrics.text(), content_type=CONTENT_TYPE)


def _release() -> str:
    return str(site().manifest.get("sha256", ""))
