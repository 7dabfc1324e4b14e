"""Figures show every finding, tell harm and null results from gains without colour, and overlap nowhere."""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from resgraph.effects import Effect, Reading, effect_of, effects_of
from resgraph.errors import UsageError
from resgraph.gaps import Cell, gap_map
from resgraph.graph import Graph, Thing
from resgraph.plots import Picture, draw_gap_map, forest
from resgraph.plots.picture import MARKERS
from resgraph.pooling import NotPooled, Pooled, forest_rows, pool


def _odds(name: str, says: str, value: float, low: float | None, high: float | None) -> Effect:
    printed = f"{value} ({low} to {high})" if low else f"{value}"
    reading = Reading(f"http://example.org/{name}--kiva--bullying", "s", "o", says=says, more_is_good=False)
    said = {"metric": "odds-ratio", "value": value, "low": low, "high": high, "level": 95}
    told = {"printed": printed, "orientation": "as-stated", "design": "rct", "lines": (name,)}
    return effect_of(replace(reading, **said, **told))


EVERY = [
    _odds("a-2001", "decreases", 0.6, 0.4, 0.9),
    _odds("b-2004", "decreases", 0.7, 0.5, 0.98),
    _odds("c-2010", "no-clear-effect", 1.02, 0.8, 1.3),
    _odds("d-2015", "increases", 1.6, 1.1, 2.33),
    _odds("e-2019", "mixed", 0.9, 0.02, 40),
    _odds("f-2020", "decreases", 0.8, None, None),
    effect_of(
        Reading("http://example.org/g-2021--kiva--bullying", "s", "o", says="increases", more_is_good=False)
    ),
]


def _texts(picture: Picture) -> list[str]:
    return [text.get_text().strip() for text in picture.figure.axes[0].texts]


