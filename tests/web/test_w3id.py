"""The redirects for w3id.org, read as Apache reads them, rule by rule, against the site."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from resgraph.graph import Graph
from resgraph.web import create_app

FILE = Path(__file__).parents[2] / "w3id" / ".htaccess"
RULE = re.compile(r"RewriteRule (\S+) (\S+) \[R=(\d+),L\]")
RULES = [(re.compile(p), target, int(code)) for p, target, code in RULE.findall(FILE.read_text())]

#: For each rule, in its order: what is asked for, where it leads, what the site answers there.
CASES = [
    ("id/factor/bereavement", 303, "/doc/factor/bereavement", 200),
    ("ns", 302, "/ns", 200),
    ("ns.ttl", 302, "/ns.ttl", 200),
    ("ns/context.jsonld", 302, "/ns/context.jsonld", 200),
    ("0.1.0/ns", 302, "/0.1.0/ns", 200),
    ("scheme/level/peer", 302, "/scheme/level/peer", 200),
    ("catalog", 302, "/catalog", 200),
    ("", 302, "/", 200),
    ("health", 302, "/health", 200),
]


def redirect(path: str) -> tuple[int, int, str]:
    """Return which rule fits first, its status, and where it leads."""
    for number, (pattern, target, code) in enumerate(RULES):
        if found := pattern.search(path):
            return number, code, re.sub(r"\$(\d)", lambda m: found[int(m[1])], target)
    raise AssertionError(f"no rule for {path}")


@pytest.fixture(scope="module")
def client(graph: Graph) -> FlaskClient:
    return create_app(graph.dataset, graph.manifest).test_client()


def test_every_rule_is_read_and_has_a_case() -> None:
    assert len(RULES) == FILE.read_text().count("\nRewriteRule ") == len(CASES)
    assert [redirect(path)[0] for path, *_ in CASES] == list(range(len(RULES)))


def test_all_rules_lead_to_one_host() -> None:
    assert len({urlsplit(target)[:2] for _, target, _ in RULES}) == 1


@pytest.mark.parametrize(("path", "code", "leads", "status"), CASES)
def test_a_rule_leads_where_the_site_answers(
    client: FlaskClient, path: str, code: int, leads: str, status: int
) -> None:
    _, given, target = redirect(path)
    assert (given, urlsplit(target).path) == (code, leads)
    assert client.get(urlsplit(target).path).status_code == status
