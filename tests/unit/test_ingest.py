"""Records become statements, or a sentence that a curator understands; never half of them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from resgraph import turtle
from resgraph.errors import InputError
from resgraph.ingest import import_records, kind_of, read_records
from resgraph.sources import packaged
from resgraph.vocab import concept, term, thing

ROOT = packaged().root
SCHEMES = ROOT / "ontology" / "schemes.ttl"
FACTOR = {
    "id": "hope",
    "name": "Hope",
    "kind": "protective",
    "level": "individual",
    "definition": "Looking forward.",
}
SOURCE = {
    "id": "doe-2020",
    "title": "A trial of hope",
    "type": "rct",
    "authors": ["Doe J", "et al"],
    "year": 2020,
}
OUTCOME = {
    "id": "joy",
    "name": "Joy",
    "domain": "mental-health",
    "valence": "desirable",
    "definition": "Gladness.",
}
FINDING = {
    "id": "doe-2020--hope--joy",
    "source": "doe-2020",
    "subject_kind": "factor",
    "subject": "hope",
    "relation": "increases",
    "object_kind": "outcome",
    "object": "joy",
    "design": "rct",
    "metric": "odds-ratio",
    "value": 1.5,
    "ci_low": 1.1,
    "ci_high": 2.0,
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory with a small catalogue."""
    folder = tmp_path / "data"
    folder.mkdir()
    run(folder, factors=[FACTOR], sources=[SOURCE], outcomes=[OUTCOME], findings=[FINDING])
    return folder


def write(folder: Path, name: str, *records: object) -> Path:
    path = folder.parent / f"{name}.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def run(folder: Path, *, update: bool = False, **kinds: list[dict[str, object]]):
    paths = [write(folder, name, *records) for name, records in kinds.items()]
    return import_records(read_records(paths), folder, SCHEMES, update=update)


def statements(folder: Path, name: str) -> set[tuple[str, str, str]]:
    return {(t.subject.value, t.predicate.value, t.object.value) for t in turtle.read(folder / name)}


