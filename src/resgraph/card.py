"""A card of the schema: what there is to ask about, on one page, for people and for language models.

Everything on it is read from the release: which classes have which properties, what their values are and how
many there are, the named graphs, the answers that are a "no". It is kept under 8 kB: what is rarest is left
out first, and the card says how much.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, Final

from resgraph.results import Answer
from resgraph.vocab import BASE, GRAPH, ID, KINDS, NS, SCHEME, shorten

#: The most bytes that a card takes, in each form.
MOST: Final = 8000

Ask = Callable[[str], Answer]
Card = Mapping[str, Any]

_CLASSES: Final = """
SELECT ?class ?n {
  GRAPH graph:catalogue { ?part void:class ?class ; void:entities ?n }
  FILTER(STRSTARTS(STR(?class), STR(rg:)))
} ORDER BY DESC(?n) ?class
"""
_PROPERTIES: Final = """
SELECT ?class ?property ?range (COUNT(*) AS ?n) {
  ?s a ?class ; ?property ?o .
  FILTER(STRSTARTS(STR(?class), STR(rg:)) && ?property NOT IN (rdf:type, rdfs:label, skos:prefLabel))
  BIND(IF(ISIRI(?o), REPLACE(STR(?o), "[^/#]+$", ""), STR(DATATYPE(?o))) AS ?range)
} GROUP BY ?class ?property ?range ORDER BY ?class ?property DESC(?n) ?range
"""
_BROADER: Final = """
SELECT ?class ?broader { GRAPH graph:terms { ?class rdfs:subClassOf ?broader FILTER(ISIRI(?broader)) } }
ORDER BY ?class ?broader
"""
_GRAPHS: Final = """
SELECT ?graph ?n ?what {
  GRAPH graph:catalogue {
    catalog:dataset void:subset ?graph . ?graph void:triples ?n ; dcterms:description ?what }
} ORDER BY ?graph
""".replace("catalog:dataset", f"<{BASE}catalog#dataset>")
_NOES: Final = """
SELECT ?answer ?means { ?answer skos:inScheme scheme:answer ; skos:scopeNote ?means } ORDER BY ?answer
"""
_ABOUT: Final = f"""
SELECT ?title ?description ?version ?licence {{
  GRAPH graph:catalogue {{
    <{BASE}catalog#dataset> dcterms:title ?title ; dcterms:description ?description ; dcat:version ?version ;
      dcterms:license ?licence }}
}}
"""

#: Three queries to begin with; tests run them.
EXAMPLES: Final[Mapping[str, str]] = {
    "What was found on a programme, with its answer and how firmly?": (
        "SELECT ?object ?answer ?strength { ?p rg:subject intervention:kiva ; rg:object/rdfs:label ?object ; "
        "rg:overallAnswer/rdfs:label ?answer OPTIONAL { ?p rg:strength/rdfs:label ?strength } }"
    ),
    "Which findings are behind one answer?": (
        "SELECT ?finding ?says ?effect ?design ?source { ?p rg:subject intervention:kiva ; "
        "rg:object factor:bullying-victimisation ; rg:hasFinding ?finding . "
        "?finding rg:relation/rdfs:label ?says ; rg:design/rdfs:label ?design ; "
        "prov:hadPrimarySource/rdfs:label ?source "
        "OPTIONAL { ?finding rg:estimate/rg:asPublished ?effect } }"
    ),
    "What do programmes aim at that nobody has tested?": (
        "SELECT ?programme ?aim { ?programme rg:aimsToBuild|rg:aimsToReduce ?aim . "
        "?p rg:subject ?programme ; rg:object ?aim ; rg:overallAnswer answer:no-evidence }"
    ),
}
_LITERALS: Final = {
    "langString": "text",
    "string": "string",
    "integer": "integer",
    "decimal": "decimal",
    "boolean": "boolean",
    "gYear": "year",
    "anyURI": "address",
}


def card(ask: Ask) -> dict[str, Any]:
    """Make the card of a release; `ask` answers a query about it.

    The properties of a class are a mapping from the name to the kinds of value and the number of statements.
    Those of a class that has a broader one are only what it adds.

    >>> import resgraph
    >>> made = card(resgraph.load().query)
    >>> made["classes"]["Proposition"]["properties"]["strength"]
    'strength 910'
    """
    about = next(iter(ask(_ABOUT)), {})
    found = _properties(ask)
    whole: dict[str, Any] = {
        "title": about.get("title"),
        "description": about.get("description"),
        "version": about.get("version"),
        "licence": about.get("licence"),
        "endpoint": BASE + "sparql",
        "how": (
            "Prefixes are known to the endpoint. Every thing has an rdfs:label. Properties without a prefix "
            "are rg:. After each stand the kinds of its values, and the number of statements where it is not "
            "that of the members. A plain query sees all graphs but graph:inferred. Absent means unknown, "
            "never none. Strength is not size."
        ),
        "prefixes": {"rg": NS, "KIND": f"{ID}KIND/", "SCHEME": f"{SCHEME}SCHEME/", "graph": GRAPH},
        "kinds": list(KINDS),
        "graphs": {
            str(row["graph"]).removeprefix(GRAPH): f"{row['n']}: {row['what']}" for row in ask(_GRAPHS)
        },
        "noes": {shorten(str(row["answer"])): row["means"] for row in ask(_NOES)},
        "examples": dict(EXAMPLES),
    }
    return _fitting(whole, _counted(ask), found)


def to_json(made: Card) -> str:
    """Write a card as JSON."""
    return json.dumps(made, ensure_ascii=False, indent=0, separators=(",", ":")) + "\n"


def to_markdown(made: Card) -> str:
    """Write a card as Markdown."""
    parts = [
        f"# {made['title']}\n\n{made['description']} Version {made['version']}, <{made['licence']}>.",
        f"SPARQL at <{made['endpoint']}>. {made['how']}",
        "## Classes\n\n" + "\n".join(_class(name, one) for name, one in made["classes"].items()),
    ]
    if made["left_out"]:
        parts.append(
            f"Left out here: the {made['left_out']} properties that the smallest share of members have."
        )
    parts.append(
        "## Prefixes\n\n" + "\n".join(f"- `{name}:` <{iri}>" for name, iri in made["prefixes"].items())
    )
    parts.append(f"KIND is {', '.join(made['kinds'])}; SCHEME is a kind of value, such as `strength`.")
    for title, name in (("Graphs", "graphs"), ("Four answers are a no", "noes")):
        prefix = "graph:" if name == "graphs" else ""
        parts.append(f"## {title}\n\n" + "\n".join(f"- `{prefix}{k}` {v}" for k, v in made[name].items()))
    parts += ["## Examples", *(f"{words}\n\n    {text}" for words, text in made["examples"].items())]
    return "\n\n".join(parts) + "\n"


def _class(name: str, one: Mapping[str, Any]) -> str:
    said = "; ".join(f"{prop}: {kinds}" for prop, kinds in one["properties"].items())
    more = f" (also all of {', '.join(one['also'])})" if one["also"] else ""
    return f"- **rg:{name}** {one['count']}{more}: {said}"


def _counted(ask: Ask) -> dict[str, dict[str, Any]]:
    """Return our classes that have members, how many, and which other of them each is a kind of."""
    classes = {str(row["class"]): int(str(row["n"])) for row in ask(_CLASSES)}
    broader: dict[str, list[str]] = defaultdict(list)
    for row in ask(_BROADER):
        if str(row["broader"]) in classes:
            broader[str(row["class"])].append(str(row["broader"]))
    return {iri: {"count": n, "also": broader[iri]} for iri, n in classes.items()}


def _properties(ask: Ask) -> dict[str, dict[str, tuple[int, str]]]:
    """Return, of each class and property, the number of statements and the kinds of value in words."""
    found: dict[str, dict[str, tuple[int, str]]] = defaultdict(dict)
    for row in ask(_PROPERTIES):
        here, name = found[str(row["class"])], _name(str(row["property"]))
        n, kinds = here.get(name, (0, ""))
        kind = _kind(str(row["range"]))
        listed = kinds if kind in kinds.split("|") else f"{kinds}|{kind}".strip("|")
        here[name] = (n + int(str(row["n"])), listed)
    return found


def _name(iri: str) -> str:
    return shorten(iri).removeprefix("rg:")


def _kind(space: str) -> str:
    """Name what values are by where their addresses or datatypes begin."""
    local = space.rpartition("#")[2]
    if local in _LITERALS:
        return _LITERALS[local]
    return shorten(space).rstrip(":") if space.startswith(BASE) else "address"


def _fitting(
    whole: Mapping[str, Any], classes: Mapping[str, Any], found: Mapping[str, Any]
) -> dict[str, Any]:
    """Put in as many properties as fit, first those that most members of a class have."""
    own = _own(classes, found)
    ranked = sorted(
        (-n / classes[iri]["count"], iri, p) for iri, props in own.items() for p, (n, _) in props.items()
    )
    low, high = 0, len(ranked)
    while low < high:
        middle = (low + high + 1) // 2
        made = _made(whole, classes, own, {(iri, p) for _, iri, p in ranked[:middle]}, len(ranked) - middle)
        fits = max(len(to_json(made).encode()), len(to_markdown(made).encode())) < MOST
        low, high = (middle, high) if fits else (low, middle - 1)
    return _made(whole, classes, own, {(iri, p) for _, iri, p in ranked[:low]}, len(ranked) - low)


def _own(classes: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, dict[str, tuple[int, str]]]:
    """Let each property stand with the broader class, unless only members of the narrower one have it."""
    own = {iri: dict(found[iri]) for iri in classes}
    for iri, one in classes.items():
        for up in one["also"]:
            for name in set(found[iri]) & set(found[up]):
                alone = found[iri][name][0] == found[up][name][0]
                own[up if alone else iri].pop(name, None)
    return own


def _made(
    whole: Mapping[str, Any],
    classes: Mapping[str, Any],
    own: Mapping[str, Mapping[str, tuple[int, str]]],
    chosen: set[tuple[str, str]],
    left_out: int,
) -> dict[str, Any]:
    listed = {
        iri.removeprefix(NS): {
            "count": one["count"],
            "also": [up.removeprefix(NS) for up in one["also"]],
            "properties": {
                p: kinds if n == one["count"] else f"{kinds} {n}"
                for p, (n, kinds) in own[iri].items()
                if (iri, p) in chosen
            },
        }
        for iri, one in classes.items()
    }
    return {**whole, "classes": listed, "left_out": left_out}
