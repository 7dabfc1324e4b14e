"""Laws of content negotiation, with headers that are made up."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from resgraph.errors import FormatError
from resgraph.formats import ALL, GRAPHS, HTML, JSON, RESULTS, TURTLE, Format, by_name, negotiate

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
