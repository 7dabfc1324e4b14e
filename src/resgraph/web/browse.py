"""Looking for things: by kind with facets, by name, in the map of gaps, by the points of the briefing."""

from __future__ import annotations

from typing import Final, NamedTuple

from flask import Response, jsonify, render_template, request
from pyoxigraph import NamedNode

from resgraph.describe import Document, describe
from resgraph.errors import UnknownThingError
from resgraph.vocab import ID, slug
from resgraph.web import evidence
from resgraph.web.shelf import FACETS, PLURALS, Asked, Shelves, fits
from resgraph.web.site import local, site

#: Things on a page of a shelf, and of a search.
_AT_ONCE: Final = 100
_HITS: Final = 30
_SUGGESTED: Final = 8
#: What the map of gaps has as columns, and the facet by which it shows a part of them.
COLUMNS: Final = {"outcome": "domain", "factor": "level"}
_ANSWERS: Final = ("benefit", "harm", "mixed", "no-effect", "no-evidence")


def browse(kind: str = "intervention") -> Response:
    """Show the things of a kind; the parameters of the address choose among them."""
    if kind not in FACETS:
        raise UnknownThingError(f"there is no shelf of `{kind}`", hint=f"shelves: {', '.join(FACETS)}")
    shelves = site().shelves
    wanted = {name: value.strip() for name, value in request.args.items() if value.strip()}
    every = shelves.kind(kind)
    found = [item for item in every if fits(item, wanted)]
    start = _start(wanted.get("start", ""))
    most = len(every) if wanted.pop("every", "") else _AT_ONCE
    page = render_template(
        "browse.html",
        kind=kind,
        kinds=PLURALS,
        found=found[start : start + most],
        count=len(found),
        every=len(every),
        unknown_age=sum(item.ages is None for item in every) if wanted.get("age") else 0,
        start=start,
        following=start + most if start + most < len(found) else 0,
        wanted=wanted,
        facets=FACETS[kind],
        choices=shelves.choices(kind, found, wanted),
        outcomes=_objects(shelves) if kind == "intervention" else (),
        answers=[(each, SIGN.get(each, ""), each.replace("-", " ")) for each in _ANSWERS],
        strengths=evidence.STRENGTHS,
        signs=evidence.SIGNS,
        slug=slug,
    )
    return Response(page, content_type="text/html; charset=utf-8")


SIGN: Final = evidence.SIGNS


def _start(text: str) -> int:
    return int(text[:6]) if text.isdecimal() else 0


def _objects(shelves: Shelves) -> list[tuple[str, str]]:
    """Return outcomes and factors about which interventions were asked, by name."""
    found = {each.object for each in shelves.questions}
    return sorted(((slug(iri), shelves.label(iri)) for iri in found), key=lambda each: each[1].casefold())


def search() -> Response:
    """Show the things whose names are like some words; to a program as JSON, of one `kind` or all."""
    words = request.args.get("q", "").strip()[:200]
    json = request.args.get("format") == "json"
    kind = request.args.get("kind", "")
    base = f"{ID}{kind}/" if kind else ""
    hits = site().shelves.names.search(words, base=base, limit=_SUGGESTED if json else _HITS)
    if json:
        return jsonify(
            [
                {"iri": hit.iri, "name": hit.name, "kind": _kind(hit.iri), "page": local(hit.iri)}
                for hit in hits
            ]
        )
    page = render_template("search.html", words=words, hits=hits, kind=_kind, local=local)
    return Response(page, content_type="text/html; charset=utf-8")


def _kind(iri: str) -> str:
    return iri.removeprefix(ID).partition("/")[0]


class Cell(NamedTuple):
    """What is known of one programme and one outcome, as a sign and in words."""

    sign: str
    words: str
    address: str
    kind: str


def gaps() -> Response:
    """Show the map of gaps: programmes by outcomes or factors, to click."""
    shelves = site().shelves
    kind = request.args.get("of", "outcome")
    kind = kind if kind in COLUMNS else "outcome"
    part = request.args.get("part", "mental-health" if kind == "outcome" else "individual")
    level = request.args.get("level", "")
    columns = [item for item in shelves.kind(kind) if part in item.facets.get(COLUMNS[kind], ())]
    wanted = {item.iri for item in columns}
    rows, silent = [], 0
    for item in shelves.kind("intervention"):
        if level and level not in item.facets.get("level", ()):
            continue
        known = {each.object: each for each in item.asked if each.object in wanted}
        if known:
            rows.append((item, [_cell(known.get(column.iri)) for column in columns]))
        else:
            silent += 1
    page = render_template(
        "gaps.html",
        kind=kind,
        part=part,
        level=level,
        columns=columns,
        rows=rows,
        silent=silent,
        parts=shelves.choices(kind, columns, {COLUMNS[kind]: part})[COLUMNS[kind]],
        levels=shelves.choices("intervention", (), {"level": level})["level"],
        signs=SIGN,
    )
    return Response(page, content_type="text/html; charset=utf-8")


def _cell(asked: Asked | None) -> Cell:
    if asked is None:
        return Cell("", "not asked", "", "not-asked")
    if asked.answer == "no-evidence":
        words = "a review found no study" if asked.empty_review else "an aim that nobody has tested"
        return Cell(SIGN["no-evidence"], words, local(asked.iri), "no-evidence")
    words = f"{asked.answer.replace('-', ' ')}, {asked.strength.replace('-', ' ')} evidence"
    if asked.harms_some and asked.answer != "harm":
        words += ", harm to some"
    sign = SIGN[asked.answer] + (SIGN["harm"] if asked.harms_some and asked.answer != "harm" else "")
    return Cell(sign, words, local(asked.iri), asked.answer)


def briefing() -> Response:
    """Show the points of the briefing, each with what stands behind it."""
    here = site()
    found = [describe(here.reading, item.iri) for item in here.shelves.kind("point")]
    points = [_point(each) for each in found if each]
    page = render_template(
        "briefing.html", points=sorted(points, key=lambda each: each.number), evidence=evidence
    )
    return Response(page, content_type="text/html; charset=utf-8")


class Point(NamedTuple):
    """A point of the briefing, with the findings for and against it."""

    number: str
    document: Document
    address: str
    supporting: list[str]
    disputing: list[str]


def _point(found: Document) -> Point:
    topic = found.topic
    sides = [
        [value.value for value in found.values(topic, name) if isinstance(value, NamedNode)]
        for name in ("cito:isSupportedBy", "cito:isDisputedBy")
    ]
    return Point(found.text(topic, "rg:number"), found, local(topic.value), *sides)
