"""What is wrong with a query that is not SPARQL: where, what was expected, and what was probably meant.

The engine's own complaint names the place where its furthest attempt ended, which is often words later, and
it lists character classes. So the place is found by asking the engine instead: the longest beginning of the
query that could still be completed ends just before the mistake.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Final

from pyoxigraph import Store

from resgraph.errors import QuerySyntaxError
from resgraph.slips import AGGREGATES, Here, advice
from resgraph.tokens import Prologue, Token, prologue, scan
from resgraph.vocab import PREFIXES

#: Lines put after a beginning: an attempt that fails inside them got past every word before them.
_MARGIN: Final = 40

# fmt: off
_KEYWORDS: Final = (
    "SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "PREFIX", "DISTINCT", "WHERE", "FROM", "GRAPH", "OPTIONAL",
    "FILTER", "UNION", "MINUS", "BIND", "VALUES", "EXISTS", "AS", "GROUP", "ORDER", "BY", "HAVING", "LIMIT",
    "OFFSET",
)
# fmt: on

#: What could stand at a place, and a sample of it to try there.
_SAMPLES: Final[Mapping[str, str]] = {
    "a variable": "?x",
    "a name": "<a:a>",
    "text in quotes": '""',
    "a number": "1",
    **{mark: mark for mark in "{}()[].;,*="},
    **{word: word for word in _KEYWORDS},
}


def explain(text: str, complaint: str, prefixes: Mapping[str, str]) -> QuerySyntaxError:
    """Turn the engine's complaint about a query into an error that helps.

    >>> print(explain("SELECT ?s { ?s ex:p ?o }", "", {}))
    line 1, column 16: the prefix `ex:` is not known
      SELECT ?s { ?s ex:p ?o }
                     ^
      declare it: PREFIX ex: <...>
    """
    tokens = list(scan(text))
    start = prologue(text)
    place = _first_wrong(text, tokens, prefixes)
    broken = _broken_address(text, tokens[: place + 1])
    if broken is not None:
        return _at(text, broken, "an address begins here, and is not closed or has a space in it", "<...>")
    if place >= len(tokens):
        rule = _broken_rule(tokens, complaint)
        if rule is not None:
            return _at(text, *rule)
        return _at(text, len(text.rstrip()), *_unfinished(text, complaint, prefixes))
    token = tokens[place]
    return _at(text, token.start, *_diagnose(text, tokens, place, start, prefixes))


def _at(text: str, offset: int, message: str, hint: str | None = None) -> QuerySyntaxError:
    """Make the error for a place in the text, with the line it stands in."""
    line = text.count("\n", 0, offset) + 1
    begin = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    excerpt = text[begin : end if end >= 0 else len(text)].replace("\t", " ").rstrip("\r")
    column = offset - begin + 1
    # Of a long line the part that matters is shown. The column stays that of the query.
    cut = max(0, column - 80) if column > 100 else 0
    return QuerySyntaxError(
        message,
        hint=hint,
        line=line,
        column=column,
        excerpt=excerpt[cut : cut + 120],
        caret=column - cut,
    )


def _broken_address(text: str, tokens: list[Token]) -> int | None:
    """Return where an address begins that cannot be read as one."""
    for token in tokens:
        if token.says("<") and re.match(r"<[A-Za-z][A-Za-z0-9+.-]*:[^\s<>]*(?:\s|$)", text[token.start :]):
            return token.start
    return None


def _broken_rule(tokens: list[Token], complaint: str) -> tuple[int, str, str] | None:
    """Say which word breaks a rule that the grammar does not know: about grouping, or about a name twice."""
    grouped = next((n for n, token in enumerate(tokens) if token.says("GROUP")), len(tokens))
    star = next((token for token in tokens[:3] if token.says("*")), None)
    if star is not None and grouped < len(tokens):
        return star.start, "`*` cannot be grouped", "name the columns: the grouped ones, and (COUNT(*) AS ?n)"
    for place, token in enumerate(tokens):
        if token.text.upper() in AGGREGATES and Here(tokens, place, ()).opener[1] == "FILTER":
            return (
                token.start,
                f"`{token.text}` cannot stand in a FILTER",
                "after GROUP BY, write HAVING(...)",
            )
    if "unbound" not in complaint:
        return None
    groups = {token.text[1:] for token in tokens[grouped:] if token.kind == "variable"}
    for place, token in enumerate(tokens):
        if token.says("{"):
            break
        here = Here(tokens, place, ())
        if token.kind == "variable" and not here.opener[0] and token.text[1:] not in groups:
            return (
                token.start,
                f"`{token.text}` is a variable that is unbound once rows are grouped",
                "every selected variable must be grouped by, or be inside COUNT, AVG, SAMPLE ...",
            )
    return None


def _first_wrong(text: str, tokens: list[Token], prefixes: Mapping[str, str]) -> int:
    """Return which token cannot stand where it does; how many there are when all of them can."""
    low, high = 0, len(tokens)
    while low < high:
        middle = (low + high) // 2
        if _can_begin(text[: tokens[middle].end], prefixes):
            low = middle + 1
        else:
            high = middle
    return low


def _can_begin(text: str, prefixes: Mapping[str, str]) -> bool:
    """Say whether a query could begin with this text."""
    complaint = complaint_about(text + "\n" * _MARGIN, prefixes)
    if complaint is None:
        return True
    match = re.match(r"error at (\d+):", complaint)
    return match is not None and int(match[1]) >= text.count("\n") + _MARGIN


def complaint_about(text: str, prefixes: Mapping[str, str]) -> str | None:
    """Return what the engine says against a query; None when it can be read.

    >>> complaint_about("ASK {}", {}) is None
    True
    """
    try:
        Store().query(text, prefixes=dict(prefixes))
    except SyntaxError as error:
        return str(error.msg)
    except (RuntimeError, OSError):
        return None
    return None


def _expected(text: str, prefixes: Mapping[str, str]) -> list[str]:
    """Return what could follow this beginning."""
    return [name for name, sample in _SAMPLES.items() if _can_begin(f"{text} {sample}", prefixes)]


def _unfinished(text: str, complaint: str, prefixes: Mapping[str, str]) -> tuple[str, str | None]:
    """Say what is wrong with a query that could still go on: it stops too soon, or breaks a rule."""
    rule = re.search(r"\b((?:The|This|Duplicated) [A-Za-z ]+)", complaint)
    if rule:
        hint = None
        if "unbound" in rule[1]:
            hint = "every selected variable must be grouped by, or be inside COUNT, AVG, SAMPLE ..."
        return rule[1].strip()[0].lower() + rule[1].strip()[1:], hint
    if not any(True for _ in scan(text)):
        return "the query is empty", "try: SELECT * { ?s ?p ?o } LIMIT 10"
    open_brackets = _open_brackets(text)
    if open_brackets:
        bracket, line = open_brackets[-1]
        return f"the query ends before the `{bracket}` of line {line} is closed", None
    expected = _expected(text, prefixes)
    words = list(scan(text))
    if words[-1].says("ASC", "DESC"):
        return "the query ends too soon", f"write {words[-1].text.upper()}(?x)"
    if words[0].says("CONSTRUCT") and words[-1].says("}"):
        return (
            "the query ends after what it makes",
            "a CONSTRUCT has two parts: CONSTRUCT { to make } WHERE { to find }",
        )
    if expected:
        return f"the query ends too soon: expected {_list(expected)}", None
    return "the query breaks a rule of SPARQL", (
        "a variable given by BIND ... AS must be new in its group; a blank node may be used in one group only"
    )


def _open_brackets(text: str) -> list[tuple[str, int]]:
    stack: list[tuple[str, int]] = []
    for token in scan(text):
        if token.says("{", "(", "["):
            stack.append((token.text, text.count("\n", 0, token.start) + 1))
        elif token.says("}", ")", "]") and stack:
            stack.pop()
    return stack


def _diagnose(
    text: str, tokens: list[Token], place: int, start: Prologue, prefixes: Mapping[str, str]
) -> tuple[str, str | None]:
    """Say what is wrong at a token, and what to write instead."""
    token = tokens[place]
    for slip in (_unknown_prefix, _half_address, _unclosed_text):
        found = slip(token, start)
        if found:
            return found
    before = text[: tokens[place - 1].end] if place else ""
    expected = _expected(before, prefixes)
    message = f"`{_short(token.text)}` cannot stand here"
    if expected:
        message += f": expected {_list(expected)}"
    return message, _meant(tokens, place, expected)


def _unknown_prefix(token: Token, start: Prologue) -> tuple[str, str | None] | None:
    if token.kind != "name" or start.resolve(token) is not None:
        return None
    prefix = token.text.partition(":")[0]
    known = [*start.prefixes, *PREFIXES]
    if prefix.lower() in ("http", "https", "urn", "mailto"):
        return "an address stands in angle brackets", f"write <{_short(token.text)}...>"
    near = get_close_matches(prefix, known, 1)
    hint = f"did you mean `{near[0]}:`?" if near else f"declare it: PREFIX {prefix}: <...>"
    return f"the prefix `{prefix}:` is not known", hint


def _half_address(token: Token, start: Prologue) -> tuple[str, str | None] | None:
    if token.kind != "iri" or start.base or re.match(r"<[A-Za-z][A-Za-z0-9+.-]*:", token.text):
        return None
    if token.text == "<>":
        return "`<>` is an address without anything in it", "not equal is written `!=`"
    return f"`{_short(token.text)}` is not a full address", "write it in full, or begin with BASE <...>"


def _unclosed_text(token: Token, _start: Prologue) -> tuple[str, str | None] | None:
    if token.text in ('"', "'"):
        return "the text that begins here is not closed", "text over several lines stands in three quotes"
    if token.text == "`":
        return "this is a backquote", "text stands in straight quotes, like \"this\" or 'this'"
    if token.text in "\u201c\u201d\u2018\u2019\u00ab\u00bb":
        return "this is a printed quotation mark", "text stands in straight quotes, like \"this\" or 'this'"
    return None


def _meant(tokens: list[Token], place: int, expected: list[str]) -> str | None:
    token = tokens[place]
    found = advice(Here(tokens, place, expected))
    if found:
        return found
    if token.kind == "word":
        near = get_close_matches(token.text.upper(), [*expected, *_SAMPLES], 1, 0.75)
        if near and near[0] != token.text.upper():
            return f"did you mean {near[0]}?"
        if "a variable" in expected:
            return f"a variable begins with a question mark: ?{token.text}"
    if "." in expected and token.kind in ("variable", "name", "iri"):
        return "a full stop ends each statement, before the next begins"
    return None


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."


def _list(names: list[str]) -> str:
    shown = [name if name.startswith("a ") or " " in name else f"`{name}`" for name in names[:9]]
    more = " ..." if len(names) > 9 else ""
    return ", ".join(shown[:-1]) + (" or " if len(shown) > 1 else "") + shown[-1] + more
