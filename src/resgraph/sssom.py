"""The mappings to outside vocabularies as one table: SSSOM, the standard for sharing them, as TSV.

https://mapping-commons.github.io/sssom/ describes the columns and the comment lines above them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from resgraph.catalogue.links import vocabulary
from resgraph.results import Answer
from resgraph.vocab import BASE, DCTERMS, NS, PREFIXES, RDFS, SEMAPV, SKOS, shorten

MEDIA_TYPE: Final = "text/tab-separated-values"
COLUMNS: Final = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "object_label",
    "mapping_justification",
    "author_id",
    "object_source_version",
    "comment",
)
_MAPPINGS: Final = """
SELECT ?subject ?subject_label ?predicate ?object ?object_label ?why ?author ?read_in ?comment {
  GRAPH graph:alignments {
    ?mapping a sssom:Mapping ; sssom:subject_id ?subject ; sssom:subject_label ?subject_label ;
      sssom:predicate_id ?predicate ; sssom:object_id ?object ; sssom:object_label ?object_label ;
      sssom:mapping_justification ?why ; dcterms:creator ?author ; rg:readIn ?read_in .
    OPTIONAL { ?mapping skos:note ?comment }
  }
} ORDER BY ?subject ?predicate ?object
"""
_ABOUT: Final = (
    "Factors, outcomes, determinants, groups and concepts of closed lists, each with what it corresponds to "
    "elsewhere; every object was read in the version that object_source_version names."
)
_USED: Final = {"rdfs": RDFS, "skos": SKOS, "semapv": SEMAPV, "dcterms": DCTERMS, "rg": NS}

#: vocabularies whose common prefix is not the end of their address
_NAMES: Final = {
    "https://schema.org/": "schema",
    "https://loinc.org/rdf/": "loinc",
    "https://eric.ed.gov/": "eric",
    "http://purl.org/linked-data/sdmx/2009/dimension#": "sdmx-dimension",
}


def sssom(ask: Callable[[str], Answer], version: str, licence: str) -> str:
    """Write the mappings of a release as SSSOM; `ask` answers a query about it.

    >>> import resgraph
    >>> lines = sssom(resgraph.load().query, "0.1.0", "https://example.org/licence").splitlines()
    >>> lines[0], lines[-1].split()[0].partition(":")[0]
    ('#mapping_set_id: "https://w3id.org/resgraph/mappings.sssom.tsv"', 'metric')
    """
    rows = [tuple(_cell(value) for value in row.values()) for row in ask(_MAPPINGS)]
    # Readers of this format take a prefix for one word, without hyphens.
    prefixes = {name.replace("-", "_"): base for name, base in _prefixes(rows)}
    lines = [
        f'#mapping_set_id: "{BASE}mappings.sssom.tsv"',
        f'#mapping_set_version: "{version}"',
        '#mapping_set_title: "Mappings from resgraph to outside vocabularies"',
        f'#mapping_set_description: "{_ABOUT}"',
        f'#license: "{licence}"',
        "#curie_map:",
        *(f'#  {name}: "{base}"' for name, base in sorted(prefixes.items())),
        "\t".join(COLUMNS),
        *("\t".join(_short(cell, prefixes) for cell in row) for row in rows),
    ]
    return "\n".join(lines) + "\n"


def _cell(value: object) -> str:
    return "" if value is None else " ".join(str(value).split())


def _prefixes(rows: Sequence[Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Yield the prefixes that the addresses need; an outside one is named after its end."""
    known = {base: name for name, base in PREFIXES.items()}
    yield from _USED.items()
    for row in rows:
        subject, target = row[0], vocabulary(row[3])
        name = shorten(subject).partition(":")[0]
        yield name, PREFIXES[name]
        yield known.get(target) or _named(target), target


def _named(base: str) -> str:
    """Name a vocabulary by what its addresses begin with.

    >>> _named("http://purl.obolibrary.org/obo/MONDO_"), _named("https://schema.org/")
    ('MONDO', 'schema')
    """
    return (
        _NAMES.get(base)
        or base.removeprefix("https://").removeprefix("http://").rstrip("/#_").rpartition("/")[2]
    )


def _short(cell: str, prefixes: Mapping[str, str]) -> str:
    if not cell.startswith(("http://", "https://")):
        return cell
    fits = [(len(base), name, base) for name, base in prefixes.items() if cell.startswith(base)]
    if not fits:
        return cell
    _, name, base = max(fits)
    return f"{name}:{cell.removeprefix(base)}"
