"""Limits and addresses of the endpoint, each with its reason, read from ``RESGRAPH_*`` variables."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
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
    #: Where to listen. Only this machine, until somebody decides otherwise.
    host: str = "127.0.0.1"
    #: The port to listen on. The address of the documentation.
    port: int = 7070


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
    "port": 0,
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
        return str(value)
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
