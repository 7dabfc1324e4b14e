"""What pages show of evidence: questions with their answers, findings one by one, links by kind."""

from __future__ import annotations

from resgraph.web.evidence.findings import Found, Row, estimates, findings, forest, ratings, sources, strip
from resgraph.web.evidence.links import Edge, edges
from resgraph.web.evidence.pathway import Pathway, pathway
from resgraph.web.evidence.questions import (
    ANSWERS,
    MEANINGS,
    SIGNS,
    STRENGTHS,
    Question,
    Verdict,
    questions,
    verdicts,
)
from resgraph.web.evidence.reports import with_names
from resgraph.web.evidence.together import together

__all__ = [
    "ANSWERS",
    "MEANINGS",
    "SIGNS",
    "STRENGTHS",
    "Edge",
    "Found",
    "Pathway",
    "Question",
    "Row",
    "Verdict",
    "edges",
    "estimates",
    "findings",
    "forest",
    "pathway",
    "questions",
    "ratings",
    "sources",
    "strip",
    "together",
    "verdicts",
    "with_names",
]
