"""Reports of validation: typed, placed, in three formats; inputs untouched, bad input told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from resgraph.cli import group
from resgraph.errors import InputError
from resgraph.sources import packaged
from resgraph.validate import Report, validate
from resgraph.vocab import SH, SHAPE, TYPE, term, thing

BROKEN = """@prefix factor: <https://w3id.org/resgraph/id/factor/> .
@prefix rg: <https://w3id.org/resgraph/ns#> .
@prefix level: <https://w3id.org/resgraph/scheme/level/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

factor:hope a rg:ProtectiveFactor ;
    skos:prefLabel "Hope"@en ;
    rg:level level:individual ;
    rg:oppositeOf
        factor:nowhere-to-be-found .
"""
SHAPES = """@prefix : <http://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .

:Named a sh:NodeShape ;
    sh:targetClass :Thing ;
    sh:property [ sh:path :name ; sh:minCount 1 ; sh:severity sh:Warning ] .
"""
DATA = "@prefix : <http://example.org/> .\n\n:one a :Thing .\n:two a :Thing ; :name 'two' .\n"


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "broken.ttl"
    path.write_text(BROKEN)
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(group, ["validate", *map(str, arguments)])


def test_a_violation_says_what_where_and_why(broken: Path) -> None:
    (violation,) = validate(broken).violations
    assert violation.focus == thing("factor", "hope")
    assert violation.path == term("oppositeOf").value
    assert violation.value == thing("factor", "nowhere-to-be-found")
    assert violation.shape == SHAPE + "OppositeOfProtective"
    assert violation.shape_name == "The opposite of a protective factor is a risk"
    assert violation.severity == "violation"
    assert violation.message.endswith(".")
    assert violation.component == "ClassConstraintComponent"
    assert (violation.file, violation.line) == (str(broken), 10)


def test_what_the_project_has_is_known_to_a_file_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "good.ttl"
    path.write_text(BROKEN.replace("nowhere-to-be-found", "poverty"))
    assert validate(path).conforms
    assert not validate(path, context=()).conforms


def test_files_that_stand_in_for_the_projects_own_hide_them(tmp_path: Path) -> None:
    """Whoever gives a new state of the sources means that state, not the one in the package."""
    own = next(path for path in packaged().data if path.name == "sources.ttl")
    study = next(path for path in packaged().data if path.name == "studies.ttl")
    needed = next(q.object for q in parse(path=study) if q.predicate == term("reportedBy"))
    triples = [q.triple for q in parse(path=own) if q.subject != needed]
    report = validate([*triples, *(q.triple for q in parse(path=study))])
    assert {v.value for v in report.violations if v.shape == SHAPE + "ReportIsSource"} == {needed}


def test_inputs_are_not_changed(broken: Path) -> None:
    triples = [q.triple for q in parse(path=broken)]
    shapes = [q for path in packaged().shapes for q in parse(path=path, rename_blank_nodes=True)]
    before = (list(triples), list(shapes))
    first, second = validate(triples, shapes), validate(triples, shapes)
    assert (triples, shapes) == before
    assert first.to_text() == second.to_text()


def test_a_literal_that_does_not_fit_its_datatype_is_told_not_raised() -> None:
    half = Literal("half", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer"))
    report = validate([Triple(thing("finding", "a--b"), term("participants"), half)])
    assert SHAPE + "ParticipantsCount" in {violation.shape for violation in report.violations}


def test_shapes_of_others_need_no_names(tmp_path: Path) -> None:
    shapes, data = tmp_path / "shapes.ttl", tmp_path / "data.ttl"
    shapes.write_text(SHAPES)
    data.write_text(DATA)
    (violation,) = validate(data, shapes).violations
    assert violation.focus == NamedNode("http://example.org/one")
    assert violation.shape == "http://example.org/Named"
    assert (violation.severity, violation.line) == ("warning", 3)


def test_the_standard_report(broken: Path) -> None:
    report = validate(broken)
    read = list(parse(report.to_turtle(), format=RdfFormat.TURTLE))
    (conforms,) = [q.object.value for q in read if q.predicate.value == SH + "conforms"]
    assert conforms == "false"
    (focus,) = [q.object for q in read if q.predicate.value == SH + "focusNode"]
    assert focus == thing("factor", "hope")
    assert sum(q.predicate == TYPE and q.object.value == SH + "ValidationResult" for q in read) == 1


def test_the_report_is_the_same_each_time(broken: Path) -> None:
    reports = {validate(broken, context=()).to_turtle() for _ in range(3)}
    assert len(reports) == 1


def test_a_report_of_nothing_conforms() -> None:
    report = Report()
    assert report.conforms
    assert report.to_text() == "Conforms: nothing to mend.\n"
    assert json.loads(report.to_json()) == {"conforms": True, "violations": [], "mistakes": [], "groups": []}


def test_the_command_prints_file_and_line_and_exits_1(broken: Path) -> None:
    result = run(broken)
    assert result.exit_code == 1
    assert result.stdout.startswith(f"{broken}:10: violation: The opposite pole of a protective factor")
    assert (
        "factor:hope rg:oppositeOf factor:nowhere-to-be-found  [shape:OppositeOfProtective]" in result.stdout
    )
    assert result.stdout.endswith("1 violation.\n")


def test_the_command_writes_json_and_turtle(broken: Path) -> None:
    (violation,) = json.loads(run(broken, "--format", "json").stdout)["violations"]
    assert violation["value"] == "factor:nowhere-to-be-found"
    assert violation["line"] == 10
    assert "a sh:ValidationReport" in run(broken, "--format", "turtle").stdout


def test_the_command_takes_shapes(tmp_path: Path) -> None:
    shapes, data = tmp_path / "shapes.ttl", tmp_path / "data.ttl"
    shapes.write_text(SHAPES)
    data.write_text(DATA.replace(":one a :Thing .", ""))
    result = run(data, "--shapes", shapes)
    assert (result.exit_code, result.stdout) == (0, "Conforms: nothing to mend.\n")


def test_a_syntax_error_is_told_with_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.ttl"
    path.write_text("@prefix : <http://example.org/> .\n:a :b :c .\n:a :b ; .\n:a :b\n")
    with pytest.raises(InputError) as error:
        validate(path)
    assert error.value.exit_code == 2
    (problem,) = error.value.problems
    assert (problem.file, problem.line) == (str(path), 3)


@pytest.mark.parametrize("name", ["missing.ttl", "picture.png"])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, name: str) -> None:
    if name.endswith("png"):
        (tmp_path / name).write_bytes(b"\x89PNG")
    with pytest.raises(InputError, match=name):
        validate(tmp_path / name)


def test_shapes_that_make_no_sense_are_told() -> None:
    nonsense = SHAPES.replace("sh:minCount 1", "sh:minCount 'many'")
    with pytest.raises(InputError, match="shapes cannot be used"):
        validate(
            parse(DATA, format=RdfFormat.TURTLE), list(parse(nonsense, format=RdfFormat.TURTLE)), context=()
        )
