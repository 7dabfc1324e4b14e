"""Canonical Turtle: the same statements always give the same bytes, one predicate a line.

The syntax is read and written by Oxigraph's parser and serialiser; only the order is ours. Data files hold
no blank nodes, so sorting is all that canonical form takes.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize

from resgraph.errors import InputError, Problem
from resgraph.vocab import DCTERMS, PREF_LABEL, PREFIXES, TYPE, shorten, slug

_FIRST = {TYPE.value: 0, PREF_LABEL.value: 1, DCTERMS + "title": 1}


def write(triples: Iterable[Triple]) -> bytes:
    r"""Serialise statements without blank nodes as canonical Turtle.

    >>> from resgraph.vocab import term, thing
    >>> poverty = thing("factor", "poverty")
    >>> print(write([Triple(poverty, TYPE, term("RiskFactor"))]).decode(), end="")
    @prefix factor: <https://w3id.org/resgraph/id/factor/> .
    @prefix rg: <https://w3id.org/resgraph/ns#> .
    <BLANKLINE>
    factor:poverty a rg:RiskFactor .
    """
    ordered = sorted(set(triples), key=_order)
    text = serialize(ordered, format=RdfFormat.TURTLE, prefixes=dict(PREFIXES)) or b""
    lines = text.decode().rstrip("\n").split("\n")  # not splitlines: text may hold other breaks
    header = sorted(line for line in lines if line.startswith("@prefix"))
    body = [line for line in lines if not line.startswith("@prefix")]
    used = [line for line in header if _is_used(line.split()[1], body)]
    return ("\n".join(used) + "\n" + "".join(_spaced(line) for line in body)).encode()


def read(path: Path) -> list[Triple]:
    """Parse a Turtle file; a syntax error is an `InputError` that names file and line."""
    try:
        return [Triple(q.subject, q.predicate, q.object) for q in parse(path=path, format=RdfFormat.TURTLE)]
    except SyntaxError as error:
        message = str(error.msg).removeprefix("Parser error at ").strip()
        raise InputError(
            f"{path} is not valid Turtle",
            problems=[Problem(file=str(path), line=error.lineno, message=message)],
        ) from None
    except OSError as error:
        reason = error.strerror or "no such file"
        raise InputError(f"{path} cannot be read", problems=[Problem(reason, file=str(path))]) from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8", problems=[Problem(str(error), file=str(path))]) from None


def _order(triple: Triple) -> tuple[str, str, int, str, str, str]:
    predicate = triple.predicate.value
    value = triple.object
    text = value.value if isinstance(value, NamedNode | Literal) else str(value)
    subject = _name(triple.subject)
    # a thing and its parts have one slug, and stand together
    return (
        slug(subject),
        _after_its_whole(subject),
        _FIRST.get(predicate, 2),
        shorten(predicate),
        text,
        str(value),
    )


def _after_its_whole(subject: str) -> str:
    kind = subject.rsplit("/", 2)[-2] if subject.count("/") > 1 else ""
    return "~" + kind if kind in ("estimate", "rating") else kind


def _name(node: object) -> str:
    return node.value if isinstance(node, NamedNode) else str(node)


def _is_used(prefix: str, body: list[str]) -> bool:
    return any(f"{lead}{prefix}" in line for line in body for lead in (" ", "\t", "^^")) or any(
        line.startswith(prefix) for line in body
    )


def _spaced(line: str) -> str:
    return line + "\n" if line.startswith("\t") else "\n" + line + "\n"
