"""pySHACL: the engine that decides, and the only room of the package that knows rdflib.

It may write into what it is given, so it gets copies: data and shapes are turned into fresh rdflib graphs on
every call.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pyshacl
import rdflib
from pyoxigraph import Triple
from pyshacl.errors import ReportableRuntimeError

from resgraph.errors import InputError
from resgraph.terms import from_rdflib, to_rdflib
from resgraph.validate.checking.results import Result, from_report
from resgraph.validate.shapes import Shapes


def check(statements: Iterable[Triple], shapes: Shapes) -> list[Result]:
    """Return what the shapes find in the statements; `InputError` for shapes that cannot be used."""
    data, rules = _graph(statements), _graph(shapes.triples)
    try:
        with _quiet():
            _, results, text = pyshacl.validate(
                data, shacl_graph=rules, inplace=True, advanced=False, meta_shacl=False, inference="none"
            )
    except (ReportableRuntimeError, NotImplementedError) as error:
        raise InputError("The shapes cannot be used.", hint=str(error)) from None
    if not isinstance(results, rdflib.Graph):
        raise InputError("The shapes cannot be used.", hint=str(text))
    report = (Triple(from_rdflib(s), from_rdflib(p), from_rdflib(o)) for s, p, o in results)  # type: ignore[arg-type]
    return list(from_report(report))


@contextmanager
def _quiet() -> Iterator[None]:
    """A literal that does not fit its datatype is for the report to tell, not for a log."""
    logger = logging.getLogger("rdflib.term")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before)


def _graph(statements: Iterable[Triple]) -> rdflib.Graph:
    graph = rdflib.Graph(bind_namespaces="none")
    nodes: dict[Any, Any] = {}
    with _quiet():
        for triple in statements:
            for node in triple:
                if node not in nodes:
                    nodes[node] = _told_apart(to_rdflib(node))
            graph.add((nodes[triple.subject], nodes[triple.predicate], nodes[triple.object]))
    return graph


class _IllTyped(rdflib.Literal):
    """A literal that does not fit its datatype has no value, so nothing is above or below it."""

    @property
    def value(self) -> Any:
        return None

    @property
    def ill_typed(self) -> bool:
        return True

    def eq(self, other: Any) -> bool:
        raise TypeError

    def _never(self, other: Any) -> bool:
        return False

    __lt__ = __gt__ = __le__ = __ge__ = _never  # Python asks these first, on whichever side the literal is


def _told_apart(node: Any) -> Any:
    """Return a node; of a literal that does not fit its datatype rdflib would compare the characters."""
    if not isinstance(node, rdflib.Literal):
        return node
    endless = isinstance(node.value, Decimal) and not node.value.is_finite()  # which Python has and XSD not
    if endless or node.ill_typed:
        return _IllTyped(str(node), datatype=node.datatype, normalize=False)
    return node
