"""The kinds of things, in the words of the ontology: its properties in small letters, as Python writes names.

What nobody recorded is None, or an empty tuple, and never a guess. What was intended (`aims_to_build`) and
what was found (`builds`) are different properties.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from resgraph.things.thing import (
    Back,
    Concept,
    Flag,
    Many,
    One,
    Sure,
    Thing,
    World,
    concept,
    plain,
    string,
    thing,
)
from resgraph.vocab import ID, TYPE, term

if TYPE_CHECKING:
    from collections.abc import Mapping


class Named(Thing):
    """A thing that the ontology defines in words.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> g.factor("bereavement").definition
    'Losing a parent, sibling or other close person through death.'
    """

    __slots__ = ()
    definition: One[str] = One("skos:definition", plain)


class Studied(Thing):
    """What a finding can be about: what is changed, or what changes it."""

    __slots__ = ()
    _as_subject: Back[Thing] = Back("rg:subject", thing)
    _as_object: Back[Thing] = Back("rg:object", thing)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding of which it is the subject or the object.

        >>> import resgraph
        >>> g = resgraph.load()
        >>> [each.source.slug for each in g.intervention("friends").findings]
        ['stallard-2014-paces', 'stallard-2014-paces', 'stallard-2015-paces']
        """
        found = {*self._as_subject, *self._as_object}
        return tuple(sorted(each for each in found if isinstance(each, Finding)))

    @property
    def propositions(self) -> tuple[Proposition, ...]:
        """Every question asked of it, with the answer."""
        found = {*self._as_subject, *self._as_object}
        return tuple(sorted(each for each in found if isinstance(each, Proposition)))


class Construct(Named, Studied):
    """A state that varies and can be measured: a factor or an outcome.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> [each.slug for each in g.outcome("anxiety-symptoms").improved_by][:2]
    ['collins-anxiety-lessons', 'cool-kids-school']
    """

    __slots__ = ()
    improved_by: Back[Intervention] = Back("rg:improves", thing)
    worsened_by: Back[Intervention] = Back("rg:worsens", thing)
    promoted_by: Back[Factor] = Back("rg:promotes", thing)
    impaired_by: Back[Factor] = Back("rg:impairs", thing)
    risk_raised_by: Back[Factor] = Back("rg:raisesRiskOf", thing)
    protected_by: Back[Factor] = Back("rg:protectsAgainst", thing)
    shaped_by: Back[Determinant] = Back("rg:shapes", thing)
    exact_match: Many[str] = Many("skos:exactMatch", string)
    close_match: Many[str] = Many("skos:closeMatch", string)


class Factor(Construct):
    """A risk factor or a protective factor.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> bullying = g.factor("bullying-victimisation")
    >>> bullying.is_risk, bullying.level.slug, g.intervention("kiva") in bullying.reduced_by
    (True, 'peer', True)
    """

    __slots__ = ()
    level: Sure[Concept] = Sure("rg:level", concept)
    opposite_of: One[Factor] = One("rg:oppositeOf", thing)
    promotes: Many[Construct] = Many("rg:promotes", thing)
    impairs: Many[Construct] = Many("rg:impairs", thing)
    raises_risk_of: Many[Construct] = Many("rg:raisesRiskOf", thing)
    protects_against: Many[Construct] = Many("rg:protectsAgainst", thing)
    buffers: Many[Factor] = Many("rg:buffers", thing)
    amplifies: Many[Factor] = Many("rg:amplifies", thing)
    built_by: Back[Intervention] = Back("rg:builds", thing)
    undermined_by: Back[Intervention] = Back("rg:undermines", thing)
    reduced_by: Back[Intervention] = Back("rg:reduces", thing)
    aggravated_by: Back[Intervention] = Back("rg:aggravates", thing)
    buffered_by: Back[Factor] = Back("rg:buffers", thing)
    intended_to_be_built_by: Back[Intervention] = Back("rg:aimsToBuild", thing)
    intended_to_be_reduced_by: Back[Intervention] = Back("rg:aimsToReduce", thing)

    @property
    def is_risk(self) -> bool:
        """Whether it raises vulnerability; otherwise it is protective."""
        return term("RiskFactor") in self.values(TYPE.value)


class Outcome(Construct):
    """What happens over the life course; its valence says whether more of it is wished for.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> g.outcome("anxiety").valence.slug
    'undesirable'
    """

    __slots__ = ()
    domain: Sure[Concept] = Sure("rg:domain", concept)
    valence: Sure[Concept] = Sure("rg:valence", concept)
    life_stage: One[Concept] = One("rg:lifeStage", concept)


