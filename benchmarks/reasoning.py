"""The reasoner beside owlrl and reasonable, on one ontology and data of growing size.

The ontology has 150 classes and over 50 properties, with every kind of axiom of the profile that adds
statements. Each engine closes what it holds in memory; ours numbers the terms first, within the time. What it
concludes about things is compared with owlrl's. (reasonable 0.4.4 has no property chains and says of
each thing that it is itself, so there only times are compared.)
"""

from __future__ import annotations

import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse, serialize

from resgraph.meaning import meaning
from resgraph.reason import Reasoner
from resgraph.release import quads_path
from resgraph.vocab import GRAPH, OWL, RDF, RDFS, TYPE, term

CLASSES = 150
_NS = "http://example.org/bench#"


def _named(kind: str, number: int) -> NamedNode:
    return NamedNode(f"{_NS}{kind}{number}")


def _class(number: int) -> NamedNode:
    return _named("C", number % CLASSES)


def _prop(number: int) -> NamedNode:
    return _named("p", number)


def _word(name: str) -> NamedNode:
    space = {"type": RDF, "first": RDF, "rest": RDF, "nil": RDF}.get(name, OWL)
    return NamedNode((RDFS if name in ("subClassOf", "subPropertyOf", "domain", "range") else space) + name)


class _Ontology:
    """Axioms as statements, with names for the unnamed."""

    def __init__(self) -> None:
        self.statements: list[Triple] = []
        self._blanks = 0

    def say(self, s: NamedNode | BlankNode, p: str, o: NamedNode | BlankNode) -> None:
        self.statements.append(Triple(s, _word(p), o))

    def unnamed(self) -> BlankNode:
        self._blanks += 1
        return BlankNode(f"b{self._blanks}")

    def listed(self, members: Iterable[NamedNode]) -> NamedNode | BlankNode:
        head: NamedNode | BlankNode = _word("nil")
        for member in reversed(list(members)):
            cell = self.unnamed()
            self.say(cell, "first", member)
            self.say(cell, "rest", head)
            head = cell
        return head

    def restriction(self, prop: NamedNode, word: str, value: NamedNode) -> BlankNode:
        node = self.unnamed()
        self.say(node, "type", _word("Restriction"))
        self.say(node, "onProperty", prop)
        self.say(node, word, value)
        return node

    def made_of(self, word: str, members: Iterable[NamedNode]) -> BlankNode:
        node = self.unnamed()
        self.say(node, word, self.listed(members))
        return node


