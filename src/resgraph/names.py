"""Names of the project that a query uses and the data do not have: a slip that looks like "no".

A query with `rg:protectFactor` is good SPARQL, and its answer has no rows. Whoever reads that as "there is
none" is misled by a slip of the pen. So the names of a query are held against those of the data, and the
nearest is named.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import lru_cache
from typing import Final, NamedTuple

from resgraph.tokens import HABIT, Token, mentioned, prologue, scan
from resgraph.vocab import BASE, GRAPH, ID, NS, PREFIXES, SCHEME, shorten

#: Asks for every name of the project that stands anywhere in the data.
QUERY: Final = f"""
SELECT DISTINCT ?name {{
  {{ ?name ?p ?o }} UNION {{ ?s ?name ?o }} UNION {{ ?s ?p ?name }} UNION {{ GRAPH ?name {{ ?s ?p ?o }} }}
  FILTER(STRSTARTS(STR(?name), "{BASE}"))
}} LIMIT 200001
"""
#: With more names than this nothing is said, as the list may have an end that is not theirs.
MOST: Final = 200_000

#: Names in a text that are looked at, and how many of them are spoken of.
_LOOKED_AT: Final = 500
_SPOKEN_OF: Final = 3
#: Names that are compared with an unknown one by every letter.
_COMPARED: Final = 400

_OURS: Final = tuple(
    (prefix, base) for prefix, base in PREFIXES.items() if base.startswith((NS, ID, SCHEME, GRAPH))
)
_ADDRESS: Final = re.compile(rf"<({re.escape(BASE)}[^<>\s]*)>")
_BASES: Final = dict(_OURS)
#: How a query usually declares a prefix of ours.
_DECLARATIONS: Final = {base: f"{prefix}: <{base}>" for prefix, base in _OURS}


class Stranger(NamedTuple):
    """A name that means nothing here, and the nearest that means something."""

    name: str
    line: int
    column: int
    nearest: str | None
    trouble: str = "is not in this data"

    def __str__(self) -> str:
        hint = f": did you mean {self.nearest}?" if self.nearest else ""
        return f"line {self.line}, column {self.column}: {self.name} {self.trouble}{hint}"


class Names:
    """The names of the project that some data have.

    >>> names = Names([NS + "ProtectiveFactor", NS + "builds", ID + "intervention/friends"])
    >>> for stranger in names.strangers("SELECT * { ?x rg:build ?y . ?y a rg:protectivefactor }"):
    ...     print(stranger)
    line 1, column 15: rg:build is not in this data: did you mean rg:builds?
    line 1, column 34: rg:protectivefactor is not in this data: did you mean rg:ProtectiveFactor?
    >>> list(names.strangers("SELECT * { intervention:friends rg:builds ?y } # rg:none"))
    []
    """

    def __init__(self, known: Iterable[str]) -> None:
        #: the last parts of names, in their order, by what stands before them
        self._locals: dict[str, dict[str, None]] = {}
        for iri in sorted(known):
            base, local = _split(iri)
            if local:
                self._locals.setdefault(base, {})[local] = None
        self._usual = lru_cache(maxsize=256)(self._may_be_strange)

    def strangers(self, text: str) -> list[Stranger]:
        """Return the names of the project in a query that the data do not have."""
        if not self._locals or not self._may_have(text):
            return []
        found: dict[str, Stranger] = {}
        for token, iri in _names(text):
            base, local = _split(iri)
            if iri in found or not local or self._has(base, local) or not self._speaks_of(base):
                continue
            found[iri] = Stranger(token.text, *_place(text, token), self._nearest(base, local))
            if len(found) == _SPOKEN_OF:
                break
        return list(found.values())

    def nearest(self, iri: str) -> str | None:
        """Return, in short, the name most like one that the data do not have.

        >>> Names([NS + "builds", NS + "buffers"]).nearest(NS + "build")
        'rg:builds'
        """
        return self._nearest(*_split(iri))

    def alike(self, word: str) -> list[str]:
        """Return, in short, up to three names whose last part is like a word, whatever kind they are of.

        >>> Names([NS + "builds", ID + "intervention/friends"]).alike("freinds")
        ['intervention:friends']
        """
        where = {local.lower(): base + local for base, every in self._locals.items() for local in every}
        return [shorten(where[each]) for each in get_close_matches(word.lower(), where, 3, 0.7)]

    def _may_have(self, text: str) -> bool:
        """Say, quickly, whether a text has a name that is not known. Comments and strings count here."""
        head, _, rest = text.partition("{")
        of_head = self._usual if len(head) <= HABIT else self._may_be_strange
        return of_head(head) or self._may_be_strange(rest)

    def _may_be_strange(self, part: str) -> bool:
        for prefix, local in mentioned(part)[:_LOOKED_AT]:
            if local and prefix in _BASES and not self._has(_BASES[prefix], local.rstrip(".")):
                return True
        # A query may have declared prefixes of its own for our addresses.
        return BASE in part and any(
            _DECLARATIONS.get(iri, iri) not in part if iri[-1] in "#/" else not self._has(*_split(iri))
            for iri in _ADDRESS.findall(part)[:_LOOKED_AT]
        )

    def _has(self, base: str, local: str) -> bool:
        return local in self._locals.get(base, ())

    def _speaks_of(self, base: str) -> bool:
        # Of a kind that the data say nothing about nothing can be misspelt, but the kind itself can.
        return base in self._locals or (base not in _BASES.values() and base.startswith((ID, SCHEME)))

    def _nearest(self, base: str, local: str) -> str | None:
        if base not in self._locals:
            bases = get_close_matches(base, self._locals, 1, 0.8)
            known = bases and local in self._locals[bases[0]]
            return shorten(bases[0] + local) if known else None
        small = {each.lower(): each for each in self._candidates(base, local)}
        near = get_close_matches(local.lower(), small, 1, 0.7)
        return shorten(base + small[near[0]]) if near else None

    def _candidates(self, base: str, local: str) -> list[str]:
        """Return the names that are worth comparing letter by letter."""
        every = list(self._locals[base])
        if len(every) <= _COMPARED:
            return every
        size = 3 + len(local) // 6
        ends = (local[:3].lower(), local[-3:].lower())
        alike = [
            each
            for each in every
            if abs(len(each) - len(local)) <= size
            and (each[:3].lower() == ends[0] or each[-3:].lower() == ends[1])
        ]
        return alike[:_COMPARED]


_VARIABLE: Final = re.compile(r"[?$](\w+)")


def unfilled(text: str) -> list[Stranger]:
    """Return the variables that a query selects and never mentions again: their columns stay empty.

    >>> print(*unfilled("SELECT ?factor ?levle { ?factor rg:level ?level }"))
    line 1, column 16: ?levle is selected, and nothing gives it a value: did you mean ?level?
    """
    start = prologue(text)
    brace = text.find("{", start.at)
    head = text[start.at : brace]
    selected = (_usually_selected if len(head) <= HABIT else _selected)(head)
    if not selected or selected.issubset(_VARIABLE.findall(text, brace)):
        return []
    words = list(scan(text, start.at))
    named = Counter(token.text[1:] for token in words if token.kind == "variable")
    empty = [token for token in _columns(words) if named[token.text[1:]] == 1]
    others = [f"?{name}" for name in named if name not in {token.text[1:] for token in empty}]
    return [
        Stranger(
            token.text,
            *_place(text, token),
            next(iter(get_close_matches(token.text, others, 1, 0.7)), None),
            "is selected, and nothing gives it a value",
        )
        for token in empty[:_SPOKEN_OF]
    ]


def _selected(head: str) -> frozenset[str]:
    """Return the variables that stand once between SELECT and the braces."""
    named = Counter(_VARIABLE.findall(head)) if head[:6].upper() == "SELECT" and "*" not in head else {}
    return frozenset(name for name, times in named.items() if times == 1)


_usually_selected: Final = lru_cache(maxsize=256)(_selected)


def _columns(words: list[Token]) -> Iterator[Token]:
    """Yield the plain variables between SELECT and the braces: those in brackets get their value there."""
    level = 0
    for token in words[1:] if words and words[0].says("SELECT") else ():
        if token.says("{", "WHERE", "FROM", "*"):
            return
        level += token.says("(") - token.says(")")
        if token.kind == "variable" and level == 0:
            yield token


def _split(iri: str) -> tuple[str, str]:
    at = max(iri.rfind("#"), iri.rfind("/")) + 1
    return iri[:at], iri[at:]


def _names(text: str) -> Iterator[tuple[Token, str]]:
    """Yield the names of the project in a query, and the addresses they stand for.

    What a CONSTRUCT makes up is not looked for in the data.
    """
    start = prologue(text)
    words = scan(text, start.at)
    made = 0 if start.verb == "CONSTRUCT" else -1
    for place, token in enumerate(words):
        if place == 1 and not token.says("{"):
            made = -1
        if made >= 0:
            made += token.says("{") - token.says("}")
            made = -1 if made == 0 and token.says("}") else made
        elif token.kind in ("name", "iri"):
            iri = start.resolve(token) or ""
            if iri.startswith((NS, ID, SCHEME, GRAPH)):
                yield token, iri
        if place > 20 * _LOOKED_AT:
            return


def _place(text: str, token: Token) -> tuple[int, int]:
    return text.count("\n", 0, token.start) + 1, token.start - text.rfind("\n", 0, token.start)
