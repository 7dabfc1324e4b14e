"""Why something is wrong, in plain words, for shapes that bring none of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from pyoxigraph import Literal

from resgraph.validate.telling.case import Case
from resgraph.validate.telling.words import allowed, alternatives
from resgraph.validate.written import written
from resgraph.vocab import shorten


def reason(case: Case, together: Sequence[Case] = ()) -> str:
    """Say in one sentence what is wrong, without a word of SHACL.

    With cases that are about the same value, the sentence says all that the value should have been.
    """
    if case.constraint in _REASONS:
        return _REASONS[case.constraint](case)
    if case.constraint in _INNER:
        return f"{_what(case)} {_INNER[case.constraint]}: {_inner(case, case.constraint)}."
    if not _wanted(case):
        return f"{_what(case)} does not keep the rule {shorten(case.shapes.named(case.shape).value)}."
    wanted = [_wanted(one) for one in together or [case] if one.constraint not in _REASONS]
    *most, last = dict.fromkeys(filter(None, wanted))
    return f"{_what(case)} is not {' and '.join([', '.join(most), last] if most else [last])}."


def _what(case: Case) -> str:
    """Name what is wrong: a value of a property, or the thing itself."""
    value = "" if case.value is None else written(case.value)
    if case.path is None:
        return value or written(case.focus)
    return f"The value {value} of {case.path}" if value else str(case.path)


def _wanted(case: Case) -> str:
    """Say what the value should have been."""
    return allowed(case.shapes, case.shape, case.constraint)


def _too_few(case: Case) -> str:
    least = case.number("minCount")
    return (
        f"{case.path} is missing."
        if least == 1
        else f"{case.path} has {len(case.values())} of {least} values."
    )


def _too_many(case: Case) -> str:
    most = case.number("maxCount")
    return (
        f"{case.path} must not be here."
        if most == 0
        else f"{case.path} has {len(case.values())} values, not {most}."
    )


def _beside(words: str) -> Callable[[Case], str]:
    """Make a sentence on a value and another property."""
    return lambda case: f"{_what(case)} {words} {_stated(case, 'another property')}."


def _stated(case: Case, otherwise: str) -> str:
    value = case.parameter(case.constraint)
    return otherwise if value is None else written(value)


def _language(case: Case) -> str:
    language = case.value.language if isinstance(case.value, Literal) else None
    wanted = " or ".join(item.value for item in case.shapes.members(case.shape, "languageIn"))
    return f"{_what(case)} is in {language or 'no language'}, not in {wanted}."


def _qualified(words: str) -> Callable[[Case], str]:
    return lambda case: f"{words} values of {case.path} keep this: {_inner(case, 'qualifiedValueShape')}."


def _inner(case: Case, name: str) -> str:
    return "; ".join(alternatives(case.shapes, case.shape, name))


#: constraints that are shapes themselves
_INNER: Final = MappingProxyType(
    {
        "node": "does not keep this",
        "property": "does not keep this",
        "not": "keeps what it must not",
        "or": "keeps none of these",
        "and": "does not keep all of these",
        "xone": "does not keep exactly one of these",
    }
)
#: constraints that need a sentence of their own; of all others it is said what the value should have been
_REASONS: Final[Mapping[str, Callable[[Case], str]]] = MappingProxyType(
    {
        "minCount": _too_few,
        "maxCount": _too_many,
        "languageIn": _language,
        "uniqueLang": lambda case: f"{case.path} has several texts in one language.",
        "hasValue": lambda case: f"{case.path or 'It'} lacks {_stated(case, 'its value')}.",
        "equals": _beside("is not the same as"),
        "disjoint": _beside("must differ from"),
        "lessThan": _beside("is not below"),
        "lessThanOrEquals": _beside("is above"),
        "closed": lambda case: f"The property {case.path} is not known here.",
        "qualifiedMinCount": _qualified("Too few"),
        "qualifiedMaxCount": _qualified("Too many"),
    }
)