class Determinant(Named, Studied):
    """A social condition that shapes factors.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> g.determinant("education-level").dimension.label
    'resources'
    """

    __slots__ = ()
    dimension: Sure[Concept] = Sure("rg:dimension", concept)
    shapes: Many[Construct] = Many("rg:shapes", thing)
    expected_to_influence: Many[Factor] = Many("rg:expectedToInfluence", thing)
    exact_match: Many[str] = Many("skos:exactMatch", string)
    close_match: Many[str] = Many("skos:closeMatch", string)


class PopulationGroup(Named):
    """A group of children that faces unequal adversity.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> group = g.population("fsm-eligible-pupils")
    >>> [each.slug for each in group.has_less][:2], len(group.disparities) > 0
    (['extracurricular-activity', 'parental-mental-wellbeing'], True)
    """

    __slots__ = ()
    progress_plus: Many[Concept] = Many("rg:progressPlus", concept)
    faces_more: Many[Factor] = Many("rg:facesMore", thing)
    has_less: Many[Factor] = Many("rg:hasLess", thing)
    disparities: Back[Disparity] = Back("rg:group", thing)
    findings: Back[Finding] = Back("rg:populationGroup", thing)
    sources: Many[Source] = Many("dcterms:source", thing)
    note: One[str] = One("skos:note", plain)


class Intervention(Studied):
    """A programme, or a type of programme, that schools or local authorities run.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> kiva = g.intervention("kiva")
    >>> [each.slug for each in kiva.reduces], kiva.provision.slug
    (['bullying-victimisation'], 'universal')
    """

    __slots__ = ()
    alt_labels: Many[str] = Many("skos:altLabel", plain)
    description: Sure[str] = Sure("dcterms:description", plain)
    action_level: Sure[Concept] = Sure("rg:actionLevel", concept)
    provision: Sure[Concept] = Sure("rg:provision", concept)
    delivered_by: One[Concept] = One("rg:deliveredBy", concept)
    minimum_age: One[int] = One("rg:minimumAge", plain)
    maximum_age: One[int] = One("rg:maximumAge", plain)
    duration: One[str] = One("rg:duration", plain)
    origin_country: One[Concept] = One("rg:originCountry", concept)
    aims_to_build: Many[Factor] = Many("rg:aimsToBuild", thing)
    aims_to_reduce: Many[Factor] = Many("rg:aimsToReduce", thing)
    builds: Many[Factor] = Many("rg:builds", thing)
    reduces: Many[Factor] = Many("rg:reduces", thing)
    improves: Many[Outcome] = Many("rg:improves", thing)
    worsens: Many[Outcome] = Many("rg:worsens", thing)
    undermines: Many[Factor] = Many("rg:undermines", thing)
    aggravates: Many[Factor] = Many("rg:aggravates", thing)
    broader: One[Intervention] = One("skos:broader", thing)
    narrower: Back[Intervention] = Back("skos:broader", thing)
    ratings: Back[Rating] = Back("rg:rates", thing)
    homepage: One[str] = One("foaf:homepage", string)
    sources: Many[Source] = Many("dcterms:source", thing)


