"""Common slips of those who write SPARQL, and what to write instead.

Each slip is known by the word that cannot stand where it does, the words before it, and what could have stood
there. The first that fits is told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Final

from resgraph.tokens import Token

AGGREGATES: Final = ("COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT")
# fmt: off
_FUNCTIONS: Final = (
    *AGGREGATES, "STR", "LANG", "LANGMATCHES", "DATATYPE", "BOUND", "IRI", "URI", "BNODE", "RAND", "ABS",
    "CEIL", "FLOOR", "ROUND", "CONCAT", "STRLEN", "UCASE", "LCASE", "ENCODE_FOR_URI", "CONTAINS",
    "STRSTARTS", "STRENDS", "STRBEFORE", "STRAFTER", "YEAR", "MONTH", "DAY", "HOURS", "MINUTES", "SECONDS",
    "NOW", "UUID", "MD5", "SHA256", "COALESCE", "IF", "STRLANG", "STRDT", "SAMETERM", "ISIRI", "ISBLANK",
    "ISLITERAL", "ISNUMERIC", "REGEX", "SUBSTR", "REPLACE", "EXISTS",
)
_LOOK_LIKE: Final = {
    "label": "rdfs:label", "comment": "rdfs:comment", "type": "rdf:type", "preflabel": "skos:prefLabel",
    "definition": "skos:definition", "broader": "skos:broader", "notation": "skos:notation",
    "title": "dcterms:title", "creator": "dcterms:creator", "subclassof": "rdfs:subClassOf",
}
# fmt: on
_GROUPS: Final = ("OPTIONAL", "MINUS", "EXISTS", "WHERE", "UNION", "GRAPH", "ASK")


@dataclass(frozen=True)
class Here:
    """The place of a mistake: the words of the query, which of them is wrong, and what was expected."""

    tokens: Sequence[Token]
    place: int
    expected: Sequence[str]

    @property
    def token(self) -> Token:
        """The word that is wrong."""
        return self.tokens[self.place]

    @property
    def text(self) -> str:
        """What it says."""
        return self.token.text

    def back(self, steps: int = 1) -> Token:
        """Return a word before it; an empty one where there is none."""
        return self.tokens[self.place - steps] if self.place >= steps else Token("mark", "", 0)

    @property
    def following(self) -> str:
        """What the word after it says."""
        return self.tokens[self.place + 1].text if self.place + 1 < len(self.tokens) else ""

    def after(self, *words: str) -> bool:
        """Say whether the word before it is one of these."""
        return self.back().says(*words)

    def says(self, *words: str) -> bool:
        """Say whether it is itself one of these."""
        return self.token.says(*words)

    @property
    def touches(self) -> bool:
        """Whether there is no space before it."""
        return self.place > 0 and self.back().end == self.token.start

    def expects(self, name: str) -> bool:
        """Say whether something could have stood here."""
        return name in self.expected

    @cached_property
    def opener(self) -> tuple[str, str]:
        """The innermost open bracket, and the word before it; empty at the outermost level."""
        stack: list[tuple[str, str]] = []
        for place, token in enumerate(self.tokens[: self.place]):
            if token.says("{", "(", "["):
                stack.append((token.text, self.tokens[place - 1].text.upper() if place else ""))
            elif token.says("}", ")", "]") and stack:
                stack.pop()
        return stack[-1] if stack else ("", "")

    @cached_property
    def clause(self) -> str:
        """The last keyword of a clause at this level: SELECT, WHERE, ORDER, LIMIT ..."""
        level = 0
        for token in reversed(self.tokens[: self.place]):
            level += token.says("}", ")", "]") - token.says("{", "(", "[")
            if level < 0:
                return ""
            if level == 0 and token.says(*_CLAUSES):
                return token.text.upper()
        return ""


_CLAUSES: Final = (
    "SELECT", "CONSTRUCT", "ASK", "DESCRIBE", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET",
    "VALUES", "PREFIX", "FILTER", "BIND",
)  # fmt: skip

_Test = Callable[[Here], object]
_Advice = str | Callable[[Here], str | None]


def advice(here: Here) -> str | None:
    """Return what to write instead.

    >>> from resgraph.tokens import scan
    >>> advice(Here(list(scan("SELECT COUNT(*) { ?s ?p ?o }")), 1, ()))
    'give the result a name: SELECT (COUNT(*) AS ?number) ...'
    """
    for fits, words in _SLIPS:
        if fits(here):
            found = words if isinstance(words, str) else words(here)
            if found:
                return found
    return None


def _function(here: Here) -> str | None:
    """Advise on something that is called and is no function."""
    near = get_close_matches(here.text.upper(), _FUNCTIONS, 1, 0.7)
    return f"did you mean {near[0]}?" if near and near[0] != here.text.upper() else None


def _name(here: Here) -> str | None:
    """Advise on a bare word where a name or a variable should stand."""
    if here.token.kind != "word" or not here.expects("a variable"):
        return None
    word = here.text
    if here.after("=", "!=", ",") and here.opener[0] == "(":
        return f'text stands in quotes: "{word}"; a variable begins with a question mark: ?{word}'
    if word.lower() in ("a", "is", "isa", "type"):
        return "to say what kind of thing it is, write `a`, in small letters, or `rdf:type`"
    prefixed = _LOOK_LIKE.get(word.lower())
    if prefixed and not here.expects("*"):
        return f"a name has its prefix: `{prefixed}`; a variable begins with a question mark: ?{word}"
    return None


def _braces(here: Here) -> str | None:
    """Advise on a group without its braces."""
    if tuple(here.expected) != ("{",):
        return None
    if here.clause == "VALUES":
        return "values stand in braces: VALUES ?x { 1 2 }"
    word = next((each.text.upper() for each in (here.back(), here.back(2)) if each.says(*_GROUPS)), "WHERE")
    return f"what {word} holds stands in braces: {word} {{ ... }}"


def _named_result(here: Here) -> str:
    if here.opener[1] == "BIND":
        return "BIND has the value first, then the name: BIND(?a + 1 AS ?b)"
    return "a result has a name: (COUNT(*) AS ?number)"


# fmt: off
_SLIPS: Final[tuple[tuple[_Test, _Advice], ...]] = (
    # SELECT
    (lambda h: h.text.upper() in AGGREGATES and h.clause == "SELECT",
     "give the result a name: SELECT (COUNT(*) AS ?number) ..."),
    (lambda h: h.says(")") and h.expects("AS"), _named_result),
    (lambda h: h.token.kind == "variable" and h.expects("AS"),
     "write AS before the new name: (COUNT(?a) AS ?b)"),
    (lambda h: h.says("AS") and h.clause == "SELECT",
     "what gets a new name stands in brackets: (?a AS ?b)"),
    (lambda h: h.says(",") and h.clause == "SELECT" and h.back().kind == "variable",
     "put a space between variables"),
    (lambda h: h.says("DISTINCT", "REDUCED") and h.clause == "SELECT",
     "DISTINCT stands right after SELECT"),
    (lambda h: h.says("TOP") and h.after("SELECT"), "write LIMIT 10 at the end of the query"),
    (lambda h: h.says("{") and h.after("SELECT", "DISTINCT"),
     "name the columns, or write `*` for all of them"),
    (lambda h: h.says("-") and h.touches and h.back().kind == "variable" and h.clause == "SELECT",
     "the name of a variable has letters, digits and `_`"),
    (lambda h: h.says("?", "$"), "a variable has a name: ?x"),
    # How a query begins
    (lambda h: h.text.lower() == "@prefix",
     "SPARQL writes PREFIX ex: <...>, without `@` and without a full stop"),
    (lambda h: h.says(".", ";") and h.clause == "PREFIX",
     "nothing stands after a PREFIX: take the mark away"),
    (lambda h: h.after("PREFIX") and h.token.kind == "word",
     lambda h: f"write PREFIX {h.text}: with a colon"),
    (lambda h: h.back(2).says("PREFIX") and h.token.kind == "string",
     "an address stands in angle brackets: <...>"),
    (lambda h: h.says("PREFIX") and h.place, "PREFIX stands at the beginning"),
    (lambda h: h.place == 0 and (h.says("WHERE", "{") or h.token.kind in ("variable", "iri", "name")),
     "a query begins with what it asks for: SELECT * WHERE { ... }"),
    (lambda h: h.says("VALUES") and h.expects("SELECT"), "VALUES stands inside the braces, or at the end"),
    # Conditions
    (lambda h: h.says("AND"), "write `&&`"),
    (lambda h: h.says("OR"), "write `||`"),
    (lambda h: h.says("&"), "write `&&`"),
    (lambda h: h.says("|") and not h.expects("."), "write `||`"),
    (lambda h: h.after("NOT") and h.expects("EXISTS") and h.token.kind != "word",
     "write `!` before a condition; NOT stands before EXISTS and IN only"),
    (lambda h: h.says("=") and h.after("="), "write one `=`"),
    (lambda h: h.says(">", "<") and h.after("="), lambda h: f"write `{h.text}=`"),
    (lambda h: h.says("LIKE"), 'write CONTAINS(?text, "part"), STRSTARTS or REGEX'),
    (lambda h: h.says("IS") and h.following.upper() in ("NULL", "NOT"),
     "write !BOUND(?x) for what is not there, BOUND(?x) for what is"),
    (lambda h: h.after("IN") and h.opener[0] == "(", "IN has brackets: ?x IN (1, 2)"),
    (lambda h: h.token.kind == "word" and h.following == "(", _function),
    (lambda h: h.after("FILTER"), "a FILTER has brackets: FILTER(?age > 10)"),
    (lambda h: h.says(">", "<", "=", "!=", ">=", "<=") and h.clause == "HAVING",
     "a condition of HAVING has brackets: HAVING(COUNT(?x) > 1)"),
    (lambda h: h.after("BIND"), "BIND has brackets: BIND(?a + 1 AS ?b)"),
    (lambda h: h.says("IF", "COALESCE", "CONCAT") and h.expects("FILTER"),
     lambda h: f"give the value a name: BIND({h.text.upper()}(...) AS ?x)"),
    (lambda h: h.back().text.upper() in _FUNCTIONS and tuple(h.expected) == ("(",),
     lambda h: f"{h.back().text.upper()} has brackets: {h.back().text.upper()}(...)"),
    # Groups
    (lambda h: h.says("UNION"), "both sides of UNION stand in braces: { ... } UNION { ... }"),
    (lambda h: h.says("NOT", "EXISTS") and h.expects("FILTER"),
     "write FILTER before it: FILTER NOT EXISTS { ... }"),
    (lambda h: h.after("GRAPH") and h.token.kind == "word",
     lambda h: f"a graph has a name with its prefix: graph:{h.text}"),
    (lambda h: h.says("(", "[") and h.clause == "WHERE" and tuple(h.expected) == ("{",),
     "a pattern stands in braces: { ... }"),
    (lambda h: True, _braces),
    (lambda h: h.says("FILTER", "OPTIONAL", "BIND", "UNION") and h.opener[1] == "CONSTRUCT",
     "what is made holds statements only; conditions stand in WHERE { ... }"),
    (lambda h: h.expects("}") and h.expects("GROUP") and not h.says("ORDER", "GROUP", "HAVING"),
     "a query inside a query has braces of its own: { { SELECT ... } ... }"),
    (lambda h: h.opener == ("{", ")") and h.expects("(") and not h.expects("a variable"),
     "with brackets round the variables each row has them too: VALUES (?x ?y) { (1 2) (3 4) }"),
    (lambda h: h.says(",") and h.opener[0] == "{" and not h.expects("."), "no commas between values"),
    (lambda h: h.says("}") and h.opener[0] in ("(", "["),
     lambda h: f"the bracket `{h.opener[0]}` is not closed before it"),
    # Order of clauses
    (lambda h: h.says("ORDER") and h.clause in ("LIMIT", "OFFSET"),
     "ORDER BY stands before LIMIT and OFFSET"),
    (lambda h: h.says("GROUP") and h.clause in ("HAVING", "ORDER", "LIMIT", "OFFSET"),
     "GROUP BY stands before HAVING, ORDER BY and LIMIT"),
    (lambda h: h.says("HAVING") and h.clause in ("ORDER", "LIMIT", "OFFSET"),
     "HAVING stands before ORDER BY and LIMIT"),
    (lambda h: h.after("GROUP", "ORDER"), "write GROUP BY, ORDER BY"),
    (lambda h: h.after("ASC", "DESC"), lambda h: f"write {h.back().text.upper()}({h.text})"),
    (lambda h: h.says(",") and h.clause in ("ORDER", "GROUP"), "no commas between: ORDER BY ?a DESC(?b)"),
    (lambda h: h.says(",") and h.clause in ("LIMIT", "OFFSET"), "write LIMIT 20 OFFSET 10"),
    (lambda h: h.clause in ("LIMIT", "OFFSET") and h.expects("a number"),
     "a whole number follows: LIMIT 10"),
    (lambda h: h.says(";", ".") and h.opener[0] == "" and h.place == len(h.tokens) - 1,
     "nothing stands after a query: take the mark away"),
    # Statements
    (lambda h: h.says("/", "-") and h.following in ("/", "*", "-"), "a comment begins with `#`"),
    (lambda h: h.says("*", "+", "/", "|", "^") and h.back().kind == "variable" and h.opener[0] == "{",
     "a path is made of names, not of variables"),
    (lambda h: h.touches and h.back().kind == "string" and h.token.kind in ("word", "string", "name"),
     "the text ends at the quote before this: use the other kind of quotes, or write a backslash before it"),
    (lambda h: h.says("^") and h.back().kind == "string", "a datatype follows two: \"3\"^^xsd:integer"),
    (lambda h: h.says("@"), "a language follows at once: \"mind\"@en"),
    (lambda h: h.touches and h.token.kind == "word" and h.back().text == "/",
     "in a path each name has its prefix; a slash inside a name is written `\\/`"),
    (lambda h: h.token.kind in ("string",
     "number") and h.expects("a name") and not h.expects("text in quotes"),
     "only the last of the three parts of a statement may be text or a number"),
    (lambda h: True, _name),
)
# fmt: on
