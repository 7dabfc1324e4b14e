"""The graph as Python users import it: ask it, look things up in it, weigh the evidence on a question."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import get_close_matches
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from pyoxigraph import Literal, NamedNode, Quad

from resgraph.errors import ReleaseError, UnknownThingError, UsageError
from resgraph.release import Manifest, default_path, quads_path, read_manifest
from resgraph.store import Dataset
from resgraph.things import (
    KINDS,
    Action,
    BriefingPoint,
    Determinant,
    Disparity,
    Factor,
    Finding,
    Intervention,
    Outcome,
    PopulationGroup,
    Proposition,
    Rating,
    Source,
    Study,
    Thing,
    view,
)
from resgraph.things.evidence import Evidence
from resgraph.vocab import ID, LABEL, slug
from resgraph.vocab import thing as address

if TYPE_CHECKING:
    import networkx
    import pandas
    import polars
    import pyarrow
    import rdflib

    from resgraph.choose import Chosen, Facts
    from resgraph.effects import Effect
    from resgraph.examples import Examples
    from resgraph.explain import Explainer, Explanation
    from resgraph.paths import Direction, Edge, Named, Only, Paths, Walker
    from resgraph.results import Answer
    from resgraph.search import Names

T = TypeVar("T", bound=Thing)
#: The kinds that a subject and an object of a finding can be of, in the order in which they are tried.
_SUBJECTS: Final = ("intervention", "factor", "determinant")
_OBJECTS: Final = ("outcome", "factor")
#: Views that are kept with what was read from them: more than a release has.
_IN_USE: Final = 20_000


class Graph:
    """A release opened for asking.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> g.intervention("kiva").label, g.factor("bereavement").label, g.outcome("anxiety").label
    ('KiVa antibullying programme', 'Bereavement', 'Anxiety')
    >>> g.determinant("education-level").label, g.population("fsm-eligible-pupils").label
    ('Education level', 'Pupils eligible for free school meals')
    >>> g.source("bonell-2018").year, g.study("inclusive-learning-together").label
    (2018, 'INCLUSIVE trial of Learning Together')
    >>> found = g.finding("karna-2011--kiva--bullying-victimisation")
    >>> found.relation.label, g.proposition("kiva--bullying-victimisation").strength.label
    ('decreases', 'strong')
    >>> g.action("commission-parenting-support").actor.label, g.point("briefing-2").number
    ('local authority', 2)
    """

    def __init__(
        self, dataset: Dataset, manifest: Manifest | None = None, files: Iterable[Path] = ()
    ) -> None:
        """Hold a dataset: of a release with a manifest, or read from `files`."""
        self.dataset: Final = dataset
        self.files: Final = tuple(files)
        self.manifest: Final[Manifest] = manifest or {}
        self._labels: dict[str, str] = {}

    def query(self, text: str, /, *, inferred: bool = False, **values: Any) -> Answer:
        """Answer a SPARQL query; `values` bind its variables by name, a list binds to each of its items.

        Common prefixes need not be declared. With `inferred` the reasoner's conclusions join the graph.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> rows = g.query("SELECT ?level { ?factor rg:level ?level }", factor=g.factor("bereavement"))
        >>> rows.to_dicts()
        [{'level': 'https://w3id.org/resgraph/scheme/level/family'}]
        """
        from resgraph.query import run

        return run(self.dataset, text, values=values, inferred=inferred)

    def explain(self, s: object, p: object, o: object, *, limit: int | None = None) -> Explanation:
        """Say why a statement is in the graph: stated where, evidenced by what, or following from what.

        Each of the three is a thing, an address, a name with its prefix such as ``rg:builds``, or a single
        word when one thing only is called so. At most `limit` minimal reasons are given for a conclusion.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> why = g.explain("friends", "aimsToBuild", "factor:coping-skills")
        >>> why.kind, why.node.graphs
        ('asserted', ('graph:intended',))
        """
        return self._explainer.explain(s, p, o, limit)

    # Things, one by one.

    def thing(self, kind: str, slug: str) -> Thing:
        """Return the thing of a kind with a slug; `UnknownThingError` names the nearest there is.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> g.thing("factor", "bereavement") == g.factor("bereavement")
        True
        """
        if kind not in KINDS:
            raise UnknownThingError(f"there is no kind {kind!r}", hint="The kinds are " + ", ".join(KINDS))
        return self._one(KINDS[kind], kind, slug)

    def things(self, kind: str) -> list[Thing]:
        """Return every thing of a kind, by slug.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> [each.number for each in g.things("point")]
        [1, 2, 3, 4, 5, 6]
        """
        return [self.at(address(kind, slug).value) for slug in self.slugs(kind)]

    def slugs(self, kind: str) -> list[str]:
        """Return the slugs of every thing of a kind, sorted.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> g.slugs("point")[:2]
        ['briefing-1', 'briefing-2']
        """
        base = address(kind, "").value
        found = self.query("SELECT DISTINCT ?s { ?s a ?c FILTER(STRSTARTS(STR(?s), ?base)) }", base=base)
        return sorted(str(iri).removeprefix(base) for iri in found["s"])

    def intervention(self, slug: str) -> Intervention:
        """Return an intervention by its slug."""
        return self._one(Intervention, "intervention", slug)

    def factor(self, slug: str) -> Factor:
        """Return a risk or protective factor by its slug."""
        return self._one(Factor, "factor", slug)

    def outcome(self, slug: str) -> Outcome:
        """Return an outcome by its slug."""
        return self._one(Outcome, "outcome", slug)

    def determinant(self, slug: str) -> Determinant:
        """Return a determinant by its slug."""
        return self._one(Determinant, "determinant", slug)

    def population(self, slug: str) -> PopulationGroup:
        """Return a population group by its slug."""
        return self._one(PopulationGroup, "population", slug)

    def source(self, slug: str) -> Source:
        """Return a source by its slug."""
        return self._one(Source, "source", slug)

    def study(self, slug: str) -> Study:
        """Return a study by its slug."""
        return self._one(Study, "study", slug)

    def finding(self, slug: str) -> Finding:
        """Return a finding by its slug."""
        return self._one(Finding, "finding", slug)

    def proposition(self, slug: str) -> Proposition:
        """Return a proposition by its slug."""
        return self._one(Proposition, "proposition", slug)

    def rating(self, slug: str) -> Rating:
        """Return a rating by its slug.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> g.rating("achievement-for-all--achievement-for-all-trial").title
        'Achievement for All trial'
        """
        return self._one(Rating, "rating", slug)

    def disparity(self, slug: str) -> Disparity:
        """Return a disparity by its slug.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> g.disparity("bereaved-children--bereavement").disparity.label
        'more'
        """
        return self._one(Disparity, "disparity", slug)

    def action(self, slug: str) -> Action:
        """Return an action by its slug."""
        return self._one(Action, "action", slug)

    def point(self, slug: str) -> BriefingPoint:
        """Return a point of the briefing by its slug."""
        return self._one(BriefingPoint, "point", slug)

    def search(self, words: str, *, kind: str | None = None, limit: int = 10) -> list[Thing]:
        """Return the things whose names or synonyms are most like some words, the best first.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> [each.slug for each in g.search("bulying", kind="factor")]
        ['bullying-perpetration', 'bullying-victimisation']
        """
        if kind is not None and kind not in KINDS:
            raise UnknownThingError(f"there is no kind {kind!r}", hint="The kinds are " + ", ".join(KINDS))
        base = address(kind, "").value if kind else ID
        return [self.at(hit.iri) for hit in self._names.search(words, base=base, limit=limit)]

    def interventions(self, **filters: Any) -> Chosen:
        """Return the interventions that fit every filter; `resgraph.choose.FILTERS` has them all.

        Of the intervention: `builds`, `reduces`, `improves`, `worsens`, `undermines`, `aggravates` (found),
        `aims_to_build`, `aims_to_reduce` (intended), `action_level`. Of one and the same finding on it:
        `outcome` or `factor`, `answer` (one of the answers found), `overall_answer`, `min_strength`,
        `min_design`, `at_follow_up_months`, `country`. Of the intervention or of that finding, which goes
        before: `age` (years, or a pair of them), `provision`, `delivered_by`. What is not recorded
        does not fit; it is counted in `not_known` of the answer.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> found = g.interventions(factor="bullying-victimisation", age=12, min_design="cluster-rct")
        >>> g.intervention("kiva") in found, "age" in found.not_known
        (True, True)
        """
        from resgraph.choose import Chosen

        wanted = {name: self._wanted(name, value) for name, value in filters.items()}
        fitting, not_known = self._choices.choose(**wanted)

        def views(iris: Iterable[str]) -> list[Intervention]:
            return [self._as(Intervention, iri) for iri in iris]

        return Chosen(views(fitting), {name: views(iris) for name, iris in not_known.items()})

    def evidence(
        self, subject: Thing | str, object_: Thing | str, *, moderates: Thing | str | None = None
    ) -> Evidence:
        """Return the evidence on whether a subject changes an object, by slugs or things.

        With `moderates` the question is whether the subject changes what that risk does to the object.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> g.evidence("friends", "anxiety-symptoms").answer.label
        'mixed'
        """
        one, other = self._any(subject, _SUBJECTS), self._any(object_, _OBJECTS)
        risk = None if moderates is None else self._any(moderates, ("factor",))
        found = self._questions.get((one.iri, other.iri, risk.iri if risk else None))
        proposition = self._as(Proposition, found) if found else None
        return Evidence(one, other, self._as(Factor, risk.iri) if risk else None, proposition, self._effects)

    def evidence_table(self, subject: Thing | str, object_: Thing | str) -> Answer:
        """Return the figures on a question as rows ready for a meta-analysis.

        `resgraph.pooling.COLUMNS` says what each column holds.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> table = g.evidence_table("kiva", "bullying-victimisation")
        >>> [(row["year"], round(row["yi"], 3), round(row["vi"], 4)) for row in table if row["vi"]]
        [(2020, 0.151, 0.0085), (2024, 0.077, 0.0009)]
        """
        from resgraph.pooling import evidence_table

        return evidence_table(self.evidence(subject, object_).effects)

    def without(self, *sources: Source | str) -> Graph:
        """Return the graph as it would be, had some sources never been read; by slugs or things.

        What was read in them alone goes with them, and answers, strengths, edges and conclusions are found
        anew. With `resgraph.diff` it says what rests on a source.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> before = g.without("bowes-2024")
        >>> [str(each.evidence("kiva", "bullying-perpetration").answer) for each in (before, g)]
        ['benefit', 'mixed']
        """
        from resgraph.counterfactual import without

        named = [NamedNode(self._any(each, ("source",)).iri) for each in sources]
        return Graph(without(self.dataset, named))

    # What a thing needs of its graph.

    def at(self, iri: str) -> Thing:
        """Return the view of the thing with an address; the same one, as long as it is much in use.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> g.at(g.intervention("friends").iri)
        <intervention friends: FRIENDS>
        """
        return self._views(iri)

    @cached_property
    def _views(self) -> Callable[[str], Thing]:
        return lru_cache(maxsize=_IN_USE)(lambda iri: view(iri, self))

    @cached_property
    def _questions(self) -> dict[tuple[str, str, str | None], str]:
        """Subject, object and moderated risk of every question, and the address of its proposition."""
        rows = self.query(
            "SELECT ?question ?s ?o ?risk { ?question a rg:Proposition ; rg:subject ?s ; rg:object ?o"
            " OPTIONAL { ?question rg:moderates ?risk } }"
        ).to_dicts()
        return {
            (str(row["s"]), str(row["o"]), None if row["risk"] is None else str(row["risk"])): str(
                row["question"]
            )
            for row in rows
        }

    def about(self, iri: str) -> Iterable[Quad]:
        """Return what is stated of a thing.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> len(list(g.about(g.intervention("friends").iri))) > 10
        True
        """
        return self.dataset.about(NamedNode(iri))

    def pointing(self, iri: str, predicate: str) -> Iterable[Quad]:
        """Return the statements with this property whose value a thing is.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> asked = "https://w3id.org/resgraph/ns#subject"
        >>> len(list(g.pointing(g.intervention("friends").iri, asked))) > 0
        True
        """
        return self.dataset.pointing(NamedNode(iri), NamedNode(predicate))

    def label(self, iri: str) -> str:
        """Return the name of anything for people; the end of its address where it has none.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> g.label("https://w3id.org/resgraph/scheme/design/rct")
        'individually randomised trial'
        """
        if iri not in self._labels:
            names = (value for name, value in self.statements(iri) if name == LABEL.value)
            self._labels[iri] = next(names, slug(iri))
        return self._labels[iri]

    def values(self, subject: str, predicate: str) -> list[str]:
        """Return the values of a property as text, sorted.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> g.values(g.intervention("friends").iri, "http://www.w3.org/2000/01/rdf-schema#label")
        ['FRIENDS']
        """
        return sorted(value for name, value in self.statements(subject) if name == predicate)

    def statements(self, subject: str) -> Iterator[tuple[str, str]]:
        """Yield the properties of a thing and their values as text.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> [value for name, value in g.statements(g.intervention("friends").iri) if name.endswith("#label")]
        ['FRIENDS']
        """
        for quad in self.about(subject):
            if isinstance(quad.object, NamedNode | Literal):
                yield quad.predicate.value, quad.object.value

    def _one(self, view: type[T], kind: str, slug: str) -> T:
        iri = address(kind, slug).value
        if self._has(iri):
            return self._as(view, iri)
        near = get_close_matches(slug, self.slugs(kind), n=3, cutoff=0.4)
        hint = f"Did you mean {' or '.join(near)}?" if near else None
        raise UnknownThingError(f"no {kind} is called {slug!r}", hint=hint)

    def _as(self, view: type[T], iri: str) -> T:
        found = self.at(iri)
        return found if isinstance(found, view) else view(iri, self)

    def _any(self, given: Thing | str, kinds: tuple[str, ...]) -> Thing:
        """Return what is given, or the thing of one of some kinds with that slug."""
        if isinstance(given, Thing):
            if given.kind not in kinds:
                raise UsageError(f"{given!r} is no {' or '.join(kinds)}")
            return given
        for kind in kinds:
            if self._has(address(kind, given).value):
                return self.at(address(kind, given).value)
        every = [slug for kind in kinds for slug in self.slugs(kind)]
        near = get_close_matches(given, every, n=2, cutoff=0.5)
        hint = f"Did you mean {' or '.join(near)}?" if near else None
        raise UnknownThingError(f"no {' or '.join(kinds)} is called {given!r}", hint=hint)

    def _wanted(self, name: str, value: Any) -> Any:
        """Return the value of a filter; a slug that names a thing is looked up, so that a slip is told."""
        from resgraph.choose import THINGS

        return self._any(value, THINGS[name]) if name in THINGS and value is not None else value

    def _effects(self, subject: Thing, object_: Thing) -> list[Effect]:
        from resgraph.effects import effects_of

        return effects_of(self, subject, object_)

    @cached_property
    def _explainer(self) -> Explainer:
        from resgraph.explain import Explainer
        from resgraph.query import run
        from resgraph.sources import packaged

        sources = packaged() if self.manifest else None
        return Explainer(lambda text: run(self.dataset, text), sources=sources, files=self.files)

    @cached_property
    def _names(self) -> Names:
        from resgraph.search import names_of

        return names_of(self.dataset)

    @cached_property
    def _choices(self) -> Facts:
        from resgraph.choose import Facts

        return Facts.of(self.dataset)

    def _has(self, iri: str) -> bool:
        return any(True for _ in self.about(iri))

    @cached_property
    def _walker(self) -> Walker:
        from resgraph.paths import Walker

        return Walker(self.dataset, self.at)

    def neighbours(self, thing: Named, direction: Direction = "both", only: Only | None = None) -> list[Edge]:
        """Return what a thing is linked to: its edges, each with its evidence.

        A thing may be named by its slug. `only` is `evidenced`, `intended`, `inferred` or `all`; without it
        evidenced and intended edges are meant, as in a plain query.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> g.neighbours("later-school-start", "out", only="evidenced")[0]
        <intervention:later-school-start builds factor:sleep-quality: moderate>
        """
        return self._walker.neighbours(thing, direction, only)

    def paths(
        self,
        start: Named,
        end: Named,
        max_hops: int = 4,
        *,
        via: Named | Iterable[Named] = (),
        only: Only | None = None,
        directed: bool = True,
        limit: int | None = None,
    ) -> Paths:
        """Find every path between two things that comes to none twice, the shortest first.

        They are found as they are asked for. Each goes through every thing of `via`; `only` is as for
        `neighbours`; without `directed` an edge may be walked against its direction.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> [each.slug for each in g.paths("kiva", g.outcome("depressive-symptoms"))[0].things]
        ['kiva', 'bullying-victimisation', 'depressive-symptoms']
        """
        return self._walker.paths(start, end, max_hops, via=via, only=only, directed=directed, limit=limit)

    def pathways(
        self, intervention: Named, outcome: Named, max_hops: int = 3, only: Only | None = None
    ) -> Paths:
        """Find how an intervention may reach an outcome through factors, the firmest way first.

        A way is as firm as its weakest step: `resgraph.paths.STANDINGS` is the order. That every step has
        evidence does not make the whole way evidence.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> g.pathways("kiva", "depressive-symptoms")[0].weakest.standing
        'limited'
        """
        return self._walker.pathways(intervention, outcome, max_hops, only)

    def edges(self, only: Only | None = None) -> Answer:
        """Return a table with a row for each edge; its columns are those of `Edge.to_dict`.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> g.edges("intended").variables[:5]
        ('subject', 'predicate', 'object', 'kind', 'standing')
        """
        from resgraph.paths import table

        return table(self._walker.edges(only))

    def to_pandas(self, only: Only | None = None) -> pandas.DataFrame:
        """Return the edges as a pandas frame: `edges` names the columns.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> g.to_pandas("evidenced").columns[:3].to_list()
        ['subject', 'predicate', 'object']
        """
        return self.edges(only).to_pandas()

    def to_polars(self, only: Only | None = None) -> polars.DataFrame:
        """Return the edges as a polars frame: `edges` names the columns.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> g.to_polars("evidenced").columns[:3]
        ['subject', 'predicate', 'object']
        """
        return self.edges(only).to_polars()

    def to_arrow(self, only: Only | None = None) -> pyarrow.Table:
        """Return the edges as an Arrow table: `edges` names the columns.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> g.to_arrow("evidenced").column_names[:3]
        ['subject', 'predicate', 'object']
        """
        return self.edges(only).to_arrow()

    def to_networkx(self, only: Only | None = None) -> networkx.MultiDiGraph[str]:
        """Return the edges as a directed graph of networkx: see `resgraph.exports.to_networkx`.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> g.to_networkx("evidenced").has_edge("intervention:kiva", "factor:bullying-victimisation")
        True
        """
        from resgraph.exports import to_networkx

        return to_networkx(self._walker.edges(only))

    def to_rdflib(self, graphs: str | Sequence[str] | None = None) -> rdflib.Graph:
        """Return graphs as those of rdflib, all but the inferred one: see `resgraph.exports.to_rdflib`.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> len(g.to_rdflib("intended")) > 100
        True
        """
        from resgraph.exports import to_rdflib

        return to_rdflib(self.dataset, graphs)

    @cached_property
    def examples(self) -> Examples:
        """The stored queries by name, each with its words: ``g.examples["17-buffers"].run()``."""
        from resgraph.examples import Examples

        return Examples(self.query)

    def __len__(self) -> int:
        return len(self.dataset)

    def __repr__(self) -> str:
        counts = ", ".join(f"{kind} {number}" for kind, number in self.manifest.get("things", {}).items())
        return f"<Graph of {len(self)} statements{': ' + counts if counts else ''}>"


def load(path: str | Path | None = None) -> Graph:
    """Open the packaged release, or the release in the directory `path`.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> g.intervention("friends").label
    'FRIENDS'
    """
    where = Path(path) if path is not None else default_path()
    manifest = read_manifest(where)
    try:
        return Graph(Dataset.from_nquads(quads_path(where), ours=True), manifest)
    except FileNotFoundError:
        raise ReleaseError(f"{where} is incomplete", hint="Build it again: resgraph build") from None


def open_path(path: str | Path, *more: str | Path, timeout: float = 60.0) -> Graph:
    """Open a release directory, any RDF files, or a SPARQL service: ``sparql+https://host/sparql``.

    A service is asked over the network, each answer within `timeout` seconds; nothing is copied.

    >>> import resgraph, tempfile, pathlib
    >>> place = pathlib.Path(tempfile.mkdtemp()) / "tea.ttl"
    >>> _ = place.write_text("<http://example.org/tea> <http://example.org/cups> 3 .")
    >>> resgraph.open(place).query("SELECT ?cups { ?tea ?has ?cups }")["cups"]
    [3]
    """
    if isinstance(path, str) and path.startswith("sparql+"):
        from resgraph.remote import Service

        if more:
            raise UsageError("a service is opened alone", hint="open each of them on its own")
        return Graph(Service(path.removeprefix("sparql+"), timeout))
    where = Path(path)
    if where.is_dir() and not more:
        return load(where)
    files = [where, *map(Path, more)]
    return Graph(Dataset.from_files(files), files=files)
