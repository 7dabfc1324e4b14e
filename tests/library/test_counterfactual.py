"""A release without some sources: nothing of them is left, and what follows is found anew."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, Quad

import resgraph
from resgraph.errors import UnknownThingError, UsageError
from resgraph.graph import Graph
from resgraph.store import Dataset
from resgraph.vocab import graph as graph_of
from resgraph.vocab import thing


def statements(graph: Graph) -> set[Quad]:
    """All but what a release says of itself."""
    return {quad for quad in graph.dataset.quads() if quad.graph_name != graph_of("catalogue")}


def test_without_nothing_it_is_the_release(graph: Graph) -> None:
    """The build and this derive and conclude the same."""
    assert statements(graph.without()) == statements(graph)


def test_it_does_not_matter_in_which_order_sources_are_left_out(graph: Graph) -> None:
    """bellis-2018 and bellis-2014 both stand behind gaps of one group."""
    both = statements(graph.without("bellis-2018", graph.source("bellis-2014")))
    assert statements(graph.without("bellis-2014").without("bellis-2018")) == both


def test_nothing_of_a_source_is_left_and_nothing_else_is_touched(graph: Graph) -> None:
    less = graph.without("walsh-2019")
    gone = {finding for finding in graph.things("finding") if finding.slug.startswith("walsh-2019--")}
    assert len(gone) > 1
    assert set(graph.things("finding")) - set(less.things("finding")) == gone
    words = [str(quad) for quad in less.dataset.quads()]
    assert not [each for each in words if "/walsh-2019>" in each or "/walsh-2019--" in each]
    for kind in ("factor", "outcome", "intervention", "population"):
        assert less.things(kind) == graph.things(kind)


def test_a_gap_that_no_other_source_states_goes_too(graph: Graph) -> None:
    gap = graph.thing("disparity", "boys--school-exclusion")
    assert gap in graph.things("disparity")
    assert gap not in graph.without("ford-2018").things("disparity")


def test_what_a_later_source_replaced_counts_again(graph: Graph) -> None:
    """Had nobody read dobbie-fryer-2015, its working paper would be current."""
    paper = thing("source", "dobbie-fryer-2013-wp")
    less = graph.without("dobbie-fryer-2015")
    replaced = "http://purl.org/dc/terms/isReplacedBy"
    assert graph.values(paper.value, replaced)
    assert not less.values(paper.value, replaced)


def test_what_cannot_be_left_out_is_refused(graph: Graph) -> None:
    with pytest.raises(UnknownThingError, match="bowes-2042"):
        graph.without("bowes-2042")
    with pytest.raises(UsageError, match="no source"):
        graph.without(graph.factor("poverty"))  # type: ignore[arg-type]
    node = thing("factor", "poverty")
    with pytest.raises(UsageError, match="only a release"):
        Graph(Dataset.from_quads([Quad(node, node, Literal("x"))])).without()


def test_it_can_be_compared_with_what_it_was(graph: Graph) -> None:
    text = resgraph.diff(graph.without("bowes-2024"), graph).to_text()
    assert "Answers that flipped: 1 changed" in text
    assert "What the dataset says of itself" in text
