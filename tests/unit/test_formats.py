"""Laws of content negotiation, with headers that are made up."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from resgraph.errors import FormatError
from resgraph.formats import ALL, GRAPHS, HTML, JSON, RESULTS, TURTLE, Format, by_name, negotiate

LD = "http://www.w3.org/ns/json-ld#"
QUALITIES = st.sampled_from(["0", "0.001", "0.2", "0.5", "0.50", "1", "1.0"])
TYPES = st.sampled_from(
    [each.media_type for each in ALL]
    + ["application/json", "text/*", "application/*", "*/*", "image/png", "video/*"]
)
ELEMENTS = st.tuples(TYPES, QUALITIES)
HEADERS = st.lists(ELEMENTS, min_size=1, max_size=6, unique_by=lambda element: element[0])
OFFERS = st.sampled_from([RESULTS, GRAPHS, (*RESULTS, HTML), (HTML, TURTLE)])


def write(elements: list[tuple[str, str]], space: str = " ") -> str:
    return f",{space}".join(f"{kind};{space}q={quality}" for kind, quality in elements)


def wanted(media_type: str, elements: list[tuple[str, str]]) -> float:
    """How much a media type is wanted, straight from the standard."""
    kind = media_type.split("/")[0]
    for range_ in (media_type, f"{kind}/*", "*/*"):
        for name, quality in elements:
            if name == range_:
                return float(quality)
    return 0.0


@given(HEADERS, OFFERS)
def test_what_is_chosen_is_accepted_and_nothing_offered_is_wanted_more(
    elements: list[tuple[str, str]], offers: tuple[Format, ...]
) -> None:
    choice = negotiate(write(elements), offers)
    best = max(wanted(each.media_type, elements) for each in offers)
    if choice is None:
        assert best == 0
    else:
        assert choice.format in offers
        assert wanted(choice.media_type, elements) >= best
        assert wanted(choice.media_type, elements) > 0


@given(HEADERS, OFFERS, st.randoms())
def test_the_order_of_a_header_does_not_matter(
    elements: list[tuple[str, str]], offers: tuple[Format, ...], random: object
) -> None:
    shuffled = list(elements)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert negotiate(write(shuffled), offers) == negotiate(write(elements), offers)


@given(HEADERS, OFFERS)
def test_spaces_and_letter_case_do_not_matter(
    elements: list[tuple[str, str]], offers: tuple[Format, ...]
) -> None:
    header = write(elements)
    assert negotiate(write(elements, ""), offers) == negotiate(header, offers)
    assert negotiate(header.upper(), offers) == negotiate(header, offers)


@given(HEADERS, st.sampled_from(ALL))
def test_what_is_excluded_by_name_never_comes(elements: list[tuple[str, str]], form: Format) -> None:
    rest = [element for element in elements if element[0] != form.media_type]
    choice = negotiate(write([*rest, (form.media_type, "0")]), ALL)
    assert choice is None or choice.format is not form


@given(st.sampled_from(ALL), HEADERS)
def test_a_wildcard_added_never_takes_away_the_one_named(
    form: Format, elements: list[tuple[str, str]]
) -> None:
    assume(all(quality == "0" or not name.startswith("*") for name, quality in elements))
    assert negotiate(f"{form.media_type}, */*;q=0.1", ALL) == negotiate(form.media_type, ALL)


@given(HEADERS, OFFERS, st.sampled_from(["image/webp", "video/*", "text/x-none", "text/csv;charset=utf-16"]))
def test_what_is_said_of_other_things_does_not_matter(
    elements: list[tuple[str, str]], offers: tuple[Format, ...], other: str
) -> None:
    assert negotiate(f"{write(elements)}, {other}", offers) == negotiate(write(elements), offers)


@given(HEADERS, OFFERS)
def test_the_chosen_stays_chosen_when_it_is_wanted_more(
    elements: list[tuple[str, str]], offers: tuple[Format, ...]
) -> None:
    choice = negotiate(write(elements), offers)
    assume(choice is not None)
    rest = [element for element in elements if element[0] != choice.media_type]  # type: ignore[union-attr]
    more = negotiate(write([*rest, (choice.media_type, "1")]), offers)  # type: ignore[union-attr]
    assert more is not None
    assert wanted(more.media_type, [*rest, (choice.media_type, "1")]) == 1  # type: ignore[union-attr]


@given(HEADERS, OFFERS)
def test_a_character_set_that_is_ours_changes_nothing(
    elements: list[tuple[str, str]], offers: tuple[Format, ...]
) -> None:
    said = ", ".join(f"{kind};charset=utf-8;q={quality}" for kind, quality in elements)
    assert negotiate(said, offers) == negotiate(write(elements), offers)


@given(HEADERS, OFFERS)
def test_what_is_offered_less_is_never_chosen_instead(
    elements: list[tuple[str, str]], offers: tuple[Format, ...]
) -> None:
    """Whatever was not chosen can be taken from the offer without a difference."""
    choice = negotiate(write(elements), offers)
    for form in offers:
        if choice is not None and form is not choice.format:
            assert negotiate(write(elements), [each for each in offers if each is not form]) == choice


@given(st.text(max_size=60))
def test_no_header_is_an_error(header: str) -> None:
    negotiate(header, RESULTS)


@pytest.mark.parametrize(
    ("accept", "offered", "expected"),
    [
        (None, RESULTS, "application/sparql-results+json"),
        ("", GRAPHS, "text/turtle"),
        ("*/*", RESULTS, "application/sparql-results+json"),
        ("text/*", RESULTS, "text/csv"),
        ("application/json", RESULTS, "application/json"),
        ("application/xml", GRAPHS, "application/xml"),
        ("text/csv;q=0.5, text/tab-separated-values", RESULTS, "text/tab-separated-values"),
        ("application/sparql-results+json;q=0, */*", RESULTS, "application/sparql-results+xml"),
        ("*/*, text/turtle", (JSON, TURTLE), "text/turtle"),
        ("text/turtle;charset=utf-8", GRAPHS, "text/turtle"),
        ("text/turtle;charset=iso-8859-1", GRAPHS, None),
        (
            'application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded"',
            GRAPHS,
            "application/ld+json",
        ),
        ("image/png", GRAPHS, None),
        ("*/*;q=0", GRAPHS, None),
        ("text/turtle;q=2", GRAPHS, "text/turtle"),  # no element can be read: as if there were no header
        (
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            (*RESULTS, HTML),
            "text/html",
        ),
        # A star, and a star under a type: the first that is offered, of what lies in it.
        ("application/*", GRAPHS, "application/n-triples"),
        ("text/*;q=0.5, application/*;q=0.4", GRAPHS, "text/turtle"),
        ("video/*, text/*;q=0.1", RESULTS, "text/csv"),
        # Exclusion, of one and of a whole type; what is exact wins over what is not, wherever it stands.
        ("text/turtle;q=0, text/*", GRAPHS, "text/plain"),
        ("application/*;q=0, */*", RESULTS, "text/csv"),
        ("*/*;q=0, text/csv;q=0.1", RESULTS, "text/csv"),
        ("text/csv, */*;q=0", RESULTS, "text/csv"),
        ("application/*;q=0, application/json", RESULTS, "application/json"),
        ("application/json;q=0, application/sparql-results+json", RESULTS, "application/sparql-results+json"),
        ("text/*;q=0, text/turtle;q=0", GRAPHS, None),
        # A parameter that is ours is more exact than none, and decides.
        ("text/turtle;q=0.1, text/turtle;charset=utf-8;q=0.9, text/plain;q=0.5", GRAPHS, "text/turtle"),
        ("text/turtle;q=0.9, text/turtle;charset=utf-8;q=0.1, text/plain;q=0.5", GRAPHS, "text/plain"),
        ("text/turtle;q=0, text/turtle;charset=utf-8", GRAPHS, "text/turtle"),
        ("text/csv; header=present", RESULTS, "text/csv"),
        # A foreign character set is not written, and does not stand in the way of ours.
        ("text/turtle;charset=utf-16, text/plain;q=0.1", GRAPHS, "text/plain"),
        ('text/turtle;charset="UTF-8"', GRAPHS, "text/turtle"),
        ("*/*;charset=latin-1", GRAPHS, None),
        # Profiles of JSON-LD: ours is compacted; another is better than nothing, and says little.
        (
            f'application/ld+json;profile="{LD}compacted";q=0.9, text/turtle;q=0.8',
            GRAPHS,
            "application/ld+json",
        ),
        (f'application/ld+json;profile="{LD}expanded {LD}compacted"', GRAPHS, "application/ld+json"),
        (f'application/ld+json;profile="{LD}expanded", */*;q=0.1', GRAPHS, "application/ld+json"),
        (
            f'application/ld+json;profile="{LD}expanded";q=0, application/ld+json',
            GRAPHS,
            "application/ld+json",
        ),
        (f'application/ld+json;profile="{LD}expanded", application/ld+json;q=0', GRAPHS, None),
        ('application/ld+json;profile="a,b;q=0", text/turtle;q=0.5', GRAPHS, "application/ld+json"),
        # Said and unsaid: what is named wins over what is only covered, at equal wish.
        ("*/*, application/n-quads", GRAPHS, "application/n-quads"),
        ("application/*, application/rdf+xml", GRAPHS, "application/rdf+xml"),
        ("*/*;q=0.9, application/rdf+xml;q=0.8", GRAPHS, "text/turtle"),
        ("application/rdf+xml, text/turtle", GRAPHS, "text/turtle"),
        ("TEXT/CSV ; Q=0.9 , text/tab-separated-values;q=0.8", RESULTS, "text/csv"),
        # What clients really send. Java writes a star alone, and a quality without its zero.
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", RESULTS, "application/sparql-results+json"),
        ("text/csv;q=.3, text/tab-separated-values;q=0.2", RESULTS, "text/csv"),
        (
            "application/sparql-results+json,application/json;q=0.9,*/*;q=0.1",
            (*RESULTS, HTML),
            JSON.media_type,
        ),
        (
            "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,text/turtle;q=0.6",
            GRAPHS,
            "application/n-quads",
        ),
        ("text/html;level=1", (*RESULTS, HTML), "text/html"),
        ("application/xhtml+xml", (*RESULTS, HTML), None),
        # Elements that are broken are left out; the others hold.
        ("text/csv;q=high, text/tab-separated-values;q=0.1", RESULTS, "text/tab-separated-values"),
        ("*/csv, text/tab-separated-values;q=0.1", RESULTS, "text/tab-separated-values"),
        (", ,text/csv,", RESULTS, "text/csv"),
    ],
)
def test_cases(accept: str | None, offered: tuple[Format, ...], expected: str | None) -> None:
    choice = negotiate(accept, offered)
    assert (choice.media_type if choice else None) == expected


@pytest.mark.parametrize("form", ALL, ids=lambda form: form.name)
def test_a_format_is_found_by_all_its_names(form: Format) -> None:
    for name in (form.name, form.extension, form.media_type, *form.names, form.name.upper()):
        assert by_name(name).format is form


def test_an_unknown_name_tells_the_known() -> None:
    with pytest.raises(FormatError, match="json, xml, csv, tsv") as caught:
        by_name("pdf", RESULTS)
    assert caught.value.offered == ("json", "xml", "csv", "tsv")
