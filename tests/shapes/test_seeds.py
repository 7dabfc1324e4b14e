"""Forty mistakes seeded into the real files: the right file and line, a reason, and a fix to act on."""
# ruff: noqa: E501 (a mistake is one line of a table)

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from resgraph.cli import run
from resgraph.sources import packaged
from resgraph.validate import Violation, validate
from resgraph.vocab import PREFIXES, SHAPE


@dataclass(frozen=True)
class Seed:
    """A mistake: in the first fit line of a file, what is replaced by what; an empty text removes the line."""

    name: str
    file: str
    old: str
    new: str
    shape: str
    #: what the fix must say
    fix: str


SEEDS = [
    Seed("level forgotten", "factors", r"^\trg:level .* ;$", "", "FactorLevel", "one of: level:community, level:family, level:individual"),
    Seed("level misspelt", "factors", r"level:school\b", "level:scool", "LevelConcept", "Did you mean level:school?"),
    Seed("level in words", "factors", r"level:family\b", '"family"', "LevelConcept", "Did you mean level:family?"),
    Seed("property misspelt", "factors", r"rg:oppositeOf\b", "rg:opositeOf", "FactorProperties", "Did you mean rg:oppositeOf?"),
    Seed("opposite unknown", "factors", r"rg:oppositeOf factor:\S+", "rg:oppositeOf factor:resiliense", "OppositeOfProtective|OppositeOfRisk", "resilience|Nothing says|a rg:"),
    Seed("label without language", "factors", r'(skos:prefLabel ".*")@en', r"\1", "ThingLabel", "@en"),
    Seed("definition without full stop", "factors", r'\."@en \.$', '"@en .', "ThingDefinition", '."@en'),
    Seed("two levels", "factors", r"rg:level (level:\w+) ;", r"rg:level level:family , level:society ;", "LevelConcept", "Keep one of level:family, level:society"),
    Seed("valence forgotten", "outcomes", r"^\trg:valence .* ;$", "", "OutcomeValence", "one of: valence:desirable, valence:undesirable"),
    Seed("domain of another list", "outcomes", r"rg:domain domain:\S+", "rg:domain level:family", "DomainConcept", "one of|Did you mean domain:"),
    Seed("domain forgotten", "outcomes", r"^\trg:domain .* ;$", "", "OutcomeDomain", "rg:domain"),
    Seed("dimension misspelt", "determinants", r"dimension:resources", "dimension:resource", "DimensionConcept", "Did you mean dimension:resources?"),
    Seed("influence on a group", "determinants", r"rg:expectedToInfluence factor:[\w-]+", "rg:expectedToInfluence population:girls", "ExpectedInfluence", "population:girls is a rg:PopulationGroup"),
    Seed("provision forgotten", "interventions", r"^\trg:provision .* ;$", "", "InterventionProvision", "provision:universal"),
    Seed("ages swapped", "interventions", r"rg:minimumAge 4 ", "rg:minimumAge 16 ", "AgesInOrder", "exchange the two"),
    Seed("age in words", "interventions", r"rg:minimumAge 5", 'rg:minimumAge "five"@en', "MinimumAgeRange", "a whole number"),
    Seed("age as text", "interventions", r"rg:minimumAge 11", 'rg:minimumAge "11"', "MinimumAgeRange", "Write 11."),
    Seed("aim to build a risk", "interventions", r"rg:aimsToBuild factor:[\w-]+", "rg:aimsToBuild factor:poverty", "AimsToBuild", "factor:poverty is a rg:RiskFactor; a rg:ProtectiveFactor belongs here"),
    Seed("source misspelt", "interventions", r"(dcterms:source source:[\w-]+)", r"\1x", "ReferenceIsSource", "Did you mean source:"),
    Seed("country by its short code", "interventions", r"rg:originCountry country:USA", "rg:originCountry country:US", "CountryConcept", "country:USA"),
    Seed("year as a number", "sources", r'"(\d{4})"\^\^xsd:gYear', r"\1", "IssuedYear", '"^^xsd:gYear'),
    Seed("DOI with its host", "sources", r'bibo:doi "', 'bibo:doi "https://doi.org/', "DoiPattern", 'Write "10.'),
    Seed("title without language", "sources", r'(dcterms:title ".*")@en', r"\1", "TitleHasLanguage", "@en"),
    Seed("design forgotten", "sources", r"^\trg:design .* ;$", "", "SourceDesign", "rg:design"),
    Seed("page as text", "sources", r"foaf:page <([^>]*)>", r'foaf:page "\1"', "WebAddress", "address"),
    Seed("year of the future", "sources", r'"20(\d\d)"\^\^xsd:gYear', r'"30\1"^^xsd:gYear', "IssuedYear", "2"),
    Seed("report that is a finding", "studies", r"rg:reportedBy source:[\w-]+", "rg:reportedBy factor:poverty", "ReportIsSource", "a rg:Source belongs here"),
    Seed("kind of study misspelt", "studies", r"study-kind:trial", "study-kind:trail", "StudyKindConcept", "Did you mean study-kind:trial?"),
    Seed("source forgotten", "findings", r"^\tprov:hadPrimarySource .* ;$", "", "FindingSource", "Add a line with prov:hadPrimarySource"),
    Seed("relation unknown", "findings", r"relation:increases", "relation:improves", "RelationConcept", "relation:"),
    Seed("object unknown", "findings", r"rg:object outcome:academic-attainment", "rg:object outcome:academic-atainment", "ObjectKind", "Did you mean outcome:academic-attainment?"),
    Seed("two subjects", "findings", r"rg:subject intervention:(\S+) \.$", r"rg:subject intervention:\1 , intervention:kiva .", "FindingSubject", "Keep one of"),
    Seed("participants with a comma", "findings", r"rg:participants (\d)(\d\d\d) ;", r'rg:participants "\1,\2" ;', "ParticipantsCount", "Write "),
    Seed("follow-up misspelt", "findings", r"rg:followUpMonths", "rg:folowUpMonths", "FindingProperties", "Did you mean rg:followUpMonths?"),
    Seed("confidence as a share", "findings", r"rg:confidenceLevel 95", "rg:confidenceLevel 0.95", "ConfidenceLevelRange", "at least 50 and at most 99.9"),
    Seed("metric misspelt", "findings", r"metric:odds-ratio", "metric:odd-ratio", "MetricConcept", "Did you mean metric:odds-ratio?"),
    Seed("limits swapped", "findings", r"rg:lowerLimit -\S+", "rg:lowerLimit 99.0", "IntervalInOrder", "exchange the two"),
    Seed("group unknown", "disparities", r"rg:group population:black-pupils", "rg:group population:black-pupil", "DisparityGroupKind", "Did you mean population:black-pupils?"),
    Seed("actor forgotten", "actions", r"^\trg:actor .* ;$", "", "ActionActor", "one of: actor:"),
    Seed("number in words", "points", r"rg:number 1 ;", 'rg:number "one" ;', "PointNumber", "a whole number"),
]  # fmt: skip


