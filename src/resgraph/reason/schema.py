"""From the statements of an ontology to the rules that hold under it, table by table of the profile.

The tables are those of section 4.3 of OWL 2 Web Ontology Language Profiles (4: equality, 5: properties,
6: classes, 7: class axioms, 8: datatypes, 9: schema vocabulary), and rules have the names they have there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any, Final

from pyoxigraph import BlankNode, Literal

from resgraph.reason.datatypes import is_known
from resgraph.reason.facts import Facts
from resgraph.reason.rules import (
    AllDifferent,
    Apart,
    AtMostOne,
    Axiom,
    Copy,
    Denied,
    Flip,
    GetsValue,
    Given,
    HasValue,
    Meet,
    Mutual,
    NotOfDatatype,
    OfDatatype,
    PairsOf,
    Path,
    Reflexive,
    Rule,
    SameKey,
    Subjects,
    SubjectsWith,
    UnequalLiterals,
    Values,
    ValuesOf,
)
from resgraph.reason.words import (
    ALL,
    ALL_DIFFERENT,
    ALL_DISJOINT,
    ALL_DISJOINT_PROPERTIES,
    ASYMMETRIC,
    AT_MOST,
    AT_MOST_OF,
    CHAIN,
    CLASS,
    COMPLEMENT,
    DATA_PROPERTY,
    DIFFERENT,
    DISJOINT,
    DISJOINT_PROPERTY,
    DISTINCT,
    DOMAIN,
    FALSE,
    FIRST,
    FUNCTIONAL,
    INTERSECTION,
    INVERSE,
    INVERSE_FUNCTIONAL,
    IRREFLEXIVE,
    KEY,
    MEMBERS,
    NIL,
    NOT_PROPERTY,
    NOT_SOURCE,
    NOT_TARGET,
    NOT_VALUE,
    NOTHING,
    OBJECT_PROPERTY,
    ON_CLASS,
    ON_PROPERTY,
    ONE_OF,
    RANGE,
    REST,
    SAME,
    SAME_CLASS,
    SAME_PROPERTY,
    SOME,
    SUB_CLASS,
    SUB_PROPERTY,
    SYMMETRIC,
    THING,
    TRANSITIVE,
    TYPE,
    UNION,
    VALUE,
)

#: rules that hold under every ontology: what equality is, and how axioms follow from axioms
STATIC: Final[tuple[Rule, ...]] = (
    Flip("eq-sym", (), SAME, (SAME,)),
    Path("eq-trans", (), SAME, (SAME, SAME)),
    Apart("eq-diff1", (), FALSE, (SAME, DIFFERENT)),
    Reflexive("eq-diff1", (), ~FALSE, (DIFFERENT,)),
    UnequalLiterals("dt-diff", (), FALSE, (SAME,)),
    # that each class and property is equal to itself is never kept; what follows of it by equality is
    *(
        PairsOf("eq-rep-o", (), head, (SAME, kind), kind)
        for head, kind in (
            (SAME_CLASS, ~CLASS),
            (SAME_PROPERTY, ~OBJECT_PROPERTY),
            (SAME_PROPERTY, ~DATA_PROPERTY),
        )
    ),
    Copy("cls-nothing2", (), ~FALSE, (~NOTHING,)),
    Path("scm-sco", (), SUB_CLASS, (SUB_CLASS, SUB_CLASS)),
    Copy("scm-eqc1", (), SUB_CLASS, (SAME_CLASS,)),
    Flip("scm-eqc1", (), SUB_CLASS, (SAME_CLASS,)),
    Mutual("scm-eqc2", (), SAME_CLASS, (SUB_CLASS,)),
    Path("scm-spo", (), SUB_PROPERTY, (SUB_PROPERTY, SUB_PROPERTY)),
    Copy("scm-eqp1", (), SUB_PROPERTY, (SAME_PROPERTY,)),
    Flip("scm-eqp1", (), SUB_PROPERTY, (SAME_PROPERTY,)),
    Mutual("scm-eqp2", (), SAME_PROPERTY, (SUB_PROPERTY,)),
    Path("scm-dom1", (), DOMAIN, (DOMAIN, SUB_CLASS)),
    Path("scm-dom2", (), DOMAIN, (SUB_PROPERTY, DOMAIN)),
    Path("scm-rng1", (), RANGE, (RANGE, SUB_CLASS)),
    Path("scm-rng2", (), RANGE, (SUB_PROPERTY, RANGE)),
)


def compiled(facts: Facts) -> set[Rule]:
    """Return the rules that hold under the axioms among `facts`.

    >>> from pyoxigraph import NamedNode, Triple
    >>> from resgraph.reason.interned import Terms
    >>> from resgraph.vocab import RDFS
    >>> terms, (cat, animal) = Terms(), map(NamedNode, ("urn:x:cat", "urn:x:animal"))
    >>> facts = Facts(terms)
    >>> for key, group in terms.facts([Triple(cat, NamedNode(RDFS + "subClassOf"), animal)]).items():
    ...     facts.put(key, group)
    >>> [rule.name for rule in compiled(facts) - set(STATIC)]
    ['cax-sco']
    """
    rules = {*STATIC, *_equality(facts), *_properties(facts), *_kinds(facts), *_classes(facts)}
    rules |= {*_restrictions(facts), *_class_axioms(facts), *_schema(facts)}
    rules |= set(_enumerations(facts))
    return rules | set(_on_demand(facts, rules))


def expressions(facts: Facts) -> set[int]:
    """Return the blank nodes that are parts of axioms: unnamed classes, lists and the axioms themselves."""
    terms = facts.terms.terms
    either = (SUB_CLASS, SAME_CLASS, DISJOINT, COMPLEMENT, FIRST, REST, INVERSE)
    found = {n for key in either for pair in facts.of(key) for n in pair}
    first = (INTERSECTION, UNION, ONE_OF, ON_PROPERTY, SOME, ALL, VALUE, MEMBERS, DISTINCT, NOT_SOURCE)
    found |= {s for key in first for s, _ in facts.of(key)}
    second = (DOMAIN, RANGE, SOME, ALL, ON_CLASS)
    found |= {o for key in second for _, o in facts.of(key)}
    kept = {o for s, o in facts.of(FIRST) if isinstance(terms[o], BlankNode)}
    return {n for n in found - _individuals(facts, kept) if isinstance(terms[n], BlankNode)}


def _individuals(facts: Facts, listed: set[int]) -> set[int]:
    """Return the blank nodes in lists of things, which are no expressions."""
    heads = [o for key in (ONE_OF, DISTINCT) for _, o in facts.of(key)]
    return {n for head in heads for n in _list(facts, head)[0]} & listed if listed else set()


def _list(facts: Facts, head: int) -> tuple[tuple[int, ...], tuple[Axiom, ...]]:
    """Return the members of a list and the statements it is made of; nothing when it has no end."""
    members: list[int] = []
    cells: list[Axiom] = []
    seen: set[int] = set()
    firsts, rests = facts.ahead(FIRST), facts.ahead(REST)
    while head != NIL:
        if head in seen or head not in firsts or head not in rests:
            return (), ()
        seen.add(head)
        first, rest = min(firsts[head]), min(rests[head])
        members.append(first)
        cells += [(head, FIRST, first), (head, REST, rest)]
        head = rest
    return tuple(members), tuple(cells)


def _lists(facts: Facts, prop: int) -> Iterator[tuple[int, tuple[int, ...], tuple[Axiom, ...]]]:
    """Yield the subjects of a property with the members of the list that is its value, and all axioms."""
    for subject, head in facts.of(prop):
        members, cells = _list(facts, head)
        if members:
            yield subject, members, ((subject, prop, head), *cells)


def _equality(facts: Facts) -> Iterator[Rule]:
    """Table 4, as far as it reads axioms; the rest is in STATIC and in `rules.equal`."""
    for prop in (MEMBERS, DISTINCT):
        for axiom, members, said in _lists(facts, prop):
            if axiom not in facts.of(~ALL_DIFFERENT):
                continue
            name = "eq-diff2" if prop == MEMBERS else "eq-diff3"
            said = ((axiom, TYPE, ALL_DIFFERENT), *said)
            yield AllDifferent(name, said, FALSE, (SAME,), frozenset(members))
            for one in {one for one in members if members.count(one) > 1}:
                yield Given(name, said, ~FALSE, (), one)


def _properties(facts: Facts) -> Iterator[Rule]:
    """Table 5: domains, ranges, hierarchies, inverses, chains and keys."""
    for p, c in facts.of(DOMAIN):
        yield Subjects("prp-dom", ((p, DOMAIN, c),), ~c, (p,))
    for p, c in facts.of(RANGE):
        yield Values("prp-rng", ((p, RANGE, c),), ~c, (p,))
    for p, q in facts.of(SUB_PROPERTY):
        if p != q:
            yield Copy("prp-spo1", ((p, SUB_PROPERTY, q),), q, (p,))
    for p, q in facts.of(SAME_PROPERTY):
        if p != q:
            yield Copy("prp-eqp1", ((p, SAME_PROPERTY, q),), q, (p,))
            yield Copy("prp-eqp2", ((p, SAME_PROPERTY, q),), p, (q,))
    for p, q in facts.of(INVERSE):
        yield Flip("prp-inv1", ((p, INVERSE, q),), q, (p,))
        yield Flip("prp-inv2", ((p, INVERSE, q),), p, (q,))
    for p, chain, said in _lists(facts, CHAIN):
        yield Path("prp-spo2", said, p, chain)
    for c, keys, said in _lists(facts, KEY):
        yield SameKey("prp-key", said, SAME, (~c, *keys))
    yield from _not_properties(facts)


def _not_properties(facts: Facts) -> Iterator[Rule]:
    """Table 5: properties that exclude each other, and pairs that a property must not have."""
    for p, q in facts.of(DISJOINT_PROPERTY):
        yield Apart("prp-pdw", ((p, DISJOINT_PROPERTY, q),), FALSE, (p, q))
    for axiom, members, said in _lists(facts, MEMBERS):
        if axiom in facts.of(~ALL_DISJOINT_PROPERTIES):
            yield Apart("prp-adp", ((axiom, TYPE, ALL_DISJOINT_PROPERTIES), *said), FALSE, members)
    for target, name in ((NOT_TARGET, "prp-npa1"), (NOT_VALUE, "prp-npa2")):
        for axiom, subject in facts.of(NOT_SOURCE):
            for p in facts.ahead(NOT_PROPERTY).get(axiom, ()):
                for value in facts.ahead(target).get(axiom, ()):
                    said = ((axiom, NOT_SOURCE, subject), (axiom, NOT_PROPERTY, p), (axiom, target, value))
                    yield Denied(name, said, FALSE, (p,), (subject, value))


def _kinds(facts: Facts) -> Iterator[Rule]:
    """Table 5: what kind of property a property is."""
    for p in facts.of(~FUNCTIONAL):
        yield AtMostOne("prp-fp", ((p, TYPE, FUNCTIONAL),), SAME, (p,))
    for p in facts.of(~INVERSE_FUNCTIONAL):
        yield AtMostOne("prp-ifp", ((p, TYPE, INVERSE_FUNCTIONAL),), SAME, (p,), inverse=True)
    for p in facts.of(~SYMMETRIC):
        yield Flip("prp-symp", ((p, TYPE, SYMMETRIC),), p, (p,))
    for p in facts.of(~TRANSITIVE):
        yield Path("prp-trp", ((p, TYPE, TRANSITIVE),), p, (p, p))
    for p in facts.of(~IRREFLEXIVE):
        yield Reflexive("prp-irp", ((p, TYPE, IRREFLEXIVE),), ~FALSE, (p,))
    for p in facts.of(~ASYMMETRIC):
        yield Mutual("prp-asyp", ((p, TYPE, ASYMMETRIC),), FALSE, (p,))


def _classes(facts: Facts) -> Iterator[Rule]:
    """Table 6, and what table 9 adds to it: classes made of classes."""
    for c, members, said in _lists(facts, INTERSECTION):
        yield Meet("cls-int1", said, ~c, tuple(~one for one in members))
        for one in members:
            yield Copy("cls-int2", said, ~one, (~c,))
            if c != one:
                yield Given("scm-int", said, SUB_CLASS, (), (c, one))
    for c, members, said in _lists(facts, UNION):
        for one in members:
            yield Copy("cls-uni", said, ~c, (~one,))
            if c != one:
                yield Given("scm-uni", said, SUB_CLASS, (), (one, c))
    for c, d in facts.of(COMPLEMENT):
        yield Apart("cls-com", ((c, COMPLEMENT, d),), ~FALSE, (~c, ~d))


def _enumerations(facts: Facts) -> Iterator[Rule]:
    """Table 6: classes by their members."""
    for c, members, said in _lists(facts, ONE_OF):
        for one in members:
            for same in facts.terms.alike(one):
                yield Given("cls-oo", said, ~c, (), same)


def _restricted(facts: Facts, prop: int) -> Iterator[tuple[int, int, int, tuple[Axiom, ...]]]:
    """Yield restrictions: the class, the property, the value of `prop`, and the axioms."""
    on = facts.ahead(ON_PROPERTY)
    for x, y in facts.of(prop):
        for p in on.get(x, ()):
            yield x, p, y, ((x, prop, y), (x, ON_PROPERTY, p))


def _restrictions(facts: Facts) -> Iterator[Rule]:
    """Table 6: classes by the values of a property."""
    for x, p, y, said in _restricted(facts, SOME):
        if y == THING:
            yield Subjects("cls-svf2", said, ~x, (p,))
        else:
            yield SubjectsWith("cls-svf1", said, ~x, (p, ~y))
    for x, p, y, said in _restricted(facts, ALL):
        yield ValuesOf("cls-avf", said, ~y, (p, ~x))
    for x, p, v, said in _restricted(facts, VALUE):
        yield GetsValue("cls-hv1", said, p, (~x,), v)
        yield HasValue("cls-hv2", said, ~x, (p,), v)
    yield from _cardinalities(facts)


def _cardinalities(facts: Facts) -> Iterator[Rule]:
    for x, p, n, said in _restricted(facts, AT_MOST):
        number = _whole(facts, n)
        if number == 0:
            yield PairsOf("cls-maxc1", said, FALSE, (p, ~x), ~x)
        elif number == 1:
            yield AtMostOne("cls-maxc2", said, SAME, (p, ~x), ~x)
    for x, p, n, said in _restricted(facts, AT_MOST_OF):
        number = _whole(facts, n)
        for c in facts.ahead(ON_CLASS).get(x, ()):
            all_said = (*said, (x, ON_CLASS, c))
            kind = None if c == THING else ~c
            body = (p, ~x) if kind is None else (p, ~x, kind)
            if number == 0:
                yield PairsOf("cls-maxqc2" if kind is None else "cls-maxqc1", all_said, FALSE, body, ~x, kind)
            elif number == 1:
                name = "cls-maxqc4" if kind is None else "cls-maxqc3"
                yield AtMostOne(name, all_said, SAME, body, ~x, kind)


def _whole(facts: Facts, number: int) -> int | None:
    term = facts.terms.terms[number]
    return int(term.value) if isinstance(term, Literal) and term.value.strip().isdecimal() else None


def _class_axioms(facts: Facts) -> Iterator[Rule]:
    """Table 7: hierarchies, equal classes, classes that exclude each other."""
    for c, d in facts.of(SUB_CLASS):
        if c != d:
            yield Copy("cax-sco", ((c, SUB_CLASS, d),), ~d, (~c,))
    for c, d in facts.of(SAME_CLASS):
        if c != d:
            yield Copy("cax-eqc1", ((c, SAME_CLASS, d),), ~d, (~c,))
            yield Copy("cax-eqc2", ((c, SAME_CLASS, d),), ~c, (~d,))
    for c, d in facts.of(DISJOINT):
        yield Apart("cax-dw", ((c, DISJOINT, d),), ~FALSE, (~c, ~d))
    for axiom, members, said in _lists(facts, MEMBERS):
        if axiom in facts.of(~ALL_DISJOINT):
            kinds = tuple(~one for one in members)
            yield Apart("cax-adc", ((axiom, TYPE, ALL_DISJOINT), *said), ~FALSE, kinds)


def _schema(facts: Facts) -> Iterator[Rule]:
    """Table 9: restrictions that contain one another; the rest of it is in STATIC and in `_classes`."""
    yield from _narrower(facts, VALUE, "", "scm-hv", forth=True)
    yield from _narrower(facts, SOME, "scm-svf1", "scm-svf2", forth=True)
    yield from _narrower(facts, ALL, "scm-avf1", "scm-avf2", forth=False)


def _narrower(facts: Facts, prop: int, by_value: str, by_property: str, forth: bool) -> Iterator[Rule]:
    """Yield that a restriction is below another, as its value or its property is below the other's.

    With a lower property a restriction on all values is above and not below: there `forth` is False.
    """
    alike: defaultdict[tuple[bool, int], list[tuple[int, int, tuple[Axiom, ...]]]] = defaultdict(list)
    for x, p, y, said in _restricted(facts, prop):
        if by_value:
            alike[True, p].append((x, y, said))
        alike[False, y].append((x, p, said))
    for (values, _), group in alike.items():
        below, name = (SUB_CLASS, by_value) if values else (SUB_PROPERTY, by_property)
        for one, other in combinations(group, 2):
            for (x, low, said), (z, high, more) in ((one, other), (other, one)):
                if x == z or not _is_below(facts, below, low, high):
                    continue
                link = ((low, below, high),) if low != high else ()
                pair = (x, z) if values or forth else (z, x)
                yield Given(name, (*said, *more, *link), SUB_CLASS, (), pair)


def _is_below(facts: Facts, below: int, low: int, high: int) -> bool:
    if low == high or (below, (low, high)) in facts:
        return True
    declared = facts.of(~CLASS) if below == SUB_CLASS else ()
    return (high == THING and low in declared) or (low == NOTHING and high in declared)


def _on_demand(facts: Facts, rules: Iterable[Rule]) -> Iterator[Rule]:
    """Table 8, and membership in owl:Thing: only where some rule reads it.

    That every literal is of its datatypes and everything declared a owl:Thing would else fill the facts with
    what says nothing.
    """
    read = {key for rule in rules for key in rule.body if key < 0}
    made = {rule.head for rule in rules if rule.head < 0}
    for key in read | made:
        datatype: Any = facts.terms.terms[~key]
        if ~key == FALSE or isinstance(datatype, BlankNode | Literal) or not is_known(datatype.value):
            continue
        if key in read:
            yield OfDatatype("dt-type2", (), key, ())
        yield NotOfDatatype("dt-not-type", (), ~FALSE, (key,))
    for c in facts.of(~CLASS) - {THING, NOTHING}:
        if ~THING in read:
            yield Copy("cax-sco", ((c, SUB_CLASS, THING),), ~THING, (~c,))
        if THING in facts.ahead(SUB_CLASS):
            yield Given("scm-cls", ((c, TYPE, CLASS),), SUB_CLASS, (), (c, THING))
        if NOTHING in facts.behind(SUB_CLASS):
            yield Given("scm-cls", ((c, TYPE, CLASS),), SUB_CLASS, (), (NOTHING, c))