def _overlaps(picture: Picture) -> list[tuple[str, str]]:
    """Words of a figure that stand on one another."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    renderer = FigureCanvasAgg(picture.figure).get_renderer()
    boxes = [
        (text.get_text(), text.get_window_extent(renderer))
        for text in picture.figure.axes[0].texts
        if text.get_text().strip()
    ]
    return [(a, b) for (a, one), (b, other) in combinations(boxes, 2) if one.overlaps(other)]


def test_rows_stand_under_what_their_findings_say() -> None:
    rows = forest_rows(EVERY, pool(EVERY))
    assert [(row.says, row.label) for row in rows] == [
        *(("gain", "a-2001"), ("gain", "b-2004"), ("gain", "f-2020"), ("no clear effect", "c-2010")),
        *(("mixed", "e-2019"), ("harm", "d-2015"), ("harm", "g-2021")),
    ]
    assert sum(row.weight or 0 for row in rows) == pytest.approx(100)
    assert all((row.weight is None) == (row.why_excluded is not None) for row in rows)


def test_a_forest_plot_shows_every_finding_and_what_is_not_reported() -> None:
    done = pool(EVERY)
    assert isinstance(done, Pooled)
    drawn = forest(EVERY, done, title="A title")
    texts = _texts(drawn)
    for row in forest_rows(EVERY, done):
        assert row.label in texts
        assert row.published in texts
        assert row.label in drawn.words
    assert "OR 0.8, interval not reported" in texts
    assert {"gain (3)", "no clear effect (1)", "mixed (1)", "harm (2)", "no number"} <= set(texts)
    low, high = done.summary.predicted or (0, 0)
    assert f"{low:.2f} to {high:.2f}" in texts
    dashed = [line for line in drawn.figure.axes[0].lines if line.get_linestyle() == "--"]
    assert [tuple(line.get_xdata()) for line in dashed] == [pytest.approx((low, high))]


def test_gain_null_and_harm_have_shapes_of_their_own() -> None:
    lines = forest(EVERY).figure.axes[0].lines
    shapes = {line.get_marker() for line in lines}
    wanted = [MARKERS[says] for says in ("gain", "no clear effect", "mixed", "harm")]
    assert len(set(wanted)) == 4
    assert set(wanted) <= shapes


def test_what_goes_beyond_the_scale_ends_in_an_arrow() -> None:
    lines = forest(EVERY).figure.axes[0].lines
    assert {"<", ">"} <= {line.get_marker() for line in lines}
    assert all(abs(float(x)) <= 2.0 for line in lines if len(line.get_xdata()) == 2 for x in line.get_xdata())


def test_a_figure_without_a_summary_says_why_there_is_none() -> None:
    none = pool(EVERY[:1])
    assert isinstance(none, NotPooled)
    assert "only one independent study is left" in " ".join(_texts(forest(EVERY[:1], none)))
    assert forest([]).words == "No finding."


def test_what_is_too_long_to_read_is_not_drawn() -> None:
    with pytest.raises(UsageError, match="up to 200 rows"):
        forest(EVERY * 40)


def test_words_do_not_stand_on_one_another(graph: Graph) -> None:
    bullied = graph.factor("bullying-victimisation")
    several = [e for e in effects_of(graph, None, bullied) if "/intervention/" in e.reading.subject]
    for effects in (EVERY, several, effects_of(graph, graph.intervention("kiva"), bullied)):
        assert _overlaps(forest(effects, pool(effects, several_subjects=True), title="A title")) == []


def test_without_the_extra_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(UsageError, match=r"pip install 'resgraph\[plot\]'"):
        forest(EVERY)


def test_the_same_data_give_the_same_file(tmp_path: Path) -> None:
    for name in ("a.svg", "b.svg", "a.png", "b.png", "a.pdf", "b.pdf"):
        forest(EVERY, pool(EVERY)).save(tmp_path / name)
    for kind in ("svg", "png", "pdf"):
        assert (tmp_path / f"a.{kind}").read_bytes() == (tmp_path / f"b.{kind}").read_bytes()
    assert forest(EVERY)._repr_png_().startswith(b"\x89PNG")


@pytest.fixture(scope="module")
def cells(graph: Graph) -> list[Cell]:
    return gap_map(graph, graph.things("intervention"), _objects(graph))


def _objects(graph: Graph) -> list[Thing]:
    return [*graph.things("outcome"), *graph.things("factor")]


def test_a_map_has_every_pair_and_the_answers_of_the_propositions(graph: Graph, cells: list[Cell]) -> None:
    assert len(cells) == len(graph.things("intervention")) * len(_objects(graph))
    asked = graph.query(
        """SELECT ?answer (COUNT(*) AS ?n) { ?p rg:subject ?s ; rg:object ?o ; rg:overallAnswer ?answer .
           ?s a rg:Intervention FILTER NOT EXISTS { ?p a rg:ModerationProposition } } GROUP BY ?answer"""
    )
    for row in asked:
        answer = str(row["answer"]).rsplit("/", 1)[1]
        found = [cell for cell in cells if cell.answer == answer and cell.gap != "not-asked"]
        assert len(found) == row["n"], answer
    assert {cell.answer for cell in cells} == {"benefit", "no-evidence", "no-effect", "mixed", "harm"}


def test_a_gap_says_why_and_has_neither_strength_nor_size(cells: list[Cell]) -> None:
    for cell in cells:
        assert (cell.gap is not None) == (cell.answer == "no-evidence")
        if cell.gap:
            assert cell.strength is None
            assert cell.sizes == ()
    assert {cell.gap for cell in cells} == {None, "not-asked", "not-studied", "empty-review"}


def test_strength_and_size_are_apart(cells: list[Cell]) -> None:
    assert any(cell.strength and not cell.sizes for cell in cells)
    assert any(cell.sizes for cell in cells)
    assert all(list(cell.sizes) == sorted(cell.sizes) for cell in cells)


def test_a_drawn_map_has_a_sign_for_each_answer_and_words_that_do_not_overlap(graph: Graph) -> None:
    programmes = [
        graph.intervention(slug)
        for slug in ("kiva", "dot-b-mindfulness", "friends", "trauma-informed-schools", "friendly-schools")
    ]
    things = [graph.outcome("anxiety-symptoms"), graph.outcome("depressive-symptoms")]
    things += [graph.outcome("psychological-distress"), graph.factor("coping-skills")]
    drawn = draw_gap_map(gap_map(graph, programmes, things), title="A title")
    shapes = [line.get_marker() for line in drawn.figure.axes[0].lines]
    assert {"^", "o", "D", "v"} <= set(shapes)
    texts = [text.replace("\n", " ") for text in _texts(drawn)]
    assert {"aim, not studied", "searched, no study"} <= set(texts)
    assert _overlaps(drawn) == []
    assert "no evidence" in drawn.words


def test_what_cannot_be_mapped_is_refused_in_words(graph: Graph, cells: list[Cell]) -> None:
    with pytest.raises(UsageError, match="is no intervention"):
        gap_map(graph, graph.factor("bereavement"), graph.outcome("anxiety-symptoms"))
    with pytest.raises(UsageError, match="a map has between"):
        draw_gap_map(cells)
    with pytest.raises(UsageError):
        draw_gap_map([])
