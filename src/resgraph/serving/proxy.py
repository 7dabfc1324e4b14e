"""Behind a proxy: the path under which it offers the site, and the words of proxies that are believed.

Anybody can send an ``X-Forwarded`` header. Those of a named proxy say under which host, protocol and path
the reader came; those of everybody else are taken away before anything sees them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from resgraph.settings import Settings, networks

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_HOST: Final = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")
_PREFIX: Final = re.compile(r"(?:/[A-Za-z0-9._~-]+)*")
_FORWARDED: Final = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PREFIX",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_BY",
    "HTTP_FORWARDED",
)


class Proxies:
    """The proxies that are believed, and the path under which the site is offered."""

    def __init__(self, settings: Settings) -> None:
        self._prefix = settings.prefix
        self._networks = networks(settings.proxies)

    def trusts(self, address: str) -> bool:
        """Say whether an address is that of a named proxy."""
        if not self._networks:
            return False
        try:
            known = ip_address(address)
        except ValueError:
            return False
        return any(known in network for network in self._networks)

    def prefix(self, said: str = "") -> str:
        """Return the path under which the site is offered, as a trusted proxy says it."""
        prefix = said.rpartition(",")[2].strip().rstrip("/")
        return prefix if prefix and _PREFIX.fullmatch(prefix) else self._prefix

    def reader(self, chain: str, proxy: str) -> str:
        """Return the last address of a chain that is not itself a proxy."""
        reader = proxy
        for each in reversed([part.strip() for part in chain.split(",")]):
            try:
                ip_address(each)
            except ValueError:
                break
            reader = each
            if not self.trusts(each):
                break
        return reader


class Behind:
    """An application that knows where its readers see it."""

    def __init__(self, app: WSGIApplication, settings: Settings) -> None:
        self.app = app
        self._proxies = Proxies(settings)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request as if it had come straight from its reader."""
        said: dict[str, str] = {name: str(environ.pop(name)) for name in _FORWARDED if name in environ}
        if self._proxies.trusts(environ.get("REMOTE_ADDR", "")):
            prefix = self._believe(environ, said)
        else:
            environ.pop("HTTP_X_REQUEST_ID", None)
            prefix = self._proxies.prefix()
        if prefix:
            _move(environ, prefix)
        return self.app(environ, start_response)

    def _believe(self, environ: WSGIEnvironment, said: Mapping[str, str]) -> str:
        """Take over what a proxy says of the reader; return the path under which the site is offered."""
        # Each proxy adds to the end: the last word is that of the proxy that is trusted.
        last = {name: value.rpartition(",")[2].strip() for name, value in said.items()}
        protocol = last.get("HTTP_X_FORWARDED_PROTO", "").lower()
        if protocol in ("http", "https"):
            environ["wsgi.url_scheme"] = protocol
        host = last.get("HTTP_X_FORWARDED_HOST", "")
        if _HOST.fullmatch(host):
            environ["HTTP_HOST"] = host
        chain = said.get("HTTP_X_FORWARDED_FOR", "")
        environ["REMOTE_ADDR"] = self._proxies.reader(chain, environ["REMOTE_ADDR"])
        return self._proxies.prefix(last.get("HTTP_X_FORWARDED_PREFIX", ""))


def _move(environ: WSGIEnvironment, prefix: str) -> None:
    """Say that the application lives under a path. A proxy may have taken the path away, or not."""
    environ["SCRIPT_NAME"] = prefix
    environ["PATH_INFO"] = below(environ.get("PATH_INFO", ""), prefix)


def below(path: str, prefix: str) -> str:
    """Return a path without the prefix, which a proxy may have taken away already.

    >>> below("/graph/ns", "/graph"), below("/graph", "/graph"), below("/graphic", "/graph"), below("/ns", "")
    ('/ns', '/', '/graphic', '/ns')
    """
    return path[len(prefix) :] or "/" if path == prefix or path.startswith(prefix + "/") else path
