"""Who may write, and what is written: the token, the update, and graphs that are put, extended or dropped."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from typing import Final

from flask import Response, current_app, request, url_for

from resgraph.change import check_update, drop, put
from resgraph.formats import GRAPHS, Format
from resgraph.serving.asked import FORM, QUERY, Asked, decode, text_of
from resgraph.serving.problem import RequestError
from resgraph.web.protocol import UPDATE
from resgraph.web.site import site
from resgraph.writer import WritableStore

#: Headers and boundaries around what is uploaded.
_ENVELOPE: Final = 64 * 1024
_READABLE: Final = {each.media_type: each for each in GRAPHS} | {"application/x-turtle": GRAPHS[0]}


@dataclass(frozen=True, slots=True)
class Writing:
    """A store that can be written to, and the token that allows it."""

    store: WritableStore
    token: bytes


def may_write() -> WritableStore:
    """Return the store, if who asks may write to it; the content is not read before that is known."""
    writing: Writing | None = current_app.extensions.get("resgraph-writing")
    if writing is None:
        raise RequestError(
            403,
            "this endpoint is for reading: nothing can be changed here",
            hint="a store that can be written to is served by `resgraph serve --writable --store DIR`",
        )
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not given.strip():
        raise RequestError(
            401,
            "writing needs the token of the server",
            hint="send the header `Authorization: Bearer TOKEN`",
            headers={"WWW-Authenticate": 'Bearer realm="resgraph"'},
        )
    if not hmac.compare_digest(given.strip().encode("utf-8", "surrogateescape"), writing.token):
        raise RequestError(
            401,
            "this is not the token of the server",
            headers={"WWW-Authenticate": 'Bearer realm="resgraph", error="invalid_token"'},
        )
    return writing.store


def update() -> Response:
    """Apply a SPARQL update."""
    store = may_write()
    asked, text = _read_update()
    change = check_update(
        text,
        base=request.base_url,
        default_graphs=asked.every("using-graph-uri"),
        named_graphs=asked.every("using-named-graph-uri"),
        settings=site().settings,
    )
    store.apply(change, deadline=asked.deadline)
    return Response(status=204)


def _read_update() -> tuple[Asked, str]:
    """Return the parameters of a request and the update in it."""
    parameters = decode(request.query_string)
    if any(name == "update" for name, _ in parameters):
        raise RequestError(400, "an update does not stand in the address", hint="send it as the body")
    kind = request.mimetype
    body = _body(3)
    if kind == UPDATE:
        return Asked(tuple(parameters)), text_of(body, "update")
    if kind != FORM:
        hint = f"send {UPDATE} or {FORM}"
        if kind == QUERY:
            hint = "a query is answered at /sparql"
        raise RequestError(
            415,
            f"an update is not sent as `{kind or 'nothing'}`",
            hint=hint,
            headers={"Accept-Post": f"{UPDATE}, {FORM}"},
        )
    asked = Asked((*parameters, *decode(body)))
    text = asked.one("update")
    if text is None:
        raise RequestError(400, "there is no update", hint="send it as the parameter `update`")
    return asked, text


def _body(times: int = 1) -> bytes:
    """Return the content of a request; a form may write each byte of it as three."""
    if request.mimetype_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise RequestError(415, "only UTF-8 is read here")
    request.max_content_length = times * site().settings.upload_bytes + _ENVELOPE
    return request.get_data(cache=False)


def change_graph(name: str | None) -> Response:
    """Put, extend or drop a graph, as the method says."""
    store = may_write()
    if request.method == "DELETE":
        store.apply(drop(name))
        return Response(status=204)
    base = name or request.base_url
    statements = "".join(store.parse(text, form.name, base) for text, form in _documents())
    existed = store.apply(put(name, statements, replace=request.method == "PUT"))
    return Response(status=204 if existed else 201)


def add_graph() -> Response:
    """Put the content of a request into a new graph, and name it."""
    store = may_write()
    name = url_for("graph", name=secrets.token_hex(16), _external=True)
    statements = "".join(store.parse(text, form.name, name) for text, form in _documents())
    store.apply(put(name, statements, replace=False))
    return Response(status=201, headers={"Location": name})


def _documents() -> list[tuple[str, Format]]:
    """Return the documents that a request carries, each with its format: one, or the parts of a form."""
    body = _body()
    if request.mimetype != "multipart/form-data":
        return [(text_of(body, "content"), _format(request.mimetype))]
    head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode("latin-1", "replace")
    message: Message = BytesParser(policy=HTTP).parsebytes(head + body)
    if not message.is_multipart():
        raise RequestError(400, "the parts of the form cannot be told apart")
    parts = [part for part in message.walk() if not part.is_multipart()]
    return [(_content(part), _format(part.get_content_type())) for part in parts]


def _content(part: Message) -> str:
    content = part.get_payload(decode=True)
    return text_of(content if isinstance(content, bytes) else b"", "content")


def _format(kind: str) -> Format:
    if kind not in _READABLE:
        raise RequestError(
            415, f"a graph is not read from `{kind or 'nothing'}`", hint=f"send {', '.join(_READABLE)}"
        )
    return _READABLE[kind]
