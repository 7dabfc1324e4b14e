"""Behind a proxy: the pages and the protocol under a path, and only named proxies are believed."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from resgraph.settings import Settings
from resgraph.store import Dataset
from resgraph.web import create_app

from . import test_pages, test_sparql
from .conftest import LIMITS, Client, Reply, start

PREFIX = "/some/resgraph"


class Prefixed(Client):
    """Asks under the path; every address in an answer must begin with it, and then is read without it."""

    def __init__(self, client: Client, passed_on: str) -> None:
        super().__init__(client.host, client.port)
        self.passed_on = passed_on

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: bytes | None = None,
        timeout: float = 20,
        **headers: str,
    ) -> Reply:
        reply = super().ask(self.passed_on + path, method, body, timeout, **headers)
        named = dict(reply.headers)
        for name in ("location", "content-location", "link"):
            if name in named:
                assert not re.search(rf"(?:^|<)/(?!{PREFIX[1:]}/)", named[name]), named[name]
                named[name] = named[name].replace(PREFIX, "")
        content = reply.body
        if reply.kind == "text/html":
            links = re.findall(r'(?:href|src|action)="(/[^"]*)"', reply.text)
            assert all(link.startswith(PREFIX + "/") for link in links), links
            content = content.replace(f'="{PREFIX}'.encode(), b'="')
        return replace(reply, headers=named, body=content)


@pytest.fixture(scope="module", params=[PREFIX, ""], ids=["kept", "taken away"])
def client(data: Path, request: pytest.FixtureRequest) -> Iterator[Client]:
    """A client behind a proxy that keeps the path in what it passes on, or takes it away."""
    running = start(str(data), "--prefix", PREFIX, "--deadline", "1", **LIMITS)
    try:
        yield Prefixed(running.client, request.param)
    finally:
        running.stop()
        running.process.communicate()


# Every test of pages and protocol that asks a client asks this one as well.
globals().update(
    {
        name: test
        for module in (test_pages, test_sparql)
        for name, test in vars(module).items()
        if name.startswith("test_") and "client" in inspect.signature(test).parameters
    }
)


def seen(settings: Settings, client: str, path: str = "/id/factor/x", **headers: str) -> str:
    """Return where the application sends a reader who came through `client`, and the name of its endpoint."""
    asking: FlaskClient = create_app(Dataset(), settings=settings).test_client()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    to = asking.get(path, headers=named, environ_base={"REMOTE_ADDR": client}).headers["Location"]
    described = asking.get(
        "/sparql", headers={**named, "Accept": "text/turtle"}, environ_base={"REMOTE_ADDR": client}
    )
    endpoint = re.search(r"sd:endpoint <(.*?)>", described.text)
    assert endpoint
    return f"{to} {endpoint[1]}"


FORWARDED = {
    "X_Forwarded_Proto": "https",
    "X_Forwarded_Host": "evidence.example",
    "X_Forwarded_Prefix": "/graph/",
    "X_Forwarded_For": "203.0.113.9",
}


def test_a_named_proxy_is_believed() -> None:
    settings = Settings(proxies="10.0.0.0/8, ::1")
    expected = "/graph/doc/factor/x https://evidence.example/graph/sparql"
    assert seen(settings, "10.1.2.3", **FORWARDED) == expected
    assert seen(settings, "::1", **FORWARDED) == expected


@pytest.mark.parametrize("client", ["203.0.113.9", "127.0.0.1", "", "nonsense"])
def test_a_stranger_is_not_believed(client: str) -> None:
    for settings in (Settings(), Settings(proxies="10.0.0.0/8")):
        assert seen(settings, client, **FORWARDED) == "/doc/factor/x http://localhost/sparql"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X_Forwarded_Host", "evil.example/path"),
        ("X_Forwarded_Host", 'a"onload="'),
        ("X_Forwarded_Host", ""),
        ("X_Forwarded_Proto", "javascript"),
        ("X_Forwarded_Prefix", "//evil.example"),
        ("X_Forwarded_Prefix", "evil"),
        ("X_Forwarded_Prefix", '/"><script>'),
    ],
)
def test_nonsense_of_a_proxy_is_left_out(name: str, value: str) -> None:
    assert seen(Settings(proxies="10.0.0.1"), "10.0.0.1", **{name: value}) == (
        "/doc/factor/x http://localhost/sparql"
    )


@pytest.mark.parametrize(
    ("chain", "reader"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("6.6.6.6, 203.0.113.9", "203.0.113.9"),
        ("6.6.6.6, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("203.0.113.9, unknown", "10.0.0.1"),
        ("", "10.0.0.1"),
    ],
)
def test_the_log_names_the_reader_and_not_whom_the_reader_names(
    chain: str, reader: str, capsys: pytest.CaptureFixture[str]
) -> None:
    app = create_app(Dataset(), settings=Settings(proxies="10.0.0.0/8", log="logfmt"))
    app.test_client().get(
        "/metrics",
        headers={"X-Forwarded-For": chain},
        environ_base={"REMOTE_ADDR": "10.0.0.1"},
        buffered=True,
    )
    assert f"client={reader} " in capsys.readouterr().err


def test_a_path_that_only_begins_alike_is_another() -> None:
    client = create_app(Dataset(), settings=Settings(prefix="/graph")).test_client()
    assert client.get("/graph/health").status_code == 200
    assert client.get("/health").status_code == 200
    assert client.get("/graphic/health").status_code == 404
    assert 'href="/graph/sparql"' in client.get("/graph").text
