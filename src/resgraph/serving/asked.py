"""What a request of the SPARQL 1.1 Protocol asks for: its parameters, and how the answer may be written."""

from __future__ import annotations

from binascii import a2b_qp
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, unquote_plus

from resgraph.errors import FormatError
from resgraph.evaluate import Request
from resgraph.formats import ALL, GRAPHS, HTML, RESULTS, Choice, Format, by_name, negotiate
from resgraph.serving.problem import RequestError

FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
_MOST_PARAMETERS: Final = 200

#: What a graph is called by those who think of results.
_FOR_GRAPHS: Final[Mapping[str, str]] = {"json": "jsonld", "xml": "rdfxml"}
_TRUE, _FALSE = ("true", "1", "yes", "on"), ("false", "0", "no", "")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for."""

    parameters: tuple[tuple[str, str], ...]

    def every(self, name: str) -> tuple[str, ...]:
        """Return every value of a parameter."""
        return tuple(value for key, value in self.parameters if key == name)

    def one(self, name: str) -> str | None:
        """Return the only value of a parameter."""
        values = self.every(name)
        if len(values) > 1:
            raise RequestError(400, f"there are {len(values)} parameters `{name}`", hint="send one")
        return values[0] if values else None

    def flag(self, name: str) -> bool:
        """Return the value of a parameter that says yes or no."""
        value = (self.one(name) or "").lower()
        if value not in _TRUE + _FALSE:
            raise RequestError(400, f"`{name}` is true or false, not `{value}`")
        return value in _TRUE

    @property
    def deadline(self) -> float | None:
        """The seconds after which the client does not care any more."""
        value = self.one("timeout")
        if not value:
            return None
        try:
            seconds = float(value)
        except ValueError:
            seconds = 0
        if not 0 < seconds < float("inf"):
            raise RequestError(400, f"`timeout` is a number of seconds, not `{value}`")
        return seconds


def decode(content: bytes) -> list[tuple[str, str]]:
    """Read parameters as a form writes them, once and strictly."""
    try:
        return parse_qsl(
            content.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_PARAMETERS,
        )
    except UnicodeError:
        raise RequestError(400, "the parameters are not percent-encoded UTF-8") from None
    except ValueError:
        raise RequestError(400, f"there are more than {_MOST_PARAMETERS} parameters") from None


def read_value(value: str) -> str:
    """Decode a value of a form, strictly; ten times as fast as ``urllib.parse.unquote_plus``.

    >>> read_value("ASK+%7B%7D+%C3%A4"), read_value("100%")
    ('ASK {} ä', '100%')
    """
    # The only decoder of the standard library that is not written in Python reads `=7B` for `%7B`.
    if value.isascii() and value.isprintable():
        found = a2b_qp(value.replace("=", "=3D").replace("+", " ").replace("%", "="))
        if len(found) == len(value) - 2 * value.count("%"):
            return found.decode()
    return unquote_plus(value, errors="strict")


def text_of(body: bytes, what: str = "query") -> str:
    """Return the text of a body; it is UTF-8 or nothing."""
    try:
        return body.decode()
    except UnicodeError:
        raise RequestError(400, f"the {what} is not UTF-8") from None


def choices(asked: Asked, accept: str | None) -> tuple[Choice | None, Choice | None]:
    """Return how a result would be written for who asked, and how a graph."""
    name = asked.one("format")
    if name:
        chosen = by_name(name, ALL)
        if chosen.format is HTML:
            return chosen, chosen
        graph = by_name(_FOR_GRAPHS.get(chosen.format.name, chosen.format.name))
        return _among(chosen, RESULTS), _among(graph, GRAPHS)
    result, graph_choice = negotiate(accept, (*RESULTS, HTML)), negotiate(accept, (*GRAPHS, HTML))
    if result is None and graph_choice is None:
        offered = [each.media_type for each in (*RESULTS, *GRAPHS, HTML)]
        raise FormatError(
            f"nothing here is written as `{accept}`", hint=f"formats: {', '.join(offered)}", offered=offered
        )
    return result, graph_choice


def _among(choice: Choice, formats: tuple[Format, ...]) -> Choice | None:
    return choice if choice.format in formats else None


def as_request(
    asked: Asked, text: str, result: Choice | None, graph: Choice | None, base: str = ""
) -> Request:
    """Return what an evaluator is asked for."""
    default, named = asked.every("default-graph-uri"), asked.every("named-graph-uri")
    given = bool(default or named)
    return Request(
        text,
        result_format=_format(result, "json"),
        graph_format=_format(graph, "turtle"),
        default_graphs=default if given else None,
        named_graphs=named if given else None,
        inferred=asked.flag("inferred"),
        base=base,
    )


def _format(choice: Choice | None, for_page: str) -> str | None:
    if choice is None:
        return None
    return for_page if choice.format is HTML else choice.format.name