#: so that a mistake may name anything; it stands in the first line, and moves no other
PREFIX_LINE = "".join(f"@prefix {name}: <{base}> . " for name, base in PREFIXES.items())


@dataclass(frozen=True)
class Planted:
    folder: Path
    #: file and line where each mistake stands
    places: dict[str, tuple[str, int]]


def plant(folder: Path) -> Planted:
    """Copy the data with every mistake in it, each in a record of its own."""
    places: dict[str, tuple[str, int]] = {}
    for source in packaged().data:
        lines = [(line, "") for line in source.read_text(encoding="utf-8").split("\n")]
        taken: set[int] = set()
        for seed in SEEDS:
            if seed.file == source.stem:
                number, record = fit(lines, seed, taken)
                taken.add(record)
                mended = re.sub(seed.old, seed.new, lines[number][0], count=1)
                lines[number] = (mended, seed.name)
                if not seed.new:
                    lines[number] = ("\0", "")
                    lines[record] = (lines[record][0], seed.name)
        kept = [pair for pair in lines if pair[0] != "\0"]
        for number, (_, name) in enumerate(kept, 1):
            if name:
                places[name] = (source.name, number)
        text = PREFIX_LINE + "\n".join(line for line, _ in kept)
        (folder / source.name).write_text(text, encoding="utf-8")
    return Planted(folder, places)


def fit(lines: list[tuple[str, str]], seed: Seed, taken: set[int]) -> tuple[int, int]:
    """The first line that fits, and the line with which its record begins."""
    record = 0
    for number, (line, _) in enumerate(lines):
        record = record if line.startswith("\t") else number
        if record not in taken and not line.startswith("@") and re.search(seed.old, line):
            return number, record
    raise AssertionError(f"nothing to break: {seed.name}")


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Planted:
    return plant(tmp_path_factory.mktemp("seeds"))


@pytest.fixture(scope="module")
def found(planted: Planted) -> tuple[Violation, ...]:
    files = [*packaged().ontology, *sorted(planted.folder.glob("*.ttl"))]
    return validate(files).violations


def test_there_are_forty() -> None:
    assert len(SEEDS) == len({seed.name for seed in SEEDS}) == 40


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.name)
def test_a_mistake_is_told_with_place_reason_and_fix(
    seed: Seed, planted: Planted, found: tuple[Violation, ...]
) -> None:
    file, line = planted.places[seed.name]
    here = [one for one in found if (one.file, one.line) == (str(planted.folder / file), line)]
    fitting = [one for one in here if one.shape.removeprefix(SHAPE) in seed.shape.split("|")]
    assert fitting, "\n".join(map(str, here)) or f"nothing at {file}:{line}"
    fixes = " ".join(one.fix or "" for one in fitting)
    assert any(part in fixes for part in seed.fix.split("|")), fixes
    for one in fitting:
        assert one.message.endswith((".", ")"))
        assert "sh:" not in f"{one.message} {one.fix}"


def test_the_command_says_the_same_by_both_engines_and_changes_no_file(
    planted: Planted, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(path) for path in (*packaged().ontology, *sorted(planted.folder.glob("*.ttl")))]
    before = [Path(file).read_bytes() for file in files]
    told = []
    for engine in ("pyshacl", "shacl"):
        assert run(["validate", *files, "--engine", engine]) == 1
        told.append(capsys.readouterr().out)
    assert told[0] == told[1]
    assert [Path(file).read_bytes() for file in files] == before
