"""The port: taken before anything costly is started, and said to people once it answers."""

from __future__ import annotations

import socket
from collections.abc import Callable

from resgraph.errors import UsageError
from resgraph.settings import Settings


def listen(settings: Settings) -> socket.socket:
    """Take the port, before anything costly is started."""
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
        listener = socket.socket(found[0][0], socket.SOCK_STREAM)
    except OSError as error:
        raise UsageError(f"cannot listen at {settings.host}: {error.strerror}") from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(found[0][4])
        listener.listen(1024)
    except OSError as error:
        listener.close()
        raise UsageError(
            f"cannot listen at port {settings.port} of {settings.host}: {(error.strerror or '').lower()}",
            hint="another program may be using it; choose another with --port",
        ) from None
    return listener


def site_at(listener: socket.socket, settings: Settings) -> str:
    """Return the address at which people find the site."""
    return address_of(listener) + settings.prefix.lstrip("/") + "/" * bool(settings.prefix)


def address_of(listener: socket.socket) -> str:
    """Return the address of a server on this machine."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (compared, not bound)
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def announce(address: str, tell: Callable[[str], object]) -> None:
    """Say where the server is, once it has answered a question."""
    import urllib.request
    from http.client import HTTPException

    # A proxy of the environment has no business between a server and itself.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address + "health", timeout=30):
            tell(f"resgraph answers at {address}  (Ctrl-C ends it)")
    except (OSError, HTTPException) as error:
        tell(f"resgraph listens at {address}, but did not answer: {error}")
