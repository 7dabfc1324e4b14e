"""Media types, and the choice among them, as pure functions.

An answer is of one of two kinds: a result (of SELECT and ASK) or a graph (of CONSTRUCT and DESCRIBE, and of
documents). Each kind has its formats, in the order in which they are preferred when a client does not care.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from resgraph.errors import FormatError


@dataclass(frozen=True, slots=True, eq=False)
class Format:
    """A way to write an answer. There is one object for each."""

    #: what people call it: ``?format=NAME``, ``--format NAME``
    name: str
    media_type: str
    extension: str
    #: other names of the same thing
    names: tuple[str, ...] = ()
    #: other media types under which clients ask for it
    aliases: tuple[str, ...] = ()


JSON: Final = Format("json", "application/sparql-results+json", "srj", aliases=("application/json",))
XML: Final = Format("xml", "application/sparql-results+xml", "srx", aliases=("application/xml", "text/xml"))
CSV: Final = Format("csv", "text/csv", "csv")
TSV: Final = Format("tsv", "text/tab-separated-values", "tsv")

TURTLE: Final = Format("turtle", "text/turtle", "ttl", ("ttl",), ("application/x-turtle",))
N_TRIPLES: Final = Format("ntriples", "application/n-triples", "nt", ("nt", "n-triples"), ("text/plain",))
RDF_XML: Final = Format(
    "rdfxml", "application/rdf+xml", "rdf", ("rdf", "rdf-xml"), ("application/xml", "text/xml")
)
JSON_LD: Final = Format("jsonld", "application/ld+json", "jsonld", ("json-ld",), ("application/json",))
TRIG: Final = Format("trig", "application/trig", "trig")
N_QUADS: Final = Format("nquads", "application/n-quads", "nq", ("nq", "n-quads"))

HTML: Final = Format("html", "text/html", "html", ("htm",))

RESULTS: Final = (JSON, XML, CSV, TSV)
GRAPHS: Final = (TURTLE, N_TRIPLES, RDF_XML, JSON_LD, TRIG, N_QUADS)
ALL: Final = (*RESULTS, *GRAPHS, HTML)


class Choice(NamedTuple):
    """A format, and the media type under which the client asked for it."""

    format: Format
    media_type: str

    @property
    def content_type(self) -> str:
        """The value of a ``Content-Type`` header.

        >>> Choice(CSV, "text/csv").content_type
        'text/csv; charset=utf-8'
        """
        text = self.media_type.startswith("text/")
        return f"{self.media_type}; charset=utf-8" if text else self.media_type


class Range(NamedTuple):
    """One element of an ``Accept`` header: a range of media types and how much it is wanted."""

    type: str
    subtype: str
    parameters: tuple[tuple[str, str], ...]
    quality: float

    @property
    def specificity(self) -> tuple[int, int]:
        """How exact the range is: a type, then a subtype, then its parameters.

        A parameter that is not ours, such as a foreign profile, makes a range less exact than none: who asks
        for expanded JSON-LD would rather have ours than nothing, unless something is said of JSON-LD itself.
        """
        exact = (self.type != "*") + (self.subtype != "*")
        return exact, -1 if self.foreign else len(self.parameters)

    @property
    def foreign(self) -> bool:
        """Whether the range names a parameter that nothing we write has."""
        return not all(_ours(name, value) for name, value in self.parameters)

    def covers(self, media_type: str) -> bool:
        """Say whether a media type lies in the range. We write UTF-8 and nothing else."""
        kind, _, subtype = media_type.partition("/")
        named = self.type in ("*", kind) and self.subtype in ("*", subtype)
        return named and all(name != "charset" or _ours(name, value) for name, value in self.parameters)


#: Characters of a header whose choice is remembered.
_HABIT: Final = 400

_TOKEN: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 (a grammar, not a secret)
_QUOTED: Final = r'"(?:[^"\\]|\\.)*"'
_ELEMENT: Final = re.compile(rf'(?:[^,"]|{_QUOTED})+')
_RANGE: Final = re.compile(rf'\s*({_TOKEN})/({_TOKEN})\s*((?:;(?:[^;"]|{_QUOTED})*)*)$')
_PARAMETER: Final = re.compile(rf";\s*({_TOKEN})\s*=\s*({_TOKEN}|{_QUOTED})\s*")
#: A leading zero may be missing: that is how Java writes it.
_QUALITY: Final = re.compile(r"(?:0?\.\d{1,3}|0\.?|1(?:\.0{0,3})?)$")
#: What of JSON-LD ours is.
_PROFILE: Final = "http://www.w3.org/ns/json-ld#compacted"


def parse_accept(header: str) -> list[Range]:
    """Read an ``Accept`` header. An element that is not well-formed is left out.

    >>> parse_accept("text/turtle;q=0.5, */*;q=0")
    [Range(type='text', subtype='turtle', parameters=(), quality=0.5), Range(type='*', subtype='*', \
parameters=(), quality=0.0)]
    >>> parse_accept("turtle please")
    []
    """
    ranges = (_parse_range(element) for element in _ELEMENT.findall(header))
    return [range_ for range_ in ranges if range_ is not None]


def _parse_range(element: str) -> Range | None:
    # Java again: a star alone, where every type is meant.
    match = _RANGE.match(re.sub(r"^\s*\*\s*(?=;|$)", "*/*", element))
    if match is None or (match[1] == "*" and match[2] != "*"):
        return None
    quality = 1.0
    parameters = []
    for name, value in _PARAMETER.findall(match[3]):
        if name.lower() == "q":
            if not _QUALITY.match(value):
                return None
            quality = float(value)
        else:
            parameters.append((name.lower(), value.strip('"').lower()))
    return Range(match[1].lower(), match[2].lower(), tuple(parameters), quality)


def _ours(name: str, value: str) -> bool:
    """Say whether what we write has a parameter."""
    if name == "charset":
        return value in ("utf-8", "utf8")
    return name == "profile" and _PROFILE in value.split()


def negotiate(accept: str | None, offered: Sequence[Format]) -> Choice | None:
    """Choose the format a client likes best; None when it accepts none of those offered.

    The most specific range that covers a media type decides how much it is wanted. Among the equally
    wanted the one that was named exactly wins, then the one offered first.

    >>> negotiate("text/csv;q=0.9, application/json;q=0.3", RESULTS).format.name
    'csv'
    >>> negotiate("application/sparql-results+json;q=0, */*", RESULTS).format.name
    'xml'
    >>> negotiate("image/png", RESULTS) is None
    True
    >>> negotiate(None, GRAPHS).media_type
    'text/turtle'
    """
    # A browser or a library sends the same header each time; a long one is nobody's habit.
    forget = accept is not None and len(accept) > _HABIT
    return (_negotiate.__wrapped__ if forget else _negotiate)(accept, tuple(offered))


@lru_cache(maxsize=256)
def _negotiate(accept: str | None, offered: tuple[Format, ...]) -> Choice | None:
    ranges = parse_accept(accept or "")
    if not ranges:
        return Choice(offered[0], offered[0].media_type) if offered else None
    best: tuple[float, tuple[int, int], int] = (0.0, (0, 0), 0)
    chosen: Choice | None = None
    for place, candidate in enumerate(_candidates(offered)):
        quality, specificity = _wanted(candidate, ranges)
        rank = (quality, specificity, -place)
        if quality > 0 and (chosen is None or rank > best):
            best, chosen = rank, candidate
    return chosen


def _candidates(offered: Iterable[Format]) -> list[Choice]:
    """Return every media type that can be sent, the own names of formats before their aliases."""
    formats = list(offered)
    own = [Choice(each, each.media_type) for each in formats]
    return own + [Choice(each, alias) for each in formats for alias in each.aliases]


def _wanted(candidate: Choice, ranges: Sequence[Range]) -> tuple[float, tuple[int, int]]:
    """Return how much a media type is wanted, and how exactly that was said.

    An alias is another name of its format. Who excludes the format does not get it by another name.
    """
    own = _decisive(candidate.format.media_type, ranges)
    if own is not None and own.quality == 0 and own.specificity[0] == 2:
        return 0.0, (0, 0)
    decisive = _decisive(candidate.media_type, ranges)
    return (0.0, (0, 0)) if decisive is None else (decisive.quality, decisive.specificity)


def _decisive(media_type: str, ranges: Sequence[Range]) -> Range | None:
    """Return the range that says how much a media type is wanted: the most exact one that covers it."""
    fitting = [each for each in ranges if each.covers(media_type) and not (each.foreign and not each.quality)]
    return max(fitting, key=lambda each: (each.specificity, each.quality), default=None)


@lru_cache(maxsize=256)
def by_name(name: str, offered: tuple[Format, ...] = ALL) -> Choice:
    """Return the format people call `name`: a name, an ending or a media type.

    >>> by_name("ttl").media_type
    'text/turtle'
    >>> by_name("text/csv").format.name
    'csv'
    >>> by_name("pdf", RESULTS)
    Traceback (most recent call last):
        ...
    resgraph.errors.FormatError: there is no format `pdf` here
      formats: json, xml, csv, tsv
    """
    wanted = name.strip().lower().lstrip(".")
    for each in offered:
        if wanted in (each.name, each.extension, each.media_type, *each.names):
            return Choice(each, each.media_type)
    names = [each.name for each in offered]
    raise FormatError(f"there is no format `{name}` here", hint=f"formats: {', '.join(names)}", offered=names)
