"""Limits and addresses of the endpoint, each with its reason, read from ``RESGRAPH_*`` variables."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, Final

from resgraph.errors import SettingError

_MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Settings:
    """What the endpoint allows, and where it listens.

    >>> Settings().port
    7070
    """

    #: Seconds a query may take. Every stored query takes milliseconds: half a minute is patience, not need.
    deadline: float = 30.0
    #: Seconds a request waits for a free evaluator before it is told to come back later.
    patience: float = 10.0
    #: Bytes of a query's text. The longest honest queries list a few hundred names, in some 20 kB.
    query_bytes: int = 64 * 1024
    #: Brackets inside brackets. Honest queries stay under ten; a few thousand overflow the engine's stack.
    nesting: int = 64
    #: Bytes of an answer. More than the whole graph as N-Triples; what is larger is an accident.
    result_bytes: int = 64 * _MIB
    #: Bytes of an update or of an uploaded graph, in writable mode. Some 300,000 statements; what is larger
    #: belongs into a release.
    upload_bytes: int = 32 * _MIB
    #: Queries worked on at once. They share their memory, so they are cheap: more than the processors,
    #: so that a few slow queries do not keep a quick one waiting.
    evaluators: int = 12
    #: Bytes an evaluator may use beyond the shared data. Ends a runaway sort before the machine suffers.
    evaluator_memory: int = 768 * _MIB
    #: Bytes of finished answers that each worker keeps: the pages and the stored queries many times over.
    cache_bytes: int = 4 * _MIB
    #: Reasons that are given for a statement. Who has read ten has seen which kinds there are.
    explain_reasons: int = 10
    #: Statements that are looked at on the way back from a conclusion. Few need a hundred; the most general
    #: ones, which follow from nearly everything, would need all.
    explain_steps: int = 2000
    #: Statements of files that name no release and are reasoned over to explain one: seconds of work.
    explain_statements: int = 200_000
    #: Where to listen. Only this machine, until somebody decides otherwise.
    host: str = "127.0.0.1"
    #: The port to listen on. The address of the documentation.
    port: int = 7070
    #: The path under which a proxy offers the site, such as `/resgraph`. Every link and redirect begins
    #: with it.
    prefix: str = ""
    #: Proxies, as addresses or networks with commas between. Only theirs are the X-Forwarded headers that
    #: are believed: anybody can send one.
    proxies: str = ""
    #: A directory of frozen releases, offered at /dumps/ and /VERSION/. Nothing else on the disk is offered.
    releases: str = ""
    #: Seconds that running requests get to finish when the server is asked to stop. Containers are killed
    #: after ten.
    stop_within: float = 8.0
    #: A line for each request on standard error: `off`, `logfmt` or `json`. At a desk a log is noise.
    log: str = "off"
    #: Whether the log has the text of queries, not only their hash. A query can say what somebody looks for.
    log_queries: bool = False


#: Smallest sensible value of each number: below it nothing works.
_LEAST: Final[Mapping[str, float]] = {
    "deadline": 0.05,
    "patience": 0.0,
    "query_bytes": 64,
    "nesting": 4,
    "upload_bytes": 64,
    "result_bytes": 1024,
    "evaluators": 1,
    "evaluator_memory": 16 * _MIB,
    "cache_bytes": 0,
    "explain_reasons": 1,
    "explain_steps": 10,
    "explain_statements": 0,
    "port": 0,
    "stop_within": 0.0,
}

#: What a text may say, where not everything makes sense.
_PATTERNS: Final[Mapping[str, tuple[str, str]]] = {
    "log": ("off|logfmt|json", "`off`, `logfmt` or `json`"),
    "prefix": (r"(/[A-Za-z0-9._~-]+)*", "a path such as `/resgraph`"),
}


def from_environment(environment: Mapping[str, str] | None = None, **given: object) -> Settings:
    """Read the settings: what is given wins over ``RESGRAPH_NAME``, which wins over the default.

    >>> from_environment({"RESGRAPH_DEADLINE": "5"}).deadline
    5.0
    >>> from_environment({"RESGRAPH_PORT": "80"}, port=8080).port
    8080
    >>> from_environment({"RESGRAPH_PORT": "many"})
    Traceback (most recent call last):
        ...
    resgraph.errors.SettingError: `many` is not a whole number (RESGRAPH_PORT)
    """
    environment = os.environ if environment is None else environment
    chosen: dict[str, Any] = {}
    for field in fields(Settings):
        where = f"RESGRAPH_{field.name.upper()}"
        value: object = environment.get(where, "").strip() or None
        if given.get(field.name) is not None:
            value, where = given[field.name], field.name
        if value is not None:
            chosen[field.name] = _read(value, type(field.default), field.name, where)
    return Settings(**chosen)


def _read(value: object, kind: type, name: str, where: str) -> object:
    """Return a value as the kind of thing the setting holds."""
    if kind is str:
        return _read_text(str(value), name, where)
    if kind is bool:
        return _read_choice(str(value), where)
    try:
        number = kind(str(value))
    except ValueError:
        wanted = "a whole number" if kind is int else "a number"
        raise SettingError(f"`{value}` is not {wanted}", where=where) from None
    if not number >= _LEAST[name]:
        raise SettingError(f"`{value}` is too small: the least is {_LEAST[name]:g}", where=where)
    if name == "port" and number > 65535:
        raise SettingError(f"`{value}` is not a port: the largest is 65535", where=where)
    return number


def _read_text(value: str, name: str, where: str) -> str:
    if name == "prefix":
        value = value.rstrip("/")
    pattern, words = _PATTERNS.get(name, (".*", ""))
    if not re.fullmatch(pattern, value):
        raise SettingError(f"`{value}` is not {words}", where=where)
    if name == "proxies":
        networks(value, where)
    return value


def _read_choice(value: str, where: str) -> bool:
    if value.lower() not in ("true", "1", "yes", "on", "false", "0", "no", "off"):
        raise SettingError(f"`{value}` is neither true nor false", where=where)
    return value.lower() in ("true", "1", "yes", "on")


def networks(listed: str, where: str = "proxies") -> tuple[IPv4Network | IPv6Network, ...]:
    """Read a list of addresses and networks.

    >>> networks("127.0.0.1, 10.0.0.0/8")
    (IPv4Network('127.0.0.1/32'), IPv4Network('10.0.0.0/8'))
    """
    try:
        return tuple(ip_network(part.strip()) for part in listed.split(",") if part.strip())
    except ValueError as error:
        raise SettingError(f"not an address or a network: {error}", where=where) from None
