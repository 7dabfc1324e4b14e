"""Every rule of good keeping finds what it is about, and nothing in the project."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from resgraph.hygiene import Finding, Rule, check, rules, search
from resgraph.sources import packaged

BAD = Path(__file__).parent / "bad"
RULES = {rule.name: rule for rule in rules()}


@pytest.fixture(scope="module")
def found() -> list[Finding]:
    return check()


@pytest.mark.parametrize("name", RULES)
def test_the_project_keeps_the_rule(name: str, found: list[Finding]) -> None:
    assert [str(finding) for finding in found if finding.rule == name] == []


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_the_rule_finds_its_bad_example_and_says_where(rule: Rule) -> None:
    path = BAD / f"{rule.name}.ttl"
    text = path.read_text(encoding="utf-8")
    assert text.startswith(f"# breaks {rule.name}\n")
    graph = re.search(r"^# graph: (\w+)$", text, re.MULTILINE)
    (finding, *_) = search({path: graph[1] if graph else "terms"}, [rule])
    assert finding.file == str(path)
    assert finding.line
    assert not text.splitlines()[finding.line - 1].startswith(("#", "@"))
    assert "{" not in finding.message
    assert "nothing" not in finding.message.split()


def test_every_bad_example_belongs_to_a_rule() -> None:
    assert {path.stem for path in BAD.iterdir()} == set(RULES)


def test_the_command_tells_file_and_line_and_fails(tmp_path: Path) -> None:
    for name in ("ontology", "data"):
        (tmp_path / name).mkdir()
    for path in (packaged().root / "ontology").glob("*.ttl"):
        shutil.copy(path, tmp_path / "ontology")
    terms = tmp_path / "ontology" / "resgraph.ttl"
    spoilt = terms.read_text(encoding="utf-8").replace(
        'skos:prefLabel "action level"@en', 'skos:prefLabel "Action Level"@en'
    )
    terms.write_text(spoilt, encoding="utf-8")
    line = spoilt[: spoilt.index('"Action Level"')].count("\n") + 1
    command = [sys.executable, "-m", "resgraph", "check", "--sources", str(tmp_path), "--rule", "label-case"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"{terms}:{line}: the label `Action Level` of rg:actionLevel" in done.stdout
    done = subprocess.run([*command, "--format", "json"], capture_output=True, text=True, check=False)
    assert [one["line"] for one in json.loads(done.stdout)] == [line]
    done = subprocess.run([*command[:-1], "none"], capture_output=True, text=True, check=False)
    assert (done.returncode, "there is no rule `none`" in done.stderr) == (2, True)
