"""Ready code sends exactly the query of the editor, whatever stands in it, and gets its answer."""

from __future__ import annotations

import ast
import json
import shlex
import shutil
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resgraph.graph import Graph
from resgraph.web import create_app
from resgraph.web.ready import code

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)


@given(TEXTS, st.booleans())
def test_the_query_survives_every_language(query: str, is_graph: bool) -> None:
    written = code("http://a/sparql", query, is_graph=is_graph, inferred=True)
    python, library, r, curl = (each.text for each in written)
    for text in (python, library):
        assigned = [node for node in ast.parse(text).body if isinstance(node, ast.Assign)]
        values = {
            node.targets[0].id: node.value for node in assigned if isinstance(node.targets[0], ast.Name)
        }
        assert ast.literal_eval(values["query"]) == query
    assert json.JSONDecoder().raw_decode(r.removeprefix("query <- "))[0] == query
    assert "query=" + query in shlex.split(curl)


def test_the_code_of_the_page_runs(server: str) -> None:
    query = "SELECT ?name {\n  ?p a rg:BriefingPoint ; rdfs:label ?name\n} ORDER BY ?name"
    python, library, _, curl = code(f"{server}/sparql", query, is_graph=False)
    for each in (python, library):
        program = [sys.executable, "-c", each.text + "print(len(found))"]
        done = subprocess.run(program, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "6"
    if shutil.which("curl"):
        command = ["sh", "-c", curl.text.replace("curl ", "curl --silent --noproxy '*' ", 1)]
        ran = subprocess.run(command, capture_output=True, text=True, check=True)
        assert len(ran.stdout.splitlines()) == 7


@pytest.mark.parametrize("query", ["SELECT ?s { ?s a rg:Outcome }", "CONSTRUCT WHERE { ?s a rg:Outcome }"])
def test_the_page_has_it(graph: Graph, query: str) -> None:
    client = create_app(graph.dataset, graph.manifest).test_client()
    text = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/html"}).text
    for language in ("Python", "Python, with resgraph", "R", "curl"):
        assert f"<summary>{language}</summary>" in text
