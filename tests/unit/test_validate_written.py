"""The written forms of a report: SARIF as its standard demands it, and a page that is safe and alone."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from resgraph.cli import run
from resgraph.errors import InputError, UsageError
from resgraph.validate import Report, validate

SHAPES = """@prefix : <http://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
:Named sh:targetClass :Thing ; sh:property [ sh:path :name ; sh:maxLength 3 ;
    sh:message "Too <b>long</b>."@en ] .
:Sized sh:targetClass :Thing ; sh:severity sh:Warning ; sh:property [ sh:path :size ; sh:minCount 1 ;
    sh:severity sh:Info ] .
"""
DATA = """@prefix : <http://example.org/> .
:one a :Thing ; :name "<script>alert(1)</script>" .
:two a :Thing ; :size 1 ;
    :name "longer" .
"""


@pytest.fixture
def report(tmp_path: Path) -> Report:
    (tmp_path / "a b.ttl").write_text(DATA)
    (tmp_path / "shapes.ttl").write_text(SHAPES)
    return validate(tmp_path / "a b.ttl", tmp_path / "shapes.ttl")


def test_sarif_has_what_its_standard_demands(report: Report) -> None:
    """Section numbers are those of SARIF 2.1.0."""
    log: dict[str, Any] = json.loads(report.to_sarif())
    assert log["version"] == "2.1.0"  # 3.13.2
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    (one,) = log["runs"]  # 3.13.4
    driver = one["tool"]["driver"]  # 3.14.6, 3.18.2
    assert driver["name"]
    rules = driver["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules) == 2  # 3.49.3
    assert len(one["results"]) == 3
    for result in one["results"]:
        assert result["message"]["text"]  # 3.27.11, 3.11.8
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]  # 3.27.6
        assert result["level"] in {"none", "note", "warning", "error"}  # 3.27.10
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert re.fullmatch(r"file:///\S+/a%20b\.ttl", place["artifactLocation"]["uri"])  # 3.4.3, RFC 3986
        assert place["region"]["startLine"] >= 1  # 3.30.5
        assert all(isinstance(value, str) for value in result["partialFingerprints"].values())  # 3.27.17
    assert {result["level"] for result in one["results"]} == {"error", "note"}


def test_a_relative_file_stays_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a b.ttl").write_text(DATA)
    Path("shapes.ttl").write_text(SHAPES)
    log = json.loads(validate("a b.ttl", "shapes.ttl").to_sarif())
    assert '"uri": "a%20b.ttl"' in json.dumps(log)


class Reader(HTMLParser):
    """What a browser would take from a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.asked: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.asked += [value or "" for name, value in attrs if name in ("src", "href", "action", "style")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_shows_text_as_text_and_asks_no_host(report: Report) -> None:
    page = report.to_html()
    reader = Reader()
    reader.feed(page)
    assert "script" not in reader.tags
    assert "b" not in reader.tags
    assert "<script>alert(1)</script>" in reader.text
    assert reader.asked == []
    assert not re.search(r"url\(|@import", page)
    assert "a b.ttl:4" in reader.text


def test_many_of_a_kind_are_told_once(tmp_path: Path) -> None:
    things = "".join(f':t{number} a :Thing ; :name "longer" ; :size 1 .\n' for number in range(30))
    (tmp_path / "a.ttl").write_text("@prefix : <http://example.org/> .\n" + things)
    (tmp_path / "shapes.ttl").write_text(SHAPES)
    report = validate(tmp_path / "a.ttl", tmp_path / "shapes.ttl")
    text = report.to_text()
    assert text.count("Too <b>long</b>.") == 1
    assert "violation, 30 times" in text
    assert "and 10 more" in text
    (group,) = json.loads(report.to_json())["groups"]
    assert group["count"] == 30


@pytest.mark.parametrize("form", ["text", "json", "sarif", "html", "turtle"])
def test_the_command_writes_every_form(tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.ttl").write_text(DATA)
    (tmp_path / "shapes.ttl").write_text(SHAPES)
    command = [
        "validate",
        str(tmp_path / "a.ttl"),
        "--shapes",
        str(tmp_path / "shapes.ttl"),
        "--format",
        form,
    ]
    assert run(command) == 1
    assert capsys.readouterr().out.endswith("\n")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("sh:maxLength 3", "sh:maxLength 'three'"),
        ("sh:path :name ; sh:maxLength 3", "sh:path :name ; sh:pattern '('"),
        ("sh:path :name ;", "sh:minLength 1 ;"),
        ("sh:maxLength 3", "sh:in :name"),
        ("sh:maxLength 3", "sh:nodeKind sh:Iri"),
        ("sh:maxLength 3", "sh:class 'Thing'"),
    ],
)
def test_shapes_that_are_wrong_are_told_with_file_and_line(tmp_path: Path, wrong: str, said: str) -> None:
    (tmp_path / "a.ttl").write_text(DATA)
    (tmp_path / "shapes.ttl").write_text(SHAPES.replace(wrong, said))
    with pytest.raises(InputError, match="shapes cannot be used") as error:
        validate(tmp_path / "a.ttl", tmp_path / "shapes.ttl")
    assert error.value.problems[0].file == str(tmp_path / "shapes.ttl")
    assert error.value.problems[0].line == 2


def test_an_engine_that_cannot_do_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(DATA)
    (tmp_path / "shapes.ttl").write_text(SHAPES + ":Named sh:rule [] .\n")
    with pytest.raises(UsageError, match="sh:rule"):
        validate(tmp_path / "a.ttl", tmp_path / "shapes.ttl", engine="shacl")
    assert len(validate(tmp_path / "a.ttl", tmp_path / "shapes.ttl").violations) == 3
    with pytest.raises(UsageError, match="no engine"):
        validate(tmp_path / "a.ttl", engine="other")
