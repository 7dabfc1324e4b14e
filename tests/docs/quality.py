"""The checklist of a well-published ontology, and what keeps each item: a rule, a shape or a test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from resgraph.graph import Graph
from resgraph.hygiene import rules

#: item, what it asks for, the tests and shapes that keep it beside the rules; or why it waits
ITEMS: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    (
        "H1",
        "title, description, licence, version address, creator, namespace",
        ("shapes/publication.ttl", "ontology/test_ontology.py::test_header_states_once"),
    ),
    (
        "H2",
        "prefix, version number, date of creation, citation",
        ("shapes/publication.ttl", "ontology/test_ontology.py::test_header_states_once"),
    ),
    (
        "H3",
        "publisher, date of issue, status, source; logo and DOI",
        (
            "ontology/test_ontology.py::test_header_states_once",
            "ontology/test_foops.py::test_the_logo_is_there",
            "waits: there is no DOI yet",
        ),
    ),
    (
        "H4",
        "prior version and compatibility, from the second release on",
        ("release/test_publish.py::test_the_header_has_to_name_the_last_version",),
    ),
    (
        "H5",
        "creators as addresses, one named contact",
        (
            "ontology/test_ontology.py::test_creator_is_described",
            "release/test_publish.py::test_a_public_release_names_somebody_to_write_to",
            "waits: no person has given a name or an ORCID yet",
        ),
    ),
    ("H6", "an open licence, as an address", ("shapes/publication.ttl",)),
    ("H7", "scope: what is in, what is out, who it is for", ()),
    (
        "I8",
        "one address: of the file, of the ontology, to fetch it",
        ("web/test_crawl.py::test_every_address_answers",),
    ),
    ("I9", "a persistent base, never a host", ("web/test_w3id.py::test_every_rule_is_read_and_has_a_case",)),
    ("I10", "no version in the address of a term", ()),
    ("I11", "three namespaces: terms, data, lists", ("ontology/test_ontology.py::test_scheme_addresses",)),
    ("I12", "fixed form of addresses", ("shapes/publication.ttl",)),
    (
        "I13",
        "everything used is defined or typed",
        ("ontology/test_ontology.py::test_every_outside_address_is_typed",),
    ),
    (
        "I14",
        "usual prefixes",
        (
            "ontology/test_ontology.py::test_prefixes_agree_with_the_project",
            "waits: whether rg is free is known when it is registered",
        ),
    ),
    ("T15", "one label, found once", ("shapes/terms.ttl",)),
    (
        "T16",
        "one definition of one sentence, without the word itself",
        ("ontology/test_ontology.py::test_definitions_are_unique_inside_their_file",),
    ),
    ("T17", "notes apart from definitions, no rdfs:comment", ()),
    ("T18", "the source of each idea", ()),
    ("T19", "case of labels, with named exceptions", ()),
    (
        "T20",
        "clean text with a language",
        ("shapes/publication.ttl", "ontology/test_ontology.py::test_literals_are_clean"),
    ),
    (
        "T21",
        "deprecated terms are kept, pointed on, and not used",
        (
            "web/test_describe.py::test_what_is_retired_is_gone_and_points_to_its_successor",
            "release/test_versions.py::test_a_thing_that_was_retired_is_gone_and_leads_on",
        ),
    ),
    (
        "T22",
        "a changed meaning gets a new address",
        ("release/test_publish.py::test_another_meaning_is_a_major_step",),
    ),
    (
        "L23",
        "consistent, no class that nothing can be in",
        (
            "ontology/test_ontology.py::test_all_three_files_are_consistent_together",
            "waits: HermiT in CI, which needs Java; run by hand on 2026-11-23 (owlready2 0.51), it "
            "finds no contradiction and no class that nothing can be in",
        ),
    ),
    (
        "L24",
        "inside the profile OWL 2 RL",
        (
            "ontology/test_ontology.py::test_only_words_of_the_profile",
            "ontology/test_ontology.py::test_expressions_stand_where_the_profile_lets_them",
        ),
    ),
    (
        "L25",
        "no cycle, no inverse, no punning, no equal terms",
        ("ontology/test_ontology.py::test_no_cycles",),
    ),
    (
        "L26",
        "at most one domain and range, none on text",
        ("ontology/test_ontology.py::test_at_most_one_domain_and_one_range",),
    ),
    (
        "L27",
        "top classes exclude each other",
        ("ontology/test_ontology.py::test_each_pair_of_top_classes_is_disjoint",),
    ),
    (
        "L28",
        "what must and must not follow is written down",
        ("ontology/test_ontology.py::test_what_follows_and_what_does_not",),
    ),
    (
        "S29",
        "a shape catches the misuse of each domain and range",
        ("shapes/test_examples.py::test_every_domain_and_range_has_a_shape_that_catches_its_misuse",),
    ),
    (
        "S30",
        "shapes for users' data and for our own files apart",
        ("shapes/content.ttl", "shapes/terms.ttl"),
    ),
    (
        "S31",
        "every shape has a name, words, a severity, a good and a bad example",
        (
            "shapes/test_examples.py::test_shape_tells_what_is_wrong",
            "shapes/test_examples.py::test_bad_example_breaks_its_shape_and_is_located",
        ),
    ),
    (
        "Q32",
        "competency questions with checked answers",
        ("competency/test_competency.py::test_16_aims_against_evidence",),
    ),
    (
        "Q33",
        "every term is used",
        ("ontology/test_ontology.py::test_no_property_without_a_use",),
    ),
    (
        "Q34",
        "stored questions are data",
        (
            "competency/test_stored_queries.py",
            "web/test_queries.py::test_each_stands_by_itself_with_the_prefixes_that_are_declared",
        ),
    ),
    (
        "P35",
        "every address answers in every format",
        (
            "web/test_crawl.py::test_every_address_answers",
            "protocol/test_downloads.py::test_documents_of_a_version_are_negotiated",
            "release/test_versions.py::test_the_version_address_answers_in_every_format_with_itself",
        ),
    ),
    (
        "P36",
        "the redirects of w3id.org, rule by rule",
        ("web/test_w3id.py::test_a_rule_leads_where_the_site_answers", "waits: they are not registered yet"),
    ),
    ("P37", "a JSON-LD context made from the ontology", ("protocol/test_reading.py",)),
    (
        "P38",
        "catalogue record and counts that are true",
        (
            "release/test_catalogue.py::test_totals_are_what_is_counted",
            "release/test_publish.py::test_the_record_tells_size_and_checksum_of_every_download",
        ),
    ),
    (
        "R39",
        "a release by one command, byte-equal on repeat, never edited",
        (
            "release/test_publish.py::test_two_releases_under_different_hash_seeds_are_byte_equal",
            "release/test_publish.py::test_a_touched_file_stops_the_next_release",
        ),
    ),
    (
        "R40",
        "pages that show every statement of the ontology",
        ("web/test_crawl.py::test_every_statement_of_the_ontology_is_on_its_page",),
    ),
)

#: the tests of FOOPS!, the item that stands for each, and what it asks for
FOOPS: Final[tuple[tuple[str, str, str], ...]] = (
    ("CN1", "P35", "negotiation"),
    ("DOC1", "R40", "documentation in HTML"),
    ("FIND1", "H2", "prefix declared"),
    ("FIND2", "", "prefix registered"),
    ("FIND3", "", "in a registry"),
    ("FIND3bis", "", "metadata outlive the ontology"),
    ("HTTP1", "P35", "open protocol"),
    ("OM1", "H1", "minimum metadata"),
    ("OM2", "H2", "recommended metadata"),
    ("OM3", "H3", "detailed metadata"),
    ("OM4.1", "H6", "licence"),
    ("OM4.2", "H6", "licence that resolves"),
    ("OM5.1", "H5", "creator and date of creation"),
    ("OM5.2", "H3", "publisher and date of issue"),
    ("PURL1", "I9", "persistent base"),
    ("RDF1", "P35", "RDF is there"),
    ("URI1", "P35", "the address resolves"),
    ("URI2", "I8", "the same address everywhere"),
    ("VER1", "H1", "version address differs"),
    ("VER2", "P35", "version address resolves"),
    ("VOC1", "I13", "metadata from known vocabularies"),
    ("VOC2", "I13", "terms reused"),
    ("VOC3", "T15", "labels"),
    ("VOC4", "T16", "definitions"),
)
_PUBLIC: Final = ("CN1", "DOC1", "HTTP1", "OM4.2", "RDF1", "URI1", "VER2")


def checklist(_: Graph) -> str:
    """Write the items, with what keeps each."""
    by_item: dict[str, list[str]] = {}
    for rule in rules():
        for item in rule.items:
            by_item.setdefault(item, []).append(f"[`{rule.name}`](../../ontology/rules/{rule.name}.rq)")
    rows = ["| item | asks for | kept by | waits for |", "|---|---|---|---|"]
    for item, words, kept in ITEMS:
        listed = by_item.get(item, []) + [_link(one) for one in kept if not one.startswith("waits: ")]
        waits = "; ".join(one.removeprefix("waits: ") for one in kept if one.startswith("waits: "))
        rows.append(f"| {item} | {words} | {', '.join(listed)} | {waits} |")
    return "\n".join(rows).replace(" |  |", " | |")


def foops(_: Graph) -> str:
    """Write the tests of FOOPS!, with the item that stands for each."""
    rows = ["| test | asks for | item | asked here | in public |", "|---|---|---|---|---|"]
    for name, item, words in FOOPS:
        public = "waits for the registration" if name in _PUBLIC or not item else ""
        here = "by a test" if item else "cannot be"
        rows.append(f"| {name} | {words} | {item or 'none here'} | {here} | {public} |")
    return "\n".join(rows).replace(" |  |", " | |")


def _link(kept: str) -> str:
    if kept.startswith("shapes/") and kept.endswith(".ttl"):
        return f"[{kept}](../../{kept})"
    path, _, test = kept.partition("::")
    return f"[{test.removeprefix('test_').replace('_', ' ') or path}](../../tests/{path})"


PARTS: Final[dict[str, Callable[[Graph], str]]] = {"quality": checklist, "foops": foops}
