"""How a release came about (PROV): files, rules, program. No time stands here, so that it can be repeated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from pyoxigraph import Literal, NamedNode, Triple

from resgraph import __version__
from resgraph.catalogue.words import DATASET, checksum, english, name_of, part
from resgraph.vocab import LABEL, OWL, PROV, TYPE, graph


class Input(NamedTuple):
    """A file that a release is built from: its name, its SHA-256, the graphs that its statements are in."""

    name: str
    sha256: str
    graphs: tuple[str, ...] = ()


#: the graphs that are computed: how, from which others, and where the rule is written down
_COMPUTED: Final[Mapping[str, tuple[str, tuple[str, ...], str]]] = {
    "evidenced": ("the rule of evidence", ("evidence", "schemes"), "docs/explanation/strength.md"),
    "inferred": (
        "reasoning by OWL 2 RL",
        ("terms", "schemes", "evidence", "intended", "evidenced"),
        "ontology/resgraph.ttl",
    ),
}


def origin(inputs: Sequence[Input], graphs: Iterable[str]) -> Iterator[Triple]:
    """Say which files, rules and program the dataset was made by."""
    build, program = part("build"), part("program")
    yield Triple(DATASET, TYPE, _prov("Entity"))
    yield Triple(DATASET, _prov("wasGeneratedBy"), build)
    yield Triple(build, TYPE, _prov("Activity"))
    yield Triple(build, LABEL, english("the build of this release"))
    yield Triple(build, _prov("wasAssociatedWith"), program)
    yield Triple(program, TYPE, _prov("SoftwareAgent"))
    yield Triple(program, LABEL, english("resgraph, the program"))
    yield Triple(program, NamedNode(OWL + "versionInfo"), Literal(__version__))
    for file in inputs:
        yield from _file(build, file)
    for name in sorted(set(graphs) & set(_COMPUTED)):
        yield from _computed(name)


def _file(build: NamedNode, file: Input) -> Iterator[Triple]:
    node = part(f"file-{name_of(file.name)}")
    yield Triple(build, _prov("used"), node)
    yield Triple(node, TYPE, _prov("Entity"))
    yield Triple(node, LABEL, english(file.name))
    yield from checksum(node, file.sha256)
    for name in file.graphs:
        yield Triple(graph(name), _prov("wasDerivedFrom"), node)


def _computed(name: str) -> Iterator[Triple]:
    how, others, page = _COMPUTED[name]
    rule, step, role = part(f"rule-{name}"), part(f"step-{name}"), part(f"role-{name}")
    yield Triple(graph(name), _prov("wasGeneratedBy"), step)
    yield Triple(step, TYPE, _prov("Activity"))
    yield Triple(step, LABEL, english(how))
    yield Triple(step, _prov("qualifiedAssociation"), role)
    yield Triple(role, TYPE, _prov("Association"))
    yield Triple(role, _prov("agent"), part("program"))
    yield Triple(role, _prov("hadPlan"), rule)
    yield Triple(rule, TYPE, _prov("Plan"))
    yield Triple(rule, LABEL, english(f"{how}, as written in {page}"))
    for other in others:
        yield Triple(graph(name), _prov("wasDerivedFrom"), graph(other))
        yield Triple(step, _prov("used"), graph(other))


def _prov(name: str) -> NamedNode:
    return NamedNode(PROV + name)
