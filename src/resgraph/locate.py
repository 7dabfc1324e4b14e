"""Where a statement stands: file and line of subjects and statements in Turtle and its relatives.

A parser forgets where it read a statement, so the files are scanned once more, by token: it takes less than
a parser, since all that counts is which token is subject, predicate or object. What stands inside brackets
belongs to the subject outside them. Works for canonical and for hand-written Turtle, TriG, N-Triples and
N-Quads; of other syntaxes nothing is known.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urljoin

from pyoxigraph import BlankNode, Literal, NamedNode

from resgraph.vocab import RDF

Node = NamedNode | BlankNode | Literal | str
Place = tuple[Path, int]
#: subject, then predicate and value where they are known
_Key = tuple[str, ...]
#: subject and property of a value in brackets, and the names inside
Bracket = tuple[str, str, frozenset[str]]
#: a kind (`name`, `value` or `mark`), what it is, and its line
_Word = tuple[str, str, int]

#: What Turtle says with brackets and with ``a``.
STRUCTURE: Final = frozenset(RDF + name for name in ("first", "rest", "nil", "type"))

_SYNTAXES: Final = frozenset({".ttl", ".trig", ".nt", ".nq", ".n3"})
#: those that have one statement in a line
_LINES: Final = frozenset({".nt", ".nq"})
_BREAK: Final = re.compile(r"\r\n|\r|\n")
_TOKEN: Final = re.compile(
    r"""
      (?P<skip>\s+|\#[^\r\n]*|\^\^)
    | (?P<text>\"{3}(?:\\.|"{0,2}[^"\\])*\"{3}|'{3}(?:\\.|'{0,2}[^'\\])*'{3}
              |"(?:\\.|[^"\\\r\n])*"|'(?:\\.|[^'\\\r\n])*')
    | (?P<iri><[^<>\s]*>)
    | (?P<word>@[A-Za-z][A-Za-z0-9-]*)
    | (?P<number>[+-]?(?:\d+\.?\d*|\.\d+)[eE][+-]?\d+|[+-]?\d*\.\d+|[+-]?\d+)
    | (?P<name>(?:[^\W_][\w.-]*|_)?:(?:\\.|%[0-9A-Fa-f]{2}|[\w:-]|\.(?=[\w:.\\%-]))*|[A-Za-z]+)
    | (?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
_CONTROLS: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


class Locator:
    """Finds statements in some files; each file is scanned once, when first asked about."""

    def __init__(self, files: Iterable[Path | str], about: Collection[Node] | None = None) -> None:
        """Look into files; with `about`, for statements of these subjects only, which is faster."""
        self._files = [Path(file) for file in files]
        self._about = None if about is None else {_name(node) for node in about}
        self._indexes: list[tuple[Path, dict[_Key, int]]] | None = None

    def find(self, subject: Node, predicate: Node | None = None, value: Node | None = None) -> Place | None:
        """Return file and line of a statement; where it is not found, of the nearest thing that is."""
        for key in _nearest_first(subject, predicate, value):
            for path, index in self._scanned():
                if key in index:
                    return path, index[key]
        return None

    def exactly(self, subject: Node, predicate: Node, value: Node | None = None) -> Place | None:
        """Return file and line of a statement, or of a property where no value is given; nothing near it."""
        (key, *_) = _nearest_first(subject, predicate, value)
        found = ((path, index[key]) for path, index in self._scanned() if key in index)
        return next(found, None)

    def _scanned(self) -> list[tuple[Path, dict[_Key, int]]]:
        if self._indexes is None:
            self._indexes = [
                (path, _index(path, self._about)) for path in self._files if path.suffix in _SYNTAXES
            ]
        return self._indexes


def locate(
    files: Iterable[Path | str], subject: Node, predicate: Node | None = None, value: Node | None = None
) -> Place | None:
    r"""Return the file and line where a statement, or else its subject, stands.

    To ask many times, keep a `Locator`: it scans each file once.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> file = Path(folder.name, "a.ttl")
    >>> _ = file.write_text('@prefix : <http://example.org/> .\n:a a :B ;\n    :size 3 .\n')
    >>> path, line = locate([file], "http://example.org/a", "http://example.org/size", Literal(3))
    >>> path.name, line
    ('a.ttl', 3)
    >>> folder.cleanup()
    """
    return Locator(files).find(subject, predicate, value)


def subjects(path: Path) -> dict[str, int]:
    r"""Return the line where the description of each thing begins, by address; far less to keep than all.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> file = Path(folder.name, "a.ttl")
    >>> _ = file.write_text("@prefix : <http://example.org/> .\n:a a :B .\n")
    >>> subjects(file)
    {'http://example.org/a': 2}
    >>> folder.cleanup()
    """
    found: dict[str, int] = {}
    text = path.read_text(encoding="utf-8", errors="replace")
    for key, line in _Scan(text).statements():
        found.setdefault(key[0], line)
    return found


def brackets(path: Path) -> dict[Bracket, int]:
    r"""Return the line of each value in brackets, by its subject, its property and the names inside.

    A statement whose subject has no name is one as a whole, under no subject and no property. The words of
    lists and ``rdf:type`` are not counted among the names.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> file = Path(folder.name, "a.ttl")
    >>> _ = file.write_text("@prefix : <a:> .\n:s :p ( :one ) ,\n  ( :two ) .\n[] :q :three .\n")
    >>> for (subject, predicate, names), line in brackets(file).items():
    ...     print(line, subject, predicate, *sorted(names))
    2 a:s a:p a:one
    3 a:s a:p a:two
    4 _:  a:q a:three
    >>> folder.cleanup()
    """
    text = path.read_text(encoding="utf-8", errors="replace")
    found: dict[Bracket, int] = {}
    for sentence in _Scan(text).sentences():
        for subject, predicate, names, line in _bracketed(sentence):
            found.setdefault((subject, predicate, names - STRUCTURE), line)
    return found


def _bracketed(sentence: list[_Word]) -> Iterator[tuple[str, str, frozenset[str], int]]:
    kind, value, first = sentence[0]
    if kind == "mark" or value.startswith("_:"):
        yield "_:", "", frozenset(value for kind, value, _ in sentence if kind == "name"), first
        return
    parts: list[str] = []
    inside: list[str] = []
    depth = opened = 0
    for kind, value, line in sentence:
        if kind == "mark" and value in "[(":
            opened = line if depth == 0 else opened
            depth += 1
        elif kind == "mark" and value in "])":
            depth -= 1
            if depth == 0 and len(parts) == 2:
                yield parts[0], parts[1], frozenset(inside), opened
                inside = []
        elif kind == "mark":
            parts = parts if depth else _after(value, parts)
        elif depth:
            inside += [value] * (kind == "name")
        elif len(parts) < 2:
            parts.append(value)


def _nearest_first(subject: Node, predicate: Node | None, value: Node | None) -> Iterator[_Key]:
    parts = [_name(subject)]
    if predicate is not None:
        parts.append(_name(predicate))
        if value is not None:
            parts.append(_name(value))
    for length in range(len(parts), 0, -1):
        yield tuple(parts[:length])


def _name(node: Node) -> str:
    if isinstance(node, str):
        return node
    return f"_:{node.value}" if isinstance(node, BlankNode) else node.value


def _index(path: Path, about: Collection[str] | None) -> dict[_Key, int]:
    index: dict[_Key, int] = {}
    text = path.read_text(encoding="utf-8", errors="replace")
    if about is not None and path.suffix in _LINES:
        text = _thinned(text, about)
    for key, line in _Scan(text).statements():
        if about is None or key[0] in about:
            for length in range(1, len(key) + 1):
                index.setdefault(key[:length], line)
    return index


def _thinned(text: str, about: Collection[str]) -> str:
    """Return a text of a statement a line with empty lines for all that is said of other things."""
    starts = {f"<{name}>" if not name.startswith("_:") else name for name in about}
    lines = text.split("\n")
    return "\n".join(line if line.lstrip().split(" ", 1)[0] in starts else "" for line in lines)


class _Scan:
    """One pass over the tokens of a file, keeping prefixes and the place in the current statement."""

    def __init__(self, text: str) -> None:
        self._pieces = _pieces(text)
        self._prefixes: dict[str, str] = {}
        self._base = ""

    def statements(self) -> Iterator[tuple[_Key, int]]:
        """Yield subject, predicate and object with the line of the last of them, at the outermost level."""
        parts: list[str] = []
        depth = 0
        for kind, piece, line in self._pieces:
            if kind == "mark" and piece in "[(":
                yield from self._placed(parts, "_:", line) if depth == 0 else ()
                depth += 1
            elif kind == "mark" and piece in "])":
                depth -= 1
            elif depth > 0:
                continue
            elif kind == "mark":
                parts = _after(piece, parts)
            elif not parts and self._directive(piece):
                continue
            elif kind != "word":
                yield from self._placed(parts, self._value(kind, piece), line)

    def sentences(self) -> Iterator[list[_Word]]:
        """Yield the words and marks of each statement, names in full."""
        sentence: list[_Word] = []
        for kind, piece, line in self._pieces:
            if kind == "mark" and piece in ".{}":
                if sentence:
                    yield sentence
                sentence = []
            elif kind == "mark":
                sentence.append((kind, piece, line))
            elif sentence or not self._directive(piece):
                named = kind in ("iri", "name")
                sentence.append(("name" if named else "value", self._value(kind, piece), line))

    def _placed(self, parts: list[str], value: str, line: int) -> Iterator[tuple[_Key, int]]:
        if len(parts) < 2:
            parts.append(value)
            yield tuple(parts), line
        elif len(parts) == 2:
            yield (*parts, value), line
            parts.append(value)

    def _directive(self, piece: str) -> bool:
        """Read a prefix or base declaration, or the word that opens a named graph."""
        word = piece.lower().removeprefix("@")
        if word == "prefix":
            name, iri = next(self._pieces)[1], next(self._pieces)[1]
            self._prefixes[name.removesuffix(":")] = self._iri(iri)
        elif word == "base":
            self._base = self._iri(next(self._pieces)[1])
        elif word == "graph":
            next(self._pieces)
        return word in ("prefix", "base", "graph")

    def _value(self, kind: str, piece: str) -> str:
        if kind == "iri":
            return self._iri(piece)
        if kind == "text":
            return _unescaped(piece[3:-3] if piece[:3] in ('"""', "'''") else piece[1:-1])
        if kind == "name" and piece == "a":
            return RDF + "type"
        if kind == "name" and ":" in piece:
            prefix, _, local = piece.partition(":")
            return piece if prefix == "_" else self._prefixes.get(prefix, prefix + ":") + _unescaped(local)
        return piece

    def _iri(self, piece: str) -> str:
        iri = _unescaped(piece[1:-1])
        return urljoin(self._base, iri) if self._base else iri


def _after(mark: str, parts: list[str]) -> list[str]:
    """Return what of a statement still holds after a mark of punctuation."""
    return {";": parts[:1], ",": parts[:2]}.get(mark, [] if mark in ".{}" else parts)


def _pieces(text: str) -> Iterator[tuple[str, str, int]]:
    line = 1
    typed = False
    for match in _TOKEN.finditer(text):
        kind, piece = str(match.lastgroup), match.group()
        if not (kind == "skip" or typed):
            yield kind, piece, line
        typed = piece == "^^"
        if kind in ("skip", "text"):
            line += len(_BREAK.findall(piece))


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    code = match.group(1)
    return chr(int(code[1:], 16)) if len(code) > 1 else _CONTROLS.get(code, code)
