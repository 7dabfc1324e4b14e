"""The stored queries as a document: a page with their texts, or data in the words of SHACL."""

from __future__ import annotations

from flask import Response, render_template, url_for

from resgraph.executables import executables
from resgraph.formats import HTML
from resgraph.query import Page, write_graph
from resgraph.stored import by_asker
from resgraph.web.documents import FORMATS, choose
from resgraph.web.site import site


def queries(ending: str = "") -> Response:
    """Show every stored query: what it asks, its text, and where it can be sent."""
    stored = site().examples
    choice = choose(ending or None)
    if choice.format is HTML:
        page = render_template("queries.html", groups=by_asker(stored), formats=FORMATS[1:])
        response = Response(page, content_type="text/html; charset=utf-8")
    else:
        written = Page(None)
        write_graph(executables(stored), choice.format, written)
        response = Response(written.getvalue(), content_type=choice.content_type)
    address = url_for("queries")
    for each in FORMATS:
        response.headers.add(
            "Link", f'<{address}.{each.extension}>; rel="alternate"; type="{each.media_type}"'
        )
    response.headers.add("Link", f'<{url_for("catalog")}>; rel="describedby"')
    response.headers["Content-Location"] = f"{address}.{choice.format.extension}"
    response.vary.add("Accept")
    return response


def well_known_queries() -> Response:
    """Send who looks for examples where endpoints have them to ours."""
    return Response(status=303, headers={"Location": url_for("queries")})
