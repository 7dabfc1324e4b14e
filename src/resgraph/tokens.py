"""The words of a SPARQL query: strings, addresses, names, variables, comments told apart.

The grammar of SPARQL decides where one token ends and the next begins. Only the words matter here, not how
they combine: the engine parses. Reading the words is what makes it safe to refuse and to bind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal, NamedTuple
from urllib.parse import urljoin

from resgraph.vocab import PREFIXES

Kind = Literal["iri", "string", "variable", "name", "blank", "lang", "number", "word", "mark"]
Form = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]

_BASE: Final = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_START: Final = _BASE + "_"
_INNER: Final = "\u00b7\u0300-\u036f\u203f-\u2040"
_CHARS: Final = _START + _INNER + r"0-9\-"
_ESCAPE: Final = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_PREFIX: Final = rf"(?:[{_BASE}](?:[{_CHARS}.]*[{_CHARS}])?)?:"
_LOCAL: Final = rf"(?:[{_START}:0-9]|{_ESCAPE})(?:(?:[{_CHARS}.:]|{_ESCAPE})*(?:[{_CHARS}:]|{_ESCAPE}))?"

_TOKEN: Final = re.compile(
    r"(?P<space>(?:[ \t\r\n]+|#[^\r\n]*)+)"
    r"|(?P<iri><(?:[^\x00-\x20<>\"{}|^`\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)"
    r'|(?P<string>"""(?:"{0,2}(?:[^"\\]|\\[\s\S]))*+"""'
    r"|'''(?:'{0,2}(?:[^'\\]|\\[\s\S]))*+'''"
    r'|"(?!"")(?:[^"\\\r\n]|\\.)*+"'
    r"|'(?!'')(?:[^'\\\r\n]|\\.)*+')"
    rf"|(?P<variable>[?$][{_START}0-9][{_START}0-9{_INNER}]*)"
    rf"|(?P<blank>_:[{_START}0-9](?:[{_CHARS}.]*[{_CHARS}])?)"
    rf"|(?P<name>{_PREFIX}(?:{_LOCAL})?)"
    r"|(?P<lang>@[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--[a-z]+)?)"
    r"|(?P<number>(?:[0-9]+\.[0-9]*|\.?[0-9]+)[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+)"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<mark>\^\^|&&|\|\||!=|<=|>=|<<|>>|\{\||\|\}|[\s\S])"
)

_MENTIONED: Final = re.compile(r"([A-Za-z][A-Za-z0-9-]*+):([A-Za-z0-9_][\w.-]*+)?")
#: Characters of a head of which it is remembered what was found in it: programs begin many queries alike.
HABIT: Final = 2000


class Token(NamedTuple):
    """A word of a query, and where it stands."""

    kind: Kind
    text: str
    start: int

    @property
    def end(self) -> int:
        """The place after its last character."""
        return self.start + len(self.text)

    def says(self, *words: str) -> bool:
        """Say whether this is one of some keywords or marks; letter case does not matter."""
        return self.kind in ("word", "mark") and self.text.upper() in words


def scan(text: str, start: int = 0) -> Iterator[Token]:
    """Read the words of a query one after the other, without its white space and comments.

    >>> [token.text for token in scan("ASK { ?s rg:age 'SERVICE' } # SERVICE")]
    ['ASK', '{', '?s', 'rg:age', "'SERVICE'", '}']
    """
    for match in _TOKEN.finditer(text, start):
        kind = match.lastgroup
        if kind != "space":
            yield Token(kind, match[0], match.start())  # type: ignore[arg-type]


class Prologue(NamedTuple):
    """What a query begins with: its form, the prefixes it declares, its base, and where the form stands."""

    verb: str = ""
    base: str = ""
    prefixes: Mapping[str, str] = MappingProxyType({})
    at: int = 0

    def resolve(self, token: Token) -> str | None:
        """Return the address a token stands for; None when its prefix is not known."""
        if token.kind == "iri":
            return urljoin(self.base, unescape(token.text[1:-1]))
        prefix, _, local = token.text.partition(":")
        base = self.prefixes.get(prefix, PREFIXES.get(prefix))
        return None if base is None else base + re.sub(r"\\(.)", r"\1", local)


def prologue(text: str) -> Prologue:
    """Read what a query begins with.

    >>> start = prologue("PREFIX ex: <http://example.org/> select * { ?s ?p ?o }")
    >>> start.verb, start.prefixes
    ('SELECT', {'ex': 'http://example.org/'})
    """
    # Only inside a string or a comment could the head be cut too soon.
    head = text.partition("{")[0]
    if len(head) <= HABIT and '"' not in head and "'" not in head and (usual := _usual_prologue(head)).verb:
        return usual
    return _prologue(text)


def _prologue(text: str) -> Prologue:
    prefixes: dict[str, str] = {}
    start = Prologue(prefixes=prefixes)
    words = scan(text)
    for token in words:
        if token.says("PREFIX"):
            name, address = next(words, None), next(words, None)
            if name and address and address.kind == "iri":
                prefixes[name.text.rstrip(":")] = start.resolve(address) or ""
        elif token.says("BASE"):
            address = next(words, None)
            if address and address.kind == "iri":
                start = start._replace(base=start.resolve(address) or start.base)
        elif token.says("VERSION"):
            next(words, None)
        else:
            return start._replace(verb=token.text.upper(), at=token.start)
    return start


_usual_prologue = lru_cache(maxsize=256)(_prologue)


def mentioned(text: str) -> tuple[tuple[str, str], ...]:
    """Return what looks like a shortened name, wherever it stands: prefixes, and what follows them.

    It is quick and knows no grammar, so it is for saying that something is not there.

    >>> mentioned("ASK { ?s rg:age 'a: b' } # rg:none")
    (('rg', 'age'), ('a', ''), ('rg', 'none'))
    """
    head, _, rest = text.partition("{")
    return _mentioned(head) + _mentioned(rest)


@lru_cache(maxsize=8)
def _mentioned(part: str) -> tuple[tuple[str, str], ...]:
    # Several rooms ask this of one text, and programs begin many texts alike.
    return tuple(_MENTIONED.findall(part))


def unescape(text: str) -> str:
    r"""Replace the numbered escapes of an address.

    >>> unescape(r"http://example.org/\u0061")
    'http://example.org/a'
    """
    return re.sub(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})", _character, text)


def _character(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16)
    return chr(code) if code < 0x110000 else "\ufffd"


def calls_service(text: str) -> bool:
    """Say whether a query could be read as one that calls another machine.

    Words of strings, comments and addresses do not count. Where it depends on the grammar whether ``<``
    opens an address or means *less than*, both readings are tried. The engine does not need a space after a
    keyword, so a word or a prefix that contains the keyword counts too.

    >>> calls_service("ASK { SERVICE <http://example.org/> { ?s ?p ?o } }")
    True
    >>> calls_service("ASK { ?s ?p 'SERVICE <http://example.org/>' } # SERVICE")
    False
    """
    return "service" in text.lower() and any(map(_may_call, readings(text)))


def readings(text: str) -> Iterator[Token]:
    """Read the words of a query in every way in which the grammar could let them be read."""
    todo, seen = [0], set[int]()
    while todo:
        for token in scan(text, todo.pop()):
            if token.start in seen:
                break
            seen.add(token.start)
            yield token
            if token.kind == "iri" and "#" in token.text:
                # Were `<` an operator, a comment would begin inside: read on from the next line as well.
                newline = re.compile(r"[\r\n]|$").search(text, token.start)
                todo.append(newline.start() if newline else len(text))


def _may_call(token: Token) -> bool:
    """Say whether a token could hide the keyword."""
    if token.kind == "word":
        return "service" in token.text.lower()
    if token.kind == "name":
        return "service" in token.text.partition(":")[0].lower()
    return token.kind == "iri" and re.search(r"\).*service", token.text, re.IGNORECASE) is not None


def depth(text: str) -> int:
    """Return how deep brackets stand inside brackets.

    >>> depth("ASK { { ?s ?p (1 2) } }")
    3
    """
    deepest = level = 0
    for token in scan(text):
        if token.says("{", "(", "[", "{|", "<<"):
            level += 1
            deepest = max(deepest, level)
        elif token.says("}", ")", "]", "|}", ">>"):
            level -= 1
    return deepest