def ontology() -> list[Triple]:
    """Return the axioms: a tree of classes, groups of properties, and a few of each construct."""
    o = _Ontology()
    for n in range(CLASSES):
        o.say(_class(n), "type", _word("Class"))
        if n > 4:
            o.say(_class(n), "subClassOf", _class((n - 5) // 3))
    for n in range(58):
        o.say(_prop(n), "type", _word("ObjectProperty"))
    for group in range(10):  # p0 to p9 are each above two of p10 to p29
        o.say(_prop(10 + group), "subPropertyOf", _prop(group))
        o.say(_prop(20 + group), "subPropertyOf", _prop(10 + group))
    for n in range(8):
        o.say(_prop(30 + n), "inverseOf", _prop(n))
    o.say(_prop(38), "type", _word("TransitiveProperty"))
    o.say(_prop(39), "type", _word("SymmetricProperty"))
    for n in range(4):
        o.say(_prop(40 + n), "propertyChainAxiom", o.listed([_prop(44 + n), _prop(48 + n)]))
    for n in range(2):
        o.say(_prop(52 + n), "propertyChainAxiom", o.listed([_prop(44 + n), _prop(48 + n), _prop(54 + n)]))
    for n in range(0, 20, 2):
        o.say(_prop(n), "domain", _class(50 + n))
        o.say(_prop(n), "range", _class(90 + n))
    _expressions(o)
    return o.statements


def _expressions(o: _Ontology) -> None:
    for n in range(5):
        o.say(o.restriction(_prop(44 + n), "someValuesFrom", _class(n)), "subClassOf", _class(10 + n))
        o.say(_class(20 + n), "subClassOf", o.restriction(_prop(n), "allValuesFrom", _class(130 + n)))
        o.say(o.restriction(_prop(50 + n), "hasValue", _named("i", n)), "subClassOf", _class(30 + n))
        o.say(_class(140 + n), "subClassOf", o.restriction(_prop(56), "hasValue", _named("i", n)))
        o.say(o.made_of("unionOf", [_class(60 + n), _class(70 + n)]), "subClassOf", _class(80 + n))
        o.say(o.made_of("intersectionOf", [_class(n), _class(n + 50)]), "subClassOf", _class(40 + n))
    for n in range(3):
        o.say(_named("D", n), "disjointWith", _named("D", n + 1))


def data(size: int) -> list[Triple]:
    """Return `size` different statements about a tenth as many things, by thing, as files have them."""
    chance = random.Random(size)
    things = max(20, size // 10)
    found: set[tuple[int, int, int]] = set()
    while len(found) < size:
        one = chance.randrange(things)
        prop = chance.randrange(58) if chance.random() < 0.75 else -1
        # what is transitive climbs a tree: a web of a million edges would have no end
        other = chance.randrange(things) if prop != 38 else one // 8
        found.add((one, prop, other if prop >= 0 else other % CLASSES))
    return [
        Triple(_named("i", s), *((_prop(p), _named("i", o)) if p >= 0 else (TYPE, _class(o))))
        for s, p, o in sorted(found)
    ]


def about_things(statements: Iterable[Triple]) -> set[Triple]:
    """Return what is said about things, which each engine must conclude alike."""
    spaces = (RDF, RDFS, OWL)
    return {
        t
        for t in statements
        if isinstance(t.subject, NamedNode)
        and t.subject.value.startswith(_NS + "i")
        and t.subject != t.object
        and isinstance(t.object, NamedNode)
        and not t.object.value.startswith(spaces)
    }


def ours(statements: list[Triple]) -> tuple[float, Reasoner]:
    """Return the seconds of numbering terms, compiling and closing, and the closed reasoner."""
    started = time.process_time()
    reasoner = Reasoner(statements)
    return time.process_time() - started, reasoner


def owlrl(statements: list[Triple]) -> tuple[float, list[Triple]]:
    """Return the seconds of the closure alone, and the conclusions about things that have a name."""
    import rdflib
    from owlrl.OWLRL import OWLRL_Semantics

    from resgraph.terms import from_rdflib

    graph = rdflib.Graph().parse(data=_ntriples(statements), format="nt")
    started = time.process_time()
    OWLRL_Semantics(graph, False, False, False).closure()
    seconds = time.process_time() - started
    named = ((s, p, o) for s, p, o in graph if isinstance(s, rdflib.URIRef) and isinstance(p, rdflib.URIRef))
    found = {Triple(NamedNode(str(s)), NamedNode(str(p)), from_rdflib(o)) for s, p, o in named}
    return seconds, list(found - set(statements))


def reasonable(statements: list[Triple]) -> tuple[float, int]:
    """Return the seconds in which reasonable closes what it has loaded, and the size of its closure."""
    from reasonable import PyReasoner

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "data.ttl")
        file.write_bytes(_ntriples(statements))
        reasoner = PyReasoner()
        reasoner.load_file(str(file))
        started = time.process_time()
        found = reasoner.reason()
        return time.process_time() - started, len(found)


def _ntriples(statements: Iterable[Triple]) -> bytes:
    return serialize(statements, format=RdfFormat.N_TRIPLES) or b""


def one_more(most: int = 100) -> float:
    """Return the median seconds in which the closure of the release takes in the edge of one more finding."""
    graphs: dict[str, list[Triple]] = {}
    for quad in parse(path=quads_path()):
        graphs.setdefault(str(quad.graph_name.value).removeprefix(GRAPH), []).append(quad.triple)
    statements = list(meaning({name: tuple(group) for name, group in graphs.items()}))
    reasoner = Reasoner(statements)
    found = [term("builds"), term("reduces"), term("improves"), term("protectsAgainst")]
    times = []
    for edge in [t for t in statements if t.predicate in found][:most]:
        reasoner.remove([edge])
        started = time.perf_counter()
        reasoner.add([edge])
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def alone(size: int) -> None:
    """Close data of a size; print the seconds, the megabytes at most in use, and the conclusions."""
    statements = [*ontology(), *data(size)]
    seconds, reasoner = ours(statements)
    count = sum(1 for _ in reasoner.inferred())
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, count)


def _in_a_process(size: int) -> tuple[float, float, float]:
    """Run `alone` in a process of its own: the fastest of three, so that a busy machine counts less."""
    command = [sys.executable, "-m", "benchmarks.reasoning", str(size)]
    runs = [subprocess.run(command, capture_output=True, text=True, check=True) for _ in range(3)]
    seconds, megabytes, count = min(tuple(map(float, done.stdout.split())) for done in runs)
    return seconds, megabytes, count


def run() -> dict[str, float]:
    """Compare, print the ratios, return the figures; seconds are of the processor."""
    small, large = ([*ontology(), *data(size)] for size in (10_000, 100_000))
    here, reasoner = min((ours(small) for _ in range(3)), key=lambda one: one[0])
    there, conclusions = owlrl(small)
    if about_things(reasoner.inferred()) != about_things(conclusions):
        sys.exit("reasoning: owlrl concludes something else about things; no point in timing")
    figures = {"10,000": here, "10,000 owlrl": there}
    figures["100,000 reasonable"], _ = min(reasonable(large) for _ in range(2))
    for size in (100_000, 1_000_000):
        seconds, megabytes, count = _in_a_process(size)
        figures |= {f"{size:,}": seconds, f"{size:,} MB": megabytes, f"{size:,} conclusions": count}
    figures["one more finding"] = one_more()
    print(f"closure of 10,000 statements: {here:.3f} s, {there / here:,.0f} times as fast as owlrl")
    times = figures["100,000 reasonable"] / figures["100,000"]
    print(f"of 100,000: {figures['100,000']:.3f} s, {times:.1f} times as fast as reasonable")
    times = figures["1,000,000"] / figures["100,000"]
    print(f"of 1,000,000: {figures['1,000,000']:.2f} s, {times:.1f} times that of 100,000, in", end=" ")
    print(f"{figures['1,000,000 MB']:.0f} MB")
    print(f"one more finding in the closure of the release: {figures['one more finding'] * 1000:.2f} ms")
    return figures


if __name__ == "__main__":
    alone(int(sys.argv[1]))