def problems(folder: Path, **kinds: list[dict[str, object]]) -> list[str]:
    before = {path: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(InputError) as error:
        run(folder, **kinds)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before, "something was written"
    return [f"{p.line}|{p.field}|{p.message}" for p in error.value.problems]


def test_a_finding_and_its_estimate_stand_two_hops_apart(data: Path) -> None:
    found = {(t.subject, t.predicate): t.object for t in turtle.read(data / "findings.ttl")}
    finding, estimate = thing("finding", FINDING["id"]), thing("estimate", FINDING["id"])
    assert found[finding, term("estimate")] == estimate
    assert found[finding, term("subject")] == thing("factor", "hope")
    assert found[estimate, term("upperLimit")] == Literal(
        "2.0", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
    )
    assert found[estimate, term("orientation")] == concept("orientation", "as-stated")


def test_published_digits_are_kept(data: Path) -> None:
    text = json.dumps({**FINDING, "id": "doe-2020--hope--joy--later", "value": 0}).replace(
        '"value": 0', '"value": 1.50'
    )
    path = data.parent / "findings.jsonl"
    path.write_text(text + "\n", encoding="utf-8")
    import_records(read_records([path]), data, SCHEMES)
    assert "rg:value 1.50" in (data / "findings.ttl").read_text(encoding="utf-8")


def test_importing_twice_changes_nothing(data: Path) -> None:
    before = {path: path.read_bytes() for path in data.iterdir()}
    outcome = run(data, factors=[FACTOR], sources=[SOURCE], outcomes=[OUTCOME], findings=[FINDING])
    assert {path: path.read_bytes() for path in data.iterdir()} == before
    assert not outcome.added
    assert not outcome.extended


def test_the_order_of_records_changes_nothing(data: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "data"
    other.mkdir(parents=True)
    run(other, findings=[FINDING], outcomes=[OUTCOME], sources=[SOURCE], factors=[FACTOR])
    assert {p.name: p.read_bytes() for p in other.iterdir()} == {
        p.name: p.read_bytes() for p in data.iterdir()
    }


def test_a_partial_record_adds_to_what_is_known(data: Path) -> None:
    outcome = run(data, findings=[{"id": FINDING["id"], "reporter": ["teacher"]}])
    assert outcome.extended == {"finding": [FINDING["id"]]}
    said = statements(data, "findings.ttl")
    iri = thing("finding", str(FINDING["id"])).value
    assert (iri, term("reporter").value, concept("reporter", "teacher").value) in said
    assert (iri, term("design").value, concept("design", "rct").value) in said


def test_a_contradiction_needs_to_be_asked_for(data: Path) -> None:
    changed = {"id": "hope", "level": "family"}
    (problem,) = problems(data, factors=[changed])
    assert "level" in problem
    assert "--update" in problem
    run(data, update=True, factors=[changed])
    levels = [o for s, p, o in statements(data, "factors.ttl") if p == term("level").value]
    assert levels == [concept("level", "family").value]


BAD = [
    ({"source": None}, "source", "no source has the id None"),
    ({"source": "nobody-1999"}, "source", "no source has the id 'nobody-1999'"),
    ({"subject": "joy"}, "subject", "no factor has the id 'joy'"),
    ({"subject_kind": "outcome"}, "subject", "subject_kind is 'outcome'"),
    ({"relation": "boosts"}, "relation", "expected one of amplifies, buffers, decreases"),
    ({"metric": "feet"}, "metric", "expected one of"),
    ({"value": "1.5"}, "value", "expected a number"),
    ({"value": True}, "value", "expected a number"),
    ({"n_participants": 12.5}, "n_participants", "expected a whole number"),
    ({"age_min": 300}, "age_min", "at most 120"),
    ({"follow_up_months": -3}, "follow_up_months", "at least 0"),
    ({"countries": ["UK"]}, "countries", "two-letter country code"),
    ({"design": ["rct", "cohort"]}, "design", "expected one value, found a list"),
    ({"subgroup": "girls\nboys"}, "subgroup", "line break"),
    ({"colour": "blue"}, "colour", "is not a field of a finding"),
    ({"further_estimates": [{"value": 1}]}, "further_estimates[1].metric", "is missing"),
    ({"further_estimates": "0.3"}, "further_estimates[1]", "expected an object"),
]


@pytest.mark.parametrize(("change", "field", "message"), BAD, ids=[str(sorted(bad[0])) for bad in BAD])
def test_a_bad_field_is_named_with_what_was_expected(
    data: Path, change: dict[str, object], field: str, message: str
) -> None:
    found = problems(data, findings=[{**FINDING, "id": "doe-2020--hope--joy--new", **change}])
    assert any(f"1|{field}|" in problem and message in problem for problem in found), found


@pytest.mark.parametrize("field", ["source", "subject", "relation", "object", "design"])
def test_a_missing_field_is_named(data: Path, field: str) -> None:
    record = {k: v for k, v in FINDING.items() if k != field} | {"id": "doe-2020--hope--joy--new"}
    assert any(f"1|{field}|" in p and "is missing" in p for p in problems(data, findings=[record]))


def test_a_duplicate_id_names_both_lines(data: Path) -> None:
    new = {**FACTOR, "id": "trust"}
    (problem,) = problems(data, factors=[new, {**new, "name": "Faith"}])
    assert problem.startswith("2|id|trust")
    assert "line 1" in problem


def test_every_bad_line_is_named_at_once(data: Path) -> None:
    path = data.parent / "factors.jsonl"
    path.write_bytes(b'{"id": "a"\n\xff\xfe\n["x"]\n{"id": "b", "value": NaN}\n')
    with pytest.raises(InputError) as error:
        read_records([path])
    lines = [(p.line, p.message) for p in error.value.problems]
    assert [line for line, _ in lines] == [2, 1, 3, 4] or sorted(line for line, _ in lines) == [1, 2, 3, 4]
    text = str(error.value)
    assert "not valid JSON" in text
    assert "not valid UTF-8" in text
    assert "expected an object with an id" in text


def test_a_file_of_unknown_kind_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--kind"):
        kind_of(tmp_path / "things.jsonl")


def test_a_missing_file_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        read_records([tmp_path / "findings.jsonl"])


def test_an_interval_that_excludes_its_value_is_refused(data: Path) -> None:
    found = problems(data, findings=[{**FINDING, "id": "doe-2020--hope--joy--new", "value": 9.5}])
    assert any("|value|" in p and "interval" in p for p in found), found


def test_a_failed_write_leaves_every_file_as_it_was(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {path.name: path.read_bytes() for path in data.iterdir()}
    shutil.copytree(data, data.parent / "copy")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        run(data, factors=[{**FACTOR, "id": "trust", "name": "Trust"}])
    assert {path.name: path.read_bytes() for path in data.iterdir()} == before