class Source(Thing):
    """A study, review, report or guidance, as it was published.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> g.source("phe-ihe-2014").year
    2014
    """

    __slots__ = ()
    title: One[str] = One("dcterms:title", plain)
    supplied_title: One[str] = One("rg:suppliedTitle", plain)
    author_list: One[str] = One("rg:authorList", plain)
    year: One[int] = One("dcterms:issued", plain)
    container: One[str] = One("rg:container", plain)
    doi: One[str] = One("bibo:doi", plain)
    pmid: One[str] = One("bibo:pmid", plain)
    page: One[str] = One("foaf:page", string)
    design: Sure[Concept] = Sure("rg:design", concept)
    country: Many[Concept] = Many("rg:country", concept)
    participants: One[int] = One("rg:participants", plain)
    studies: One[int] = One("rg:studies", plain)
    open_access: One[bool] = One("rg:openAccess", plain)
    replaces: One[Source] = One("dcterms:replaces", thing)
    is_replaced_by: One[Source] = One("dcterms:isReplacedBy", thing)
    is_version_of: One[Source] = One("dcterms:isVersionOf", thing)
    replicates: One[Source] = One("rg:replicates", thing)
    disputes: One[Source] = One("cito:disputes", thing)
    record_status: One[Concept] = One("rg:recordStatus", concept)
    caveat: Many[Concept] = Many("rg:caveat", concept)
    note: Many[str] = Many("skos:note", plain)
    _read_by: Back[Thing] = Back("prov:hadPrimarySource", thing)
    reported_studies: Back[Study] = Back("rg:reportedBy", thing)
    replaced_by_others: Back[Source] = Back("dcterms:replaces", thing)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding that was read in it."""
        return tuple(each for each in self._read_by if isinstance(each, Finding))

    @property
    def is_out_of_date(self) -> bool:
        """Whether it was superseded or withdrawn: its findings are left out of strength."""
        return bool(self.is_replaced_by or self.record_status or self.replaced_by_others)


class Study(Thing):
    """A trial, cohort or survey; several sources may report one.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> study = g.source("bonell-2018").reported_studies[0]
    >>> study.label, len(study.reported_by)
    ('INCLUSIVE trial of Learning Together', 2)
    """

    __slots__ = ()
    study_kind: Sure[Concept] = Sure("rg:studyKind", concept)
    reported_by: Many[Source] = Many("rg:reportedBy", thing)
    country: Many[Concept] = Many("rg:country", concept)
    note: One[str] = One("skos:note", plain)


class Estimate(Thing):
    """A figure as it was published, with its metric and its orientation.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> figure = g.finding("bonell-2018--learning-together--bullying-victimisation").estimate
    >>> figure.value, figure.as_published, figure.metric.label
    (-0.08, '-0.08', 'standardised mean difference')
    """

    __slots__ = ()
    as_published: One[str] = One("rg:asPublished", plain)
    value: One[float] = One("rg:value", plain)
    metric: One[Concept] = One("rg:metric", concept)
    lower_limit: One[float] = One("rg:lowerLimit", plain)
    upper_limit: One[float] = One("rg:upperLimit", plain)
    confidence_level: One[int] = One("rg:confidenceLevel", plain)
    lowest_value: One[float] = One("rg:lowestValue", plain)
    highest_value: One[float] = One("rg:highestValue", plain)
    p_value: One[str] = One("rg:pValue", plain)
    orientation: One[Concept] = One("rg:orientation", concept)
    orientation_assumed: Flag = Flag("rg:orientationAssumed", plain)
    metric_inferred: Flag = Flag("rg:metricInferred", plain)
    protection: One[Concept] = One("rg:protection", concept)
    condition: One[str] = One("rg:condition", plain)
    reporter: One[Concept] = One("rg:reporter", concept)


class Finding(Thing):
    """One effect, in one source, of one subject on one object.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> found = g.finding("karna-2011--kiva--bullying-victimisation")
    >>> found.subject.slug, found.relation.slug, found.object.slug, found.source.slug
    ('kiva', 'decreases', 'bullying-victimisation', 'karna-2011')
    """

    __slots__ = ()
    subject: Sure[Intervention | Factor | Determinant] = Sure("rg:subject", thing)
    relation: Sure[Concept] = Sure("rg:relation", concept)
    object: Sure[Factor | Outcome] = Sure("rg:object", thing)
    source: Sure[Source] = Sure("prov:hadPrimarySource", thing)
    design: Sure[Concept] = Sure("rg:design", concept)
    estimate: One[Estimate] = One("rg:estimate", thing)
    contrast_estimate: One[Estimate] = One("rg:contrastEstimate", thing)
    bias_adjusted_estimate: One[Estimate] = One("rg:biasAdjustedEstimate", thing)
    further_estimates: Many[Estimate] = Many("rg:furtherEstimate", thing)
    population: One[str] = One("rg:population", plain)
    minimum_age: One[int] = One("rg:minimumAge", plain)
    maximum_age: One[int] = One("rg:maximumAge", plain)
    age_at_measurement: One[int] = One("rg:ageAtMeasurement", plain)
    country: Many[Concept] = Many("rg:country", concept)
    participants: One[int] = One("rg:participants", plain)
    sample_scope: One[Concept] = One("rg:sampleScope", concept)
    studies: One[int] = One("rg:studies", plain)
    follow_up_months: One[float] = One("rg:followUpMonths", plain)
    time_point: One[str] = One("rg:timePoint", plain)
    course: Many[Concept] = Many("rg:course", concept)
    subgroup: One[str] = One("rg:subgroup", plain)
    population_subgroup: Many[str] = Many("rg:populationSubgroup", plain)
    population_group: Many[PopulationGroup] = Many("rg:populationGroup", thing)
    equity_effect: Many[Concept] = Many("rg:equityEffect", concept)
    equity_note: One[str] = One("rg:equityNote", plain)
    effect_modifier: Many[str] = Many("rg:effectModifier", plain)
    condition: Many[str] = Many("rg:condition", plain)
    measure: Many[str] = Many("rg:measure", plain)
    reporter: Many[Concept] = Many("rg:reporter", concept)
    delivered_by: Many[Concept] = Many("rg:deliveredBy", concept)
    provision: Many[Concept] = Many("rg:provision", concept)
    comparator: One[str] = One("rg:comparator", plain)
    comparator_type: One[Concept] = One("rg:comparatorType", concept)
    analysis: Many[Concept] = Many("rg:analysis", concept)
    dose: One[str] = One("rg:dose", plain)
    dose_response: One[Concept] = One("rg:doseResponse", concept)
    arm: One[str] = One("rg:arm", plain)
    setting: One[str] = One("rg:setting", plain)
    exposure: One[str] = One("rg:exposure", plain)
    adjusted_for: One[str] = One("rg:adjustedFor", plain)
    moderates: One[Factor] = One("rg:moderates", thing)
    interaction: One[Concept] = One("rg:interaction", concept)
    mediated_by: Many[Construct] = Many("rg:mediatedBy", thing)
    bundled_with: Many[Factor] = Many("rg:bundledWith", thing)
    component: Many[Factor] = Many("rg:component", thing)
    co_exposure: One[Factor] = One("rg:coExposure", thing)
    sensitive_period: One[str] = One("rg:sensitivePeriod", plain)
    bidirectional: Flag = Flag("rg:bidirectional", plain)
    comparison_of_groups: Flag = Flag("rg:comparisonOfGroups", plain)
    retrospective_exposure: Flag = Flag("rg:retrospectiveExposure", plain)
    modelled: Flag = Flag("rg:modelled", plain)
    causal: One[bool] = One("rg:causal", plain)
    certainty: One[str] = One("rg:certainty", plain)
    caveat: Many[Concept] = Many("rg:caveat", concept)
    derivation: Many[Concept] = Many("rg:derivation", concept)
    evaluator: One[Concept] = One("rg:evaluator", concept)
    correction: One[str] = One("rg:correction", plain)
    note: One[str] = One("skos:note", plain)
    _propositions: Back[Proposition] = Back("rg:hasFinding", thing)

    @property
    def proposition(self) -> Proposition:
        """The question that it helps to answer."""
        return self._propositions[0]

    @property
    def is_empty_review(self) -> bool:
        """Whether it says that a review found no eligible study."""
        return term("EmptyReview") in self.values(TYPE.value)

    @property
    def is_moderation(self) -> bool:
        """Whether it says that the subject changes what a risk does to the object."""
        return term("ModerationFinding") in self.values(TYPE.value)


class Proposition(Thing):
    """Does this subject change this object? Every finding on the pair, by what it says, and the answer.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> found = g.finding("karna-2011--kiva--bullying-victimisation").proposition
    >>> found.overall_answer.slug, found.strength.slug, found.uk_evidence
    ('benefit', 'strong', True)
    """

    __slots__ = ()
    subject: Sure[Intervention | Factor | Determinant] = Sure("rg:subject", thing)
    object: Sure[Factor | Outcome] = Sure("rg:object", thing)
    moderates: One[Factor] = One("rg:moderates", thing)
    overall_answer: Sure[Concept] = Sure("rg:overallAnswer", concept)
    answer: Many[Concept] = Many("rg:answer", concept)
    strength: One[Concept] = One("rg:strength", concept)
    has_finding: Many[Finding] = Many("rg:hasFinding", thing)
    finds_increase: Many[Finding] = Many("rg:findsIncrease", thing)
    finds_decrease: Many[Finding] = Many("rg:findsDecrease", thing)
    finds_no_clear_effect: Many[Finding] = Many("rg:findsNoClearEffect", thing)
    finds_mixed: Many[Finding] = Many("rg:findsMixed", thing)
    finds_buffering: Many[Finding] = Many("rg:findsBuffering", thing)
    finds_amplifying: Many[Finding] = Many("rg:findsAmplifying", thing)
    finds_no_eligible_study: Many[Finding] = Many("rg:findsNoEligibleStudy", thing)
    rests_on_finding: Many[Finding] = Many("rg:restsOnFinding", thing)
    best_direction: One[Concept] = One("rg:bestDirection", concept)
    best_design: One[Concept] = One("rg:bestDesign", concept)
    design_rank: One[int] = One("rg:designRank", plain)
    independent_studies: One[int] = One("rg:independentStudies", plain)
    reviews: One[int] = One("rg:reviews", plain)
    sample_size: One[Concept] = One("rg:sampleSize", concept)
    consistency: One[Concept] = One("rg:consistency", concept)
    intervals_stated: One[int] = One("rg:intervalsStated", plain)
    intervals_excluding_no_effect: One[int] = One("rg:intervalsExcludingNoEffect", plain)
    longest_follow_up_months: One[float] = One("rg:longestFollowUpMonths", plain)
    newest_year: One[int] = One("rg:newestYear", plain)
    uk_evidence: One[bool] = One("rg:ukEvidence", plain)
    evaluator: One[Concept] = One("rg:evaluator", concept)
    association_only: One[bool] = One("rg:associationOnly", plain)
    rests_on: Many[Concept] = Many("rg:restsOn", concept)
    holds_where: Many[str] = Many("rg:holdsWhere", plain)


class Rating(Thing):
    """Somebody's dated judgement of an intervention.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> rating = g.things("rating")[0]
    >>> rating.rates.kind, rating.title
    ('intervention', 'Achievement for All trial')
    """

    __slots__ = ()
    rates: Sure[Intervention] = Sure("rg:rates", thing)
    title: Sure[str] = Sure("dcterms:title", plain)
    as_of: One[str] = One("rg:asOf", plain)
    months_progress: One[int] = One("rg:monthsProgress", plain)
    evidence_rating: One[str] = One("rg:evidenceRating", plain)
    cost_rating: One[str] = One("rg:costRating", plain)
    effect_statement: One[str] = One("rg:effectStatement", plain)


class Disparity(Thing):
    """That a group meets more of a risk, or has less of a protection, and on what evidence.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> found = g.population("fsm-eligible-pupils").disparities[0]
    >>> found.factor.slug, found.disparity.label, found.disparity_basis.label
    ('absenteeism', 'more', 'by a finding')
    """

    __slots__ = ()
    group: Sure[PopulationGroup] = Sure("rg:group", thing)
    factor: Sure[Factor] = Sure("rg:factor", thing)
    disparity: Sure[Concept] = Sure("rg:disparity", concept)
    disparity_basis: Sure[Concept] = Sure("rg:disparityBasis", concept)
    findings: Many[Finding] = Many("cito:citesAsEvidence", thing)
    sources: Many[Source] = Many("dcterms:source", thing)
    note: One[str] = One("skos:note", plain)


class Action(Thing):
    """What a school or a local authority can do, at one or more of the four levels.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> action = g.action("commission-parenting-support")
    >>> action.actor.label, [each.slug for each in action.example_intervention][:2]
    ('local authority', ['families-and-schools-together', 'family-links-nurturing-programme'])
    """

    __slots__ = ()
    description: Sure[str] = Sure("dcterms:description", plain)
    actor: Sure[Concept] = Sure("rg:actor", concept)
    action_level: Many[Concept] = Many("rg:actionLevel", concept)
    example_intervention: Many[Intervention] = Many("rg:exampleIntervention", thing)
    sources: Many[Source] = Many("dcterms:source", thing)
    note: One[str] = One("skos:note", plain)


class BriefingPoint(Thing):
    """One of the six points of the briefing, and the findings for and against it.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> point = g.point("briefing-2")
    >>> point.label, len(point.is_supported_by), len(point.is_disputed_by)
    ('Doing well despite adversity is not being unharmed', 15, 2)
    """

    __slots__ = ()
    number: Sure[int] = Sure("rg:number", plain)
    description: Sure[str] = Sure("dcterms:description", plain)
    about: Many[Thing] = Many("dcterms:subject", thing)
    action_level: Many[Concept] = Many("rg:actionLevel", concept)
    is_supported_by: Many[Finding] = Many("cito:isSupportedBy", thing)
    is_disputed_by: Many[Finding] = Many("cito:isDisputedBy", thing)
    note: One[str] = One("skos:note", plain)


#: The class of a kind of thing, by the part of the address that names it.
KINDS: Final[Mapping[str, type[Thing]]] = {
    "factor": Factor,
    "outcome": Outcome,
    "determinant": Determinant,
    "population": PopulationGroup,
    "intervention": Intervention,
    "rating": Rating,
    "source": Source,
    "study": Study,
    "finding": Finding,
    "estimate": Estimate,
    "disparity": Disparity,
    "proposition": Proposition,
    "action": Action,
    "point": BriefingPoint,
}


def view(iri: str, world: World) -> Thing:
    """Return the view of the thing with an address, of the class that its address names.

    >>> import resgraph
    >>> from resgraph.vocab import ID
    >>> view(ID + "factor/bereavement", resgraph.load())
    <factor bereavement: Bereavement>
    """
    kind = iri.removeprefix(ID).partition("/")[0] if iri.startswith(ID) else ""
    return KINDS.get(kind, Thing)(iri, world)
