"""The release, the command, the reasons of a conclusion, and contradictions that say what to look at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Triple, parse

from resgraph.cli import run
from resgraph.meaning import meaning
from resgraph.reason import Reasoner, close
from resgraph.release import quads_path
from resgraph.vocab import GRAPH, OWL, RDFS, TYPE, XSD

from .generated import DECLARED, Axiom, Listed, ex, owl, rdfs, written, xsd

Graphs = dict[str, tuple[Triple, ...]]


@pytest.fixture(scope="module")
def graphs() -> Graphs:
    found: dict[str, list[Triple]] = {}
    for quad in parse(path=quads_path()):
        found.setdefault(str(quad.graph_name.value).removeprefix(GRAPH), []).append(quad.triple)
    return {name: tuple(group) for name, group in found.items()}


def test_the_release_holds_what_owlrl_concludes(graphs: Graphs) -> None:
    assert set(close(meaning(graphs), "owlrl").inferred) == set(graphs["inferred"])


def test_each_conclusion_of_the_release_has_a_reason_that_holds(graphs: Graphs) -> None:
    reasoner = Reasoner(meaning(graphs))
    assert not reasoner.contradictions
    for conclusion in graphs["inferred"]:
        reasons = reasoner.reasons(conclusion)
        assert reasons
        assert all(premise in reasoner for reason in reasons for premise in reason.premises)
        assert not any(conclusion in reason.premises for reason in reasons)


def test_premises_alone_give_the_conclusion_by_owlrl(graphs: Graphs) -> None:
    reasoner = Reasoner(meaning(graphs))
    for conclusion in sorted(graphs["inferred"], key=str)[::230]:
        for reason in reasoner.reasons(conclusion)[:3]:
            assert conclusion in close(reason.premises, "owlrl").inferred, reason.rule


a, b, c = (ex(name) for name in "abc")
p, q, size = ex("p"), ex("q"), ex("size")
A, B = ex("A"), ex("B")
decimal, integer = (
    lambda text: Literal(text, datatype=xsd("decimal")),
    lambda text: Literal(text, datatype=xsd("integer")),
)
FUNCTIONAL = Triple(size, TYPE, owl("FunctionalProperty"))
_PROPERTIES_APART = Axiom(("d", TYPE, owl("AllDisjointProperties")), ("d", owl("members"), Listed([p, q])))
_ALL_DIFFERENT = Axiom(("d", TYPE, owl("AllDifferent")), ("d", owl("distinctMembers"), Listed([a, b])))
#: what must be found, by the rule that finds it
WRONG: dict[str, list[Triple]] = {
    "eq-diff1": [Triple(a, owl("sameAs"), b), Triple(b, owl("differentFrom"), a)],
    "prp-irp": [Triple(p, TYPE, owl("IrreflexiveProperty")), Triple(a, p, a)],
    "prp-asyp": [Triple(p, TYPE, owl("AsymmetricProperty")), Triple(a, p, b), Triple(b, p, a)],
    "prp-pdw": [Triple(p, owl("propertyDisjointWith"), q), Triple(a, p, b), Triple(a, q, b)],
    "cls-nothing2": [Triple(a, TYPE, owl("Nothing"))],
    "cls-com": [Triple(A, owl("complementOf"), B), Triple(a, TYPE, A), Triple(a, TYPE, B)],
    "cax-dw": [Triple(A, owl("disjointWith"), B), Triple(a, TYPE, A), Triple(a, TYPE, B)],
    "dt-not-type": [Triple(size, rdfs("range"), xsd("integer")), Triple(a, size, Literal("big"))],
    "dt-diff": [FUNCTIONAL, Triple(a, size, integer("1")), Triple(a, size, integer("2"))],
    "prp-npa2": [
        Triple(c, owl("sourceIndividual"), a),
        Triple(c, owl("assertionProperty"), size),
        Triple(c, owl("targetValue"), integer("1")),
        Triple(a, size, decimal("1.0")),
    ],
    "prp-adp": [
        *_PROPERTIES_APART.statements(1),
        Triple(a, p, b),
        Triple(a, q, b),
    ],
    "eq-diff3": [*_ALL_DIFFERENT.statements(1), Triple(a, owl("sameAs"), b)],
}


@pytest.mark.parametrize("rule", WRONG)
def test_what_cannot_be_is_found_and_told(rule: str) -> None:
    found = Reasoner(WRONG[rule]).contradictions
    assert rule in {one.rule for one in found}
    assert all(one.rule in one.message for one in found)
    for statement in WRONG[rule]:
        fewer = Reasoner(WRONG[rule])
        fewer.remove([statement])
        assert rule not in {one.rule for one in fewer.contradictions}


def test_ill_typed_values_are_contradictions_only_while_they_are_there() -> None:
    wrong = Triple(a, size, integer("many"))
    reasoner = Reasoner([wrong])
    assert [one.premises for one in reasoner.contradictions] == [(wrong,)]
    reasoner.remove([wrong])
    assert not reasoner.contradictions


def test_equal_values_are_the_same_value() -> None:
    said = [FUNCTIONAL, Triple(a, size, integer("1")), Triple(a, size, decimal("01.0"))]
    assert not Reasoner(said).contradictions
    key = [*DECLARED, *Axiom((A, owl("hasKey"), Listed([size]))).statements(1)]
    data = [Triple(a, TYPE, A), Triple(b, TYPE, A), Triple(a, size, integer("1"))]
    assert Triple(a, owl("sameAs"), b) in Reasoner([*key, *data, Triple(b, size, decimal("1.0"))])
    assert Triple(a, owl("sameAs"), b) not in Reasoner([*key, *data, Triple(b, size, decimal("1.1"))])


def test_all_keys_must_agree() -> None:
    """owlrl overlooks the last one."""
    axiom = Axiom((A, owl("hasKey"), Listed([p, q])))
    data = [Triple(a, TYPE, A), Triple(b, TYPE, A), Triple(a, p, c), Triple(b, p, c), Triple(a, q, c)]
    assert Triple(a, owl("sameAs"), b) not in Reasoner([*written([axiom]), *data])
    assert Triple(a, owl("sameAs"), b) in Reasoner([*written([axiom]), *data, Triple(b, q, c)])


def test_rdf_type_may_be_part_of_a_chain() -> None:
    axiom = Axiom((p, owl("propertyChainAxiom"), Listed([q, NamedNode(TYPE.value)])))
    reasoner = Reasoner([*written([axiom]), Triple(a, q, b)])
    assert reasoner.add([Triple(b, TYPE, A)]) == {Triple(a, p, A)}
    assert [reason.rule for reason in reasoner.reasons(Triple(a, p, A))] == ["prp-spo2"]
    assert reasoner.remove([Triple(b, TYPE, A)]) == {Triple(a, p, A)}


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str, str], Path]:
    def make(name: str, text: str) -> Path:
        path = tmp_path / name
        prefixes = f"@prefix owl: <{OWL}> . @prefix rdfs: <{RDFS}> . @prefix xsd: <{XSD}> ."
        path.write_text(f"{prefixes} @prefix : <http://example.org/> .\n{text}")
        return path

    return make


@pytest.mark.parametrize("reasoner", ["resgraph", "owlrl"])
def test_the_command_writes_the_closure(
    reasoner: str, file: Callable[[str, str], Path], capfd: pytest.CaptureFixture[str]
) -> None:
    data, axioms = file("d.ttl", ":tom a :Cat ."), file("o.ttl", ":Cat rdfs:subClassOf :Animal .")
    assert run(["reason", str(data), "--ontology", str(axioms), "--reasoner", reasoner]) == 0
    lines = capfd.readouterr().out.splitlines()
    assert f"<http://example.org/tom> <{TYPE.value}> <http://example.org/Animal> ." in lines
    assert len(lines) == 3
    assert run(["reason", str(data), str(axioms), "--only-inferred", "--format", "turtle"]) == 0
    assert capfd.readouterr().out.strip() == "<http://example.org/tom> a <http://example.org/Animal> ."


def test_the_command_tells_a_contradiction_with_its_lines(
    file: Callable[[str, str], Path], capfd: pytest.CaptureFixture[str]
) -> None:
    path = file(
        "d.ttl", ":Cat owl:disjointWith :Dog .\n:Puppy rdfs:subClassOf :Dog .\n\n:tom a :Cat , :Puppy .\n"
    )
    assert run(["reason", str(path)]) == 1
    said = capfd.readouterr()
    assert not said.out
    for part in (
        "in two classes that exclude each other (cax-dw)",
        "because",
        *(f"{path}:{n}" for n in (2, 3, 5)),
    ):
        assert part in said.err


def test_the_command_says_which_file_it_cannot_read(
    file: Callable[[str, str], Path], capfd: pytest.CaptureFixture[str]
) -> None:
    for path in (file("bad.ttl", ":a :b"), file("bad.xyz", ""), Path("nowhere.ttl")):
        assert run(["reason", str(path)]) == 2
        assert str(path) in capfd.readouterr().err
