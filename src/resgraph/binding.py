"""Values from outside, put into a query as terms: never as text, in whatever clause the variable stands.

The engine's own substitution only reaches variables that a query selects. So a bound variable is replaced
here, word by word, after the query has been read: what stands in its place is one term, written by the
engine's own writer. A list becomes a ``VALUES`` block in every group that uses the variable. Where the query
has a ``VALUES`` block for the variable already, that is its default, and it is replaced.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from itertools import pairwise
from typing import Final

from pyoxigraph import Literal, NamedNode

from resgraph.errors import UsageError
from resgraph.tokens import Token, scan
from resgraph.vocab import PREFIXES, XSD

Bound = NamedNode | Literal
Edit = tuple[int, int, str]

#: Words after which a bare variable is named, not used, and what they begin.
_CLAUSES: Final = {
    "SELECT": "select",
    "GROUP": "group",
    "ORDER": "order",
    "WHERE": "",
    "FROM": "",
    "HAVING": "",
    "LIMIT": "",
    "OFFSET": "",
}


def read_value(text: str) -> object:
    """Read a value that somebody typed: the name of a thing, a number, true or false, else text.

    >>> read_value("11"), read_value("factor:bereavement").value, read_value("say: this")
    (11, 'https://w3id.org/resgraph/id/factor/bereavement', 'say: this')
    """
    prefix, colon, local = text.partition(":")
    if colon and prefix in PREFIXES and not local.startswith(" "):
        return NamedNode(PREFIXES[prefix] + local)
    if re.fullmatch(r"<[^<> ]+>|https?://[^<> ]+", text):
        return NamedNode(text.strip("<>"))
    if re.fullmatch(r"[+-]?[0-9]+", text):
        return int(text)
    if re.fullmatch(r"[+-]?[0-9]*\.[0-9]+", text):
        return Decimal(text)
    return {"true": True, "false": False}.get(text, text)


def to_term(value: object, name: str = "value") -> Bound:
    r"""Return a Python value as a term.

    >>> print(to_term(11))
    "11"^^<http://www.w3.org/2001/XMLSchema#integer>
    >>> print(to_term('say "x"'))
    "say \"x\""
    """
    iri = value if isinstance(value, NamedNode) else getattr(value, "iri", None)
    if isinstance(iri, str | NamedNode):
        return iri if isinstance(iri, NamedNode) else NamedNode(iri)
    if isinstance(value, Literal):
        return value
    if isinstance(value, bool | int | float | str):
        return Literal(value)
    if isinstance(value, Decimal):
        return Literal(format(value, "f"), datatype=NamedNode(XSD + "decimal"))
    if isinstance(value, datetime):
        return Literal(value.isoformat(), datatype=NamedNode(XSD + "dateTime"))
    if isinstance(value, date):
        return Literal(value.isoformat(), datatype=NamedNode(XSD + "date"))
    raise UsageError(
        f"a {type(value).__name__} cannot be bound to ?{name}",
        hint="bind text, a number, a boolean, a date, a thing, or a list of these",
    )


def bind(text: str, values: Mapping[str, object]) -> str:
    """Put values into a query, each in the place of the variable of its name.

    >>> bind("SELECT ?s { ?s rg:minimumAge ?age FILTER(?age <= ?most) }", {"most": 11})
    'SELECT ?s { ?s rg:minimumAge ?age FILTER(?age <= "11"^^<http://www.w3.org/2001/XMLSchema#integer>) }'
    >>> bind("SELECT ?s { ?s rdfs:label ?name }", {"name": ["a", "b"]})
    'SELECT ?s { VALUES ?name { "a" "b" } ?s rdfs:label ?name }'
    >>> bind('SELECT ?s { VALUES ?name { "b" } ?s rdfs:label ?name }', {"name": "c"})
    'SELECT ?s { VALUES ?name { "c" } ?s rdfs:label ?name }'
    """
    if not values:
        return text
    terms = {name: _terms(value, name) for name, value in values.items()}
    tokens = list(scan(text))
    _check_names(tokens, values)
    edits = _defaults(tokens, terms)
    given = {tokens[place + 1].text[1:] for place in _default_blocks(tokens)}
    one = {name: terms[name][0] for name in terms if name not in given and not _is_list(values[name])}
    many = {name: terms[name] for name in terms if name not in given and _is_list(values[name])}
    return _apply(text, [*edits, *_replacements(tokens, one), *_blocks(tokens, many, text)])


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple | set | frozenset)


def _terms(value: object, name: str) -> list[Bound]:
    each = value if isinstance(value, list | tuple | set | frozenset) else [value]
    return [to_term(item, name) for item in each]


def _default_blocks(tokens: Sequence[Token]) -> list[int]:
    """Return where ``VALUES ?name {`` stands: a value that a caller may replace."""
    return [
        place
        for place, token in enumerate(tokens[:-2])
        if token.says("VALUES") and tokens[place + 1].kind == "variable" and tokens[place + 2].says("{")
    ]


def _defaults(tokens: Sequence[Token], terms: Mapping[str, Sequence[Bound]]) -> list[Edit]:
    """Return the edits that put values in the place of those the query has itself."""
    edits = []
    for place in _default_blocks(tokens):
        name = tokens[place + 1].text[1:]
        if name in terms:
            end = next((token for token in tokens[place + 3 :] if token.says("}")), tokens[-1])
            edits.append(
                (tokens[place + 2].end, end.start, "".join(f" {term}" for term in terms[name]) + " ")
            )
    return edits


def variables(tokens: Iterable[Token]) -> list[str]:
    """Return the names of the variables, in the order in which they appear.

    >>> variables(scan("SELECT * { ?b ?a $b }"))
    ['b', 'a']
    """
    return list(dict.fromkeys(token.text[1:] for token in tokens if token.kind == "variable"))


def _check_names(tokens: Sequence[Token], values: Mapping[str, object]) -> None:
    known = variables(tokens)
    for name in values:
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = (
                f"did you mean ?{near[0]}?" if near else f"it has {', '.join('?' + each for each in known)}"
            )
            raise UsageError(f"the query has no variable ?{name}", hint=hint)


def _apply(text: str, edits: Iterable[Edit]) -> str:
    pieces, place = [], 0
    for start, end, new in sorted(edits):
        pieces += [text[place:start], new]
        place = end
    return "".join([*pieces, text[place:]])


@dataclass(slots=True)
class _Clause:
    """Where in a query a word stands: in which clause, inside how many brackets of it."""

    name: str = ""
    depth: int = 0

    def enter(self, token: Token, outer: list[_Clause]) -> _Clause:
        """Move past a word; `outer` keeps the clauses round the group that is open."""
        if token.says("{"):
            outer.append(self)
            return _Clause()
        if token.says("}") and outer:
            back = outer.pop()
            return back if back.depth else _Clause()
        if token.says("("):
            self.depth += 1
        elif token.says(")"):
            self.depth -= 1
        elif token.kind == "word" and not self.depth:
            self.name = _CLAUSES.get(token.text.upper(), self.name)
        return self


def _replacements(tokens: Sequence[Token], terms: Mapping[str, Bound]) -> list[Edit]:
    edits: list[Edit] = []
    clause, outer = _Clause(), list[_Clause]()
    for place, token in enumerate(tokens):
        clause = clause.enter(token, outer)
        term = terms.get(token.text[1:]) if token.kind == "variable" else None
        if term is not None:
            edits.append(_replace(tokens, place, term, "" if clause.depth else clause.name))
    return edits


def _replace(tokens: Sequence[Token], place: int, term: Bound, clause: str) -> Edit:
    """Return the edit that puts a term in the place of the variable at `place`."""
    token = tokens[place]
    _refuse_assigned(tokens, place)
    before = tokens[max(0, place - 2) : place]
    if len(before) == 2 and before[0].says("BOUND") and before[1].says("("):
        return before[0].start, tokens[place + 1].end, "true"
    if clause == "select":
        return token.start, token.end, f"({term} AS {token.text})"
    if clause in ("group", "order"):
        return token.start, token.end, f"({term})"
    return token.start, token.end, str(term)


def _refuse_assigned(tokens: Sequence[Token], place: int) -> None:
    """Refuse to bind a variable to which the query itself gives its values."""
    before = place - 1
    if tokens[before].says("AS"):
        raise UsageError(f"the query computes {tokens[place].text}: it cannot be bound", hint="rename one")
    while before >= 0 and tokens[before].kind == "variable":
        before -= 1
    before -= tokens[before].says("(")
    if before >= 0 and tokens[before].says("VALUES"):
        hint = "write VALUES for each variable on its own"
        raise UsageError(f"the query has VALUES for {tokens[place].text} and others at once", hint=hint)


@dataclass(slots=True)
class _Group:
    """A group of patterns: where its inside begins, and the variables used directly in it."""

    start: int
    names: set[str]


def _blocks(tokens: Sequence[Token], lists: Mapping[str, Sequence[Bound]], text: str) -> list[Edit]:
    """Return the edits that put a ``VALUES`` block into each group concerned."""
    if not lists:
        return []
    for place, token in enumerate(tokens):
        if token.kind == "variable" and token.text[1:] in lists:
            _refuse_assigned(tokens, place)
    groups = _groups(tokens)
    edits = []
    for name, terms in lists.items():
        block = f"VALUES ?{name} {{ {''.join(f'{term} ' for term in terms)}}}"
        # In a group that does not use it, the variable would be shared with a MINUS that does.
        places = [group.start for group in groups if name in group.names] or [
            each.start for each in groups[:1]
        ]
        edits += [(place, place, f" {block}") for place in places]
        if not places:
            edits.append((len(text), len(text), f"\n{block}"))
    return edits


def _groups(tokens: Sequence[Token]) -> list[_Group]:
    """Find the groups of patterns: braces that are neither a template, nor data, nor round a subquery."""
    found: list[_Group] = []
    stack: list[_Group | None] = []
    short = _is_short(tokens)
    for place, token in enumerate(tokens):
        if token.says("{"):
            group = _Group(token.end, set()) if _is_group(tokens, place, short) else None
            stack.append(group)
            found += [group] if group else []
        elif token.says("}") and stack:
            stack.pop()
        elif token.kind == "variable" and stack and stack[-1] is not None:
            stack[-1].names.add(token.text[1:])
    return found


def _is_short(tokens: Sequence[Token]) -> bool:
    """Say whether the query is a ``CONSTRUCT WHERE``, whose only group is also its template."""
    return any(one.says("CONSTRUCT") and other.says("WHERE", "FROM") for one, other in pairwise(tokens))


def _is_group(tokens: Sequence[Token], place: int, short: bool) -> bool:
    before = tokens[place - 1] if place else tokens[place]
    after = tokens[place + 1] if place + 1 < len(tokens) else tokens[place]
    if short or before.says("CONSTRUCT") or after.says("SELECT"):
        return False
    start = place - 1
    if before.says(")"):
        start -= 1
    while start >= 0 and tokens[start].kind == "variable":
        start -= 1
    start -= tokens[start].says("(") and start > 0
    return not (start >= 0 and tokens[start].says("VALUES"))
