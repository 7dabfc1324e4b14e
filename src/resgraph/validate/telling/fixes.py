"""What to do about a violation: made of what the shape asks for and of what the data have.

A fix is advice, never a guess at a fact: where only a source can tell, it says what form the answer has.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from resgraph.validate.shapes import Term
from resgraph.validate.telling import offers
from resgraph.validate.telling.case import Case
from resgraph.validate.telling.forms import as_datatype, matching, number
from resgraph.validate.telling.words import DATATYPES, alternatives, describe
from resgraph.validate.written import listed, written
from resgraph.vocab import RDF, SH, shorten


def fix(case: Case) -> str | None:
    """Return what to do about a violation, or None where only the reason can tell."""
    if isinstance(case.value, BlankNode) and case.constraint in ("pattern", "minLength", "maxLength"):
        return "Write an address or a text: a node in brackets has no characters."
    made = _FIXES.get(case.constraint)
    return made(case) if made else None


def _such_as(example: str | None) -> str:
    return f", such as {example}" if example else ""


# --- too few, too many ---


def _add(case: Case) -> str:
    if case.path is not None and case.path.operator == "^":
        by = case.path.parts[0]
        return f"Let the thing that it belongs to point to it: {by} {written(case.focus)} . Or remove it."
    if case.predicate is None:
        return f"Add what {case.path} leads to."
    prop = shorten(case.predicate)
    if misspelt := offers.misspelt(case):
        return f"{shorten(misspelt)} looks like a misspelling: write {prop}."
    return f"Add a line with {prop} to {written(case.focus)}{_with(case)}."


def _with(case: Case) -> str:
    choices = offers.choices(case, shapes := case.shapes.of_property(case.predicate))
    if choices and len(choices) <= 12:
        return ", one of: " + listed(map(written, choices), 12)
    datatype = next((one for shape in shapes for one in case.shapes.values(shape, "datatype")), None)
    example = offers.example(case) or (written(choices[0]) if choices else None)
    if example is None and datatype is not None and datatype.value in DATATYPES:
        example = DATATYPES[datatype.value][1]
    return _such_as(example and f"{case.path} {example}")


def _remove(case: Case) -> str:
    most, values = case.number("maxCount"), case.values()
    if case.path is not None and case.path.operator == "^":
        return f"Let only {most or 'nothing'} of these point to it: {listed(map(written, values))}."
    if most == 0:
        return f"Remove {case.path}: {listed(map(written, values))}."
    return f"Keep {'one' if most == 1 else most} of {listed(map(written, values))} and remove the rest."


def _qualified(case: Case) -> str:
    inner = "; ".join(alternatives(case.shapes, case.shape, "qualifiedValueShape"))
    if case.constraint == "qualifiedMinCount":
        return f"Add a value of {case.path} that keeps this: {inner}."
    kept = case.number("qualifiedMaxCount")
    return f"Keep at most {kept} of the values of {case.path} that keep this ({inner}): {_values(case)}."


def _values(case: Case) -> str:
    return listed(map(written, case.values()))


# --- not the right thing ---


def _right_thing(case: Case) -> str:
    return _choose(case, case.shapes.parts(case.shape))


def _choose(case: Case, shapes: list[Term]) -> str:
    kinds = [written(kind) for shape in shapes for kind in case.shapes.values(shape, "class")]
    choices = offers.choices(case, shapes)
    allowed = _allowed(choices)
    value = case.value
    if value is None:
        return f"Write {allowed}." if allowed else f"Point to a {' or a '.join(kinds)}."
    near = offers.nearest(value.value, (one for one in choices if one != value))
    if near is not None:
        others = f" Allowed: {listed(map(written, choices), 12)}." if len(choices) <= 12 else ""
        return f"Did you mean {written(near)}?{others}"
    types = [written(kind) for kind in case.facts.types(value)]
    if types:
        instead = f": write {allowed}" if allowed else ""
        return (
            f"{written(value)} is a {' and a '.join(types)}; a {' or a '.join(kinds)} belongs here{instead}."
        )
    if not isinstance(value, NamedNode):
        return f"Write {allowed or 'the address of a ' + ' or a '.join(kinds)}, without quotes."
    record = (
        f"Nothing says that {written(value)} is a {' or a '.join(kinds)}: mend the address or add its record"
    )
    return f"{record}. Or write {allowed}." if allowed else f"{record}."


def _allowed(choices: list[Term]) -> str:
    if len(choices) == 1:
        return written(choices[0])
    if len(choices) <= 12:
        return "one of " + listed(map(written, choices), 12) if choices else ""
    return "one of the things of that kind, such as " + listed(map(written, choices[:3]))


def _one_of(case: Case) -> str:
    choices = case.shapes.members(case.shape, "in")
    near = offers.nearest(case.value.value, choices) if case.value is not None else None
    listing = listed(map(written, choices), 12)
    return f"Did you mean {written(near)}? Allowed: {listing}." if near else f"Write one of {listing}."


# --- not the right form ---


def _typed(case: Case) -> str:
    wanted = case.parameter("datatype")
    name = wanted.value if wanted is not None else ""
    what, example = DATATYPES.get(name, (f"a value of {shorten(name)}", f'"…"^^{shorten(name)}'))
    limits = _limits(case)
    if isinstance(case.value, Literal):
        better = as_datatype(case.value, name)
        if better is not None and _is_within(case, better):
            return f"Write {written(better)}."
    there = offers.example(
        case, lambda v: isinstance(v, Literal) and v.datatype.value == name and _is_within(case, v)
    )
    return f"Write {what}{limits and f', {limits}'}{_such_as(there or (None if limits else example))}."


def _limits(case: Case) -> str:
    limits = ((word, case.parameter(name)) for name, (word, _) in _LIMITS.items())
    return " and ".join(f"{word} {limit.value}" for word, limit in limits if limit is not None)


def _is_within(case: Case, value: Term) -> bool:
    """Tell whether a number keeps the limits of the shape; of what is no number nobody can tell."""
    found = number(value)
    limits = ((keeps, number(case.parameter(name))) for name, (_, keeps) in _LIMITS.items())
    return found is None or all(keeps(found, limit) for keeps, limit in limits if limit is not None)


_LIMITS: Final[Mapping[str, tuple[str, Callable[[Decimal, Decimal], bool]]]] = MappingProxyType(
    {
        "minInclusive": ("at least", operator.ge),
        "minExclusive": ("above", operator.gt),
        "maxInclusive": ("at most", operator.le),
        "maxExclusive": ("below", operator.lt),
    }
)


def _shaped(case: Case) -> str:
    """Advice for a pattern: the value put right, the nearest of what is allowed, or one that fits."""
    pattern = (case.parameter("pattern") or Literal("")).value
    value = case.value
    if value is None:
        return f"Write it in the form {pattern}."
    for better in matching(pattern, value.value):
        return f"Write {_like(value, better)}."
    choices = [one for one in offers.choices(case, [case.shape]) if one != value]
    near = offers.nearest(value.value, choices)
    if near is not None:
        return f"Did you mean {written(near)}?"
    if choices:
        return f"Write {_allowed(choices)}."
    fellow = offers.of_form(case, pattern)
    return (
        f"Write it like {fellow} (its form is {pattern})." if fellow else f"Write it in the form {pattern}."
    )


def _like(value: Term, text: str) -> str:
    if isinstance(value, NamedNode):
        return f"<{text}>" if ":" not in text else written(NamedNode(text))
    language = value.language if isinstance(value, Literal) else None
    datatype = value.datatype if isinstance(value, Literal) and not language else None
    return written(Literal(text, language=language) if language else Literal(text, datatype=datatype))


def _kind(case: Case) -> str:
    wanted = (case.parameter("nodeKind") or Literal("")).value.removeprefix(SH)
    value = case.value
    if wanted == "IRI" and isinstance(value, Literal):
        near = offers.nearest(value.value, offers.choices(case, case.shapes.of_property(case.predicate)))
        if near is not None:
            return f"Write the address, without quotes: {written(near)}."
        example = offers.example(case, lambda v: isinstance(v, NamedNode))
        return f"Write an address, without quotes{_such_as(example)}."
    if wanted == "Literal" and not isinstance(value, Literal):
        return f"Write a text or a number, not an address{_such_as(offers.example(case))}."
    return f"Write {describe(case.shapes, case.shape).removeprefix('is ')}."


def _in_language(case: Case) -> str | None:
    wanted = case.shapes.members(case.shape, "languageIn")
    if not wanted or not isinstance(case.value, Literal):
        return None
    better = Literal(case.value.value, language=wanted[0].value)
    if case.value.language:
        return f'Write the text in {listed(item.value for item in wanted)}: "…"@{wanted[0].value}.'
    return f"Say in which language the text is: {written(better)}."


# --- not in the right place beside another ---


def _bounds(case: Case) -> str:
    if number(case.value) is None and case.parameter("datatype") is not None:
        return _typed(case)
    return f"Write a number that is {_limits(case)}."


def _length(case: Case) -> str:
    word = "least" if case.constraint == "minLength" else "most"
    count = len(case.value.value) if case.value is not None else 0
    return f"Write at {word} {case.number(case.constraint)} characters; there are {count}."


def _in_order(case: Case) -> str:
    other = case.parameter(case.constraint)
    name = other.value if other is not None else ""
    others = sorted(case.facts.values(case.focus, name), key=written)
    beside = listed(map(written, others))
    here = written(case.value) if case.value is not None else ""
    if number(case.value) is None and any(number(one) is not None for one in others):
        return f"{case.path} is {here}, which is no number: write it as {shorten(name)} is written, {beside}."
    return (
        f"{case.path} is {here} and {shorten(name)} is {beside}: exchange the two if they were swapped, "
        "else mend the wrong one."
    )


def _apart(case: Case) -> str:
    others = [other.value for other in case.shapes.values(case.shape, "disjoint")]
    value = case.value
    shared = [name for name in others if value in case.facts.values(case.focus, name)] or others
    here = written(value) if value is not None else "It"
    return f"{here} stands at {case.path} and at {listed(map(shorten, shared))}: replace one of the two."


def _known_property(case: Case) -> str:
    shape = case.shape
    allowed = set(case.shapes.members(shape, "ignoredProperties"))
    for inner in case.shapes.values(shape, "property"):
        allowed |= {path for path in case.shapes.values(inner, "path") if isinstance(path, NamedNode)}
    near = offers.nearest(case.predicate or "", sorted(allowed, key=written))
    if near is not None:
        return f"Did you mean {written(near)}?"
    return f"Remove the line with {case.path}, or move it to the thing that it describes."


def _languages(case: Case) -> str:
    return f"Keep one text for each language: {_values(case)}."


def _has(case: Case) -> str:
    value = case.parameter("hasValue")
    return f"Add {case.path or 'it'} {written(value) if value is not None else ''}."


def _same(case: Case) -> str:
    other = case.parameter("equals")
    return f"Give {case.path} and {written(other) if other is not None else ''} the same values."


# --- combined rules ---


def _alternatives(case: Case) -> str:
    inner = alternatives(case.shapes, case.shape, case.constraint)
    shapes = case.shapes.members(case.shape, "or")
    if shapes and all(case.shapes.values(shape, "class") for shape in shapes) and case.path is not None:
        return _choose(case, shapes)
    if case.constraint == "or" and (wanted := _wanted_datatype(case, shapes)):
        return wanted
    return f"Make one of these true: {_numbered(inner)}."


def _wanted_datatype(case: Case, shapes: list[Term]) -> str | None:
    """Advice where every alternative is a datatype: the first that the value can be written in."""
    names = [value.value for shape in shapes for value in case.shapes.values(shape, "datatype")]
    if not names or len(names) < len(shapes):
        return None
    for name in names:
        better = as_datatype(case.value, name) if isinstance(case.value, Literal) else None
        if better is not None and name != RDF + "langString":
            return f"Write {written(better)}."
    return "Write " + " or ".join(DATATYPES.get(name, (shorten(name), ""))[0] for name in names) + "."


def _numbered(texts: list[str]) -> str:
    return "; ".join(f"({number}) {text}" for number, text in enumerate(texts, 1))


def _all(case: Case) -> str:
    inner = alternatives(case.shapes, case.shape, case.constraint)
    return f"Make this true: {_numbered(inner) if len(inner) > 1 else ''.join(inner)}."


def _no_longer(case: Case) -> str:
    inner = "; ".join(alternatives(case.shapes, case.shape, "not"))
    return f"Change it so that this is no longer true: {inner}."


_FIXES: Final[Mapping[str, Callable[[Case], str | None]]] = MappingProxyType(
    {
        "minCount": _add,
        "maxCount": _remove,
        "qualifiedMinCount": _qualified,
        "qualifiedMaxCount": _qualified,
        "class": _right_thing,
        "in": _one_of,
        "datatype": _typed,
        "pattern": _shaped,
        "nodeKind": _kind,
        "languageIn": _in_language,
        "minInclusive": _bounds,
        "maxInclusive": _bounds,
        "minExclusive": _bounds,
        "maxExclusive": _bounds,
        "minLength": _length,
        "maxLength": _length,
        "lessThan": _in_order,
        "lessThanOrEquals": _in_order,
        "disjoint": _apart,
        "equals": _same,
        "closed": _known_property,
        "uniqueLang": _languages,
        "hasValue": _has,
        "or": _alternatives,
        "xone": _alternatives,
        "and": _all,
        "node": _all,
        "property": _all,
        "not": _no_longer,
    }
)
