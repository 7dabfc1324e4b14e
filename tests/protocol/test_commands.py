"""The commands that ask and serve: exit codes, and messages without traces."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def resgraph(
    *arguments: str, program: tuple[str, ...] = ("-m", "resgraph"), given: str = ""
) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, *program, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
        input=given,
        cwd=ROOT,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


def test_a_query_as_a_table_and_in_formats(data: Path) -> None:
    query = "SELECT ?s ?name { ?s rdfs:label ?name } ORDER BY ?name"
    code, out, err = resgraph("query", query, "--data", str(data))
    assert (code, err) == (0, "2 rows\n")
    assert out.splitlines()[0].split() == ["S", "NAME"]
    assert "factor:coping-skills  " in out
    code, out, _ = resgraph("query", "-", "--data", str(data), "--format", "csv", given=query)
    assert (code, out.splitlines()[0]) == (0, "s,name")


def test_values_are_bound(data: Path) -> None:
    query = "SELECT ?s { ?s <http://example.org/n> ?n } ORDER BY ?s"
    arguments = ("--data", str(data), "--format", "csv", "--bind", "n=3", "--bind", "n=5")
    assert resgraph("query", query, *arguments)[1].split() == [
        "s",
        "http://example.org/3",
        "http://example.org/5",
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("query", "SELECT *"), "line 1, column 9"),
        (("query", "ASK { SERVICE <a:b> {} }"), "never leaves"),
        (("query",), "there is no query"),
        (("query", "no-such-query"), "no stored query"),
        (("query", "none.rq"), "cannot read none.rq"),
        (("query", "ASK {}", "--bind", "x"), "NAME=VALUE"),
        (("query", "CONSTRUCT WHERE { ?s ?p ?o }", "--format", "csv"), "cannot be written as csv"),
        (("query", "ASK {}", "--format", "pdf"), "pdf"),
        (("serve", "--port", "many"), "--port"),
        (("serve", "no-such-file.ttl"), "no-such-file.ttl"),
        (("serve", "README.md", "--port", "0"), "no RDF file"),
        (("dance",), "dance"),
    ],
)
def test_asked_wrongly(data: Path, arguments: tuple[str, ...], words: str) -> None:
    more = ("--data", str(data)) if arguments[0] == "query" and len(arguments) > 1 else ()
    code, out, err = resgraph(*arguments, *more)
    assert (code, out) == (2, "")
    assert words in err


@pytest.mark.parametrize("command", ["serve", "query"])
def test_help_has_an_example(command: str) -> None:
    code, out, _ = resgraph(command, "--help")
    assert (code, "Example:" in out) == (0, True)


def test_server_py_is_the_same_command() -> None:
    ours = resgraph("--help", program=("server.py",))
    theirs = resgraph("serve", "--help")
    assert ours == theirs


def test_server_app_opens_the_release_when_it_is_asked(data: Path, tmp_path: Path) -> None:
    manifest = {"format": 1, "quads": data.name, "sha256": "abc", "graphs": {}, "things": {}}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path / data.name).write_bytes(data.read_bytes())
    program = """
import os, sys, threading
from server import app
from werkzeug.test import Client
answers = []
asking = threading.Thread(target=lambda: answers.append(Client(app).get("/health").json["release"]))
asking.start(), asking.join()
print(answers)
"""
    environment = {**os.environ, "RESGRAPH_RELEASE": str(tmp_path), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
        env=environment,
    )
    assert (done.stdout, done.stderr) == ("['abc']\n", "")
