"""What to do about a violation: made of what the shape asks for and of what the data have.

A fix is advice, never a guess at a fact: where only a source can tell, it says what form the answer has.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode

from resgraph.validate.shapes import LISTED, Term
from resgraph.validate.telling.case import Case
from resgraph.validate.telling.forms import as_datatype, matches, matching, number
from resgraph.validate.telling.words import DATATYPES, alternatives, describe
from resgraph.validate.written import listed, written
from resgraph.vocab import RDF, SH, TYPE, shorten, slug


def fix(case: Case) -> str | None:
    """Return what to do about a violation, or None where only the reason can tell."""
    if isinstance(case.value, BlankNode) and case.constraint in ("pattern", "minLength", "maxLength"):
        return "Write an address or a text: a node in brackets has no characters."
    made = _FIXES.get(case.constraint)
    return made(case) if made else None


# --- what may stand there ---


def _choices(case: Case, shapes: Iterable[Term]) -> list[Term]:
    """Return what any of some shapes allows by name: its list, or the things of its class."""
    key = tuple(shapes)
    return case.facts.once(("choices", key), lambda: _gathered(case, key))


def _gathered(case: Case, shapes: Iterable[Term]) -> list[Term]:
    found: set[Term] = set()
    for shape in shapes:
        found |= set(case.shapes.members(shape, "in"))
        patterns = [value.value for value in case.shapes.values(shape, "pattern")]
        for kind in case.shapes.values(shape, "class"):
            things = (one for one in case.facts.instances(kind) if isinstance(one, NamedNode))
            found |= {one for one in things if all(matches(p, one.value) for p in patterns)}
    return sorted(found, key=str)


def _parts(case: Case, shape: Term) -> Iterator[Term]:
    """Yield a shape and, where it leaves a choice, the shapes to choose from."""
    yield shape
    for name in LISTED:
        yield from case.shapes.members(shape, name)


def _of_property(case: Case) -> list[Term]:
    """Return the shapes that say something of the values of the property at hand."""
    if case.predicate is None:
        return []
    path = NamedNode(case.predicate)

    def gather() -> list[Term]:
        found = [node for node in case.shapes.nodes() if path in case.shapes.values(node, "path")]
        return [part for shape in found for part in _parts(case, shape)]

    return case.facts.once(("of property", path), gather)


def _nearest(word: str, choices: Iterable[Term]) -> Term | None:
    """Return the choice whose name is nearest to a word, when one is near."""
    by_name: dict[str, Term] = {}
    for choice in choices:
        by_name.setdefault(_name(choice.value), choice)
    near = get_close_matches(_name(word), by_name, n=1, cutoff=0.6)
    return by_name[near[0]] if near else None


def _name(text: str) -> str:
    return slug(text).lower().strip().replace(" ", "-").replace("_", "-")


def _example(case: Case, fits: Callable[[Term], bool] = lambda _: True) -> str | None:
    """Return a value that the property has elsewhere: the commonest that fits."""
    values = case.facts.commonest(case.predicate) if case.predicate else []
    return next((written(value) for value in values if value != case.value and fits(value)), None)


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
    misspelt = _misspelt(case, case.predicate)
    if misspelt:
        return f"{shorten(misspelt)} looks like a misspelling: write {prop}."
    return f"Add a line with {prop} to {written(case.focus)}{_with(case)}."


def _with(case: Case) -> str:
    choices = _choices(case, shapes := _of_property(case))
    if choices and len(choices) <= 12:
        return ", one of: " + listed(map(written, choices), 12)
    datatype = next((one for shape in shapes for one in case.shapes.values(shape, "datatype")), None)
    example = _example(case) or (written(choices[0]) if choices else None)
    if example is None and datatype is not None and datatype.value in DATATYPES:
        example = DATATYPES[datatype.value][1]
    return _such_as(example and f"{case.path} {example}")


def _misspelt(case: Case, wanted: str) -> str | None:
    """Return a property of the thing that no shape knows and that is spelt nearly like the wanted one."""
    known = case.facts.once(
        "properties of shapes",
        lambda: {t.object.value for t in case.shapes.triples if isinstance(t.object, NamedNode)},
    )
    there = [p.value for p, _ in case.facts.said(case.focus) if p.value not in known and p != TYPE]
    near = get_close_matches(wanted, there, n=1, cutoff=0.85)
    return near[0] if near else None


def _remove(case: Case) -> str:
    most, values = case.number("maxCount"), case.values()
    if case.path is not None and case.path.operator == "^":
        return f"Let only {most or 'nothing'} of these point to it: {listed(map(written, values))}."
    if most == 0:
        return f"Remove {case.path}: {listed(map(written, values))}."
    return f"Keep {'one' if most == 1 else most} of {listed(map(written, values))} and remove the rest."


def _qualified(case: Case) -> str:
    inner = "; ".join(alternatives(case.shapes, case.result.shape, "qualifiedValueShape"))
    if case.constraint == "qualifiedMinCount":
        return f"Add a value of {case.path} that keeps this: {inner}."
    kept = case.number("qualifiedMaxCount")
    return f"Keep at most {kept} of the values of {case.path} that keep this ({inner}): {_values(case)}."


def _values(case: Case) -> str:
    return listed(map(written, case.values()))


# --- not the right thing ---


def _right_thing(case: Case) -> str:
    return _choose(case, list(_parts(case, case.result.shape)))


def _choose(case: Case, shapes: list[Term]) -> str:
    kinds = [written(kind) for shape in shapes for kind in case.shapes.values(shape, "class")]
    choices = _choices(case, shapes)
    allowed = _allowed(choices)
    value = case.value
    if value is None:
        return f"Write {allowed}." if allowed else f"Point to a {' or a '.join(kinds)}."
    near = _nearest(value.value, (one for one in choices if one != value))
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
    choices = case.shapes.members(case.result.shape, "in")
    near = _nearest(case.value.value, choices) if case.value is not None else None
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
    there = _example(
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
    choices = [one for one in _choices(case, [case.result.shape]) if one != value]
    near = _nearest(value.value, choices)
    if near is not None:
        return f"Did you mean {written(near)}?"
    if choices:
        return f"Write {_allowed(choices)}."
    example = (
        _example(case, lambda v: matches(pattern, v.value)) if case.predicate else _fellow(case, pattern)
    )
    return (
        f"Write it like {example} (its form is {pattern})." if example else f"Write it in the form {pattern}."
    )


def _fellow(case: Case, pattern: str) -> str | None:
    """Return a thing of the same class whose address has the right form."""
    for kind in case.facts.types(case.focus):
        things = (one for one in case.facts.instances(kind) if isinstance(one, NamedNode))
        names = sorted(one.value for one in things if matches(pattern, one.value))
        if names:
            return written(NamedNode(names[0]))
    return None


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
        near = _nearest(value.value, _choices(case, _of_property(case)))
        if near is not None:
            return f"Write the address, without quotes: {written(near)}."
        example = _example(case, lambda v: isinstance(v, NamedNode))
        return f"Write an address, without quotes{_such_as(example)}."
    if wanted == "Literal" and not isinstance(value, Literal):
        return f"Write a text or a number, not an address{_such_as(_example(case))}."
    return f"Write {describe(case.shapes, case.result.shape).removeprefix('is ')}."


def _in_language(case: Case) -> str | None:
    wanted = case.shapes.members(case.result.shape, "languageIn")
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
    count = len(case.value.value) if case.value is not None else 0
    least, most = case.parameter("minLength"), case.parameter("maxLength")
    if case.constraint == "minLength" and least is not None:
        return f"Write at least {least.value} characters; there are {count}."
    return f"Write at most {most.value if most else ''} characters; there are {count}."


def _in_order(case: Case) -> str:
    other = case.parameter("lessThan") or case.parameter("lessThanOrEquals")
    name = other.value if other is not None else ""
    beside = listed(map(written, sorted(case.facts.values(case.focus, name), key=written)))
    here = written(case.value) if case.value is not None else ""
    if number(case.value) is None and any(
        number(one) is not None for one in case.facts.values(case.focus, name)
    ):
        return f"{case.path} is {here}, which is no number: write it as {shorten(name)} is written, {beside}."
    return (
        f"{case.path} is {here} and {shorten(name)} is {beside}: exchange the two if they were swapped, "
        "else mend the wrong one."
    )


def _apart(case: Case) -> str:
    others = [other.value for other in case.shapes.values(case.result.shape, "disjoint")]
    value = case.value
    shared = [name for name in others if value in case.facts.values(case.focus, name)] or others
    here = written(value) if value is not None else "It"
    return f"{here} stands at {case.path} and at {listed(map(shorten, shared))}: replace one of the two."


def _known_property(case: Case) -> str:
    shape = case.result.shape
    allowed = set(case.shapes.members(shape, "ignoredProperties"))
    for inner in case.shapes.values(shape, "property"):
        allowed |= {path for path in case.shapes.values(inner, "path") if isinstance(path, NamedNode)}
    near = _nearest(case.predicate or "", sorted(allowed, key=written))
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
    inner = alternatives(case.shapes, case.result.shape, case.constraint)
    shapes = case.shapes.members(case.result.shape, "or")
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
    inner = alternatives(case.shapes, case.result.shape, case.constraint)
    return f"Make this true: {_numbered(inner) if len(inner) > 1 else ''.join(inner)}."


def _no_longer(case: Case) -> str:
    inner = "; ".join(alternatives(case.shapes, case.result.shape, "not"))
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
