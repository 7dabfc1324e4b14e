"""Short ways of reading a query say what the long ways say."""

from __future__ import annotations

from urllib.parse import quote, quote_plus, unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resgraph.serving.asked import read_value
from resgraph.tokens import _prologue, mentioned, prologue, scan

PIECES = (
    *("PREFIX ex: <http://example.org/>", "prefix rg:<https://w3id.org/resgraph/ns#>", "BASE <http://a/{b>"),
    *("BASE <http://example.org/>", "# a { comment", "# another\n", "VERSION '1.2 {'", 'VERSION "1.2"'),
    *("SELECT * {", "ASK{", "INSERT DATA {", "?s ?p 'a {' }", "{", "}", "'", '"', "\n", " "),
)


@given(st.lists(st.sampled_from(PIECES), max_size=7).map(" ".join))
def test_a_remembered_head_is_read_as_the_whole_text(text: str) -> None:
    assert prologue(text) == _prologue(text)


def test_a_brace_in_a_comment_or_a_string_hides_no_update() -> None:
    assert prologue("# {\nDELETE DATA {}").verb == "DELETE"
    assert prologue("VERSION '1.2 { SELECT' INSERT DATA {}").verb == "INSERT"
    assert prologue("PREFIX a: <a:> # {\n INSERT DATA {}").verb == "INSERT"


@given(
    st.lists(
        st.sampled_from(["rg:builds", "a:b", "?x", "<http://a/b>", "'c:d'", ".", ";", "_:e"]), max_size=8
    )
)
def test_every_name_of_a_query_is_mentioned(words: list[str]) -> None:
    text = " ".join(words)
    names = {tuple(token.text.split(":", 1)) for token in scan(text) if token.kind == "name"}
    assert names <= set(mentioned(text))


@given(st.text(max_size=60), st.booleans())
def test_a_value_is_read_as_the_standard_library_reads_it(text: str, plus: bool) -> None:
    written = (quote_plus if plus else quote)(text.encode("utf-8", "surrogatepass"))
    try:
        expected = unquote_plus(written, errors="strict")
    except UnicodeDecodeError:
        with pytest.raises(UnicodeDecodeError):
            read_value(written)
        return
    assert read_value(written) == expected


@given(st.text("%=+ab01Ff\r\n\té_", max_size=12))
def test_a_value_that_is_not_well_written_too(written: str) -> None:
    try:
        expected = unquote_plus(written, errors="strict")
    except UnicodeDecodeError:
        with pytest.raises(UnicodeDecodeError):
            read_value(written)
        return
    assert read_value(written) == expected
