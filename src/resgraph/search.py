"""Finding things by their names: synonyms, half words and slips of the pen included."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from rapidfuzz import fuzz, process, utils

from resgraph.vocab import ID

if TYPE_CHECKING:
    from resgraph.store import Dataset

#: Asks for every name of every thing that people look for by name.
QUERY: Final = """
SELECT ?thing ?name {
  ?thing rdfs:label|skos:altLabel|dcterms:title ?name ; a ?class .
  VALUES ?class { rg:Intervention rg:RiskFactor rg:ProtectiveFactor rg:Outcome rg:Determinant
                  rg:PopulationGroup rg:Action rg:Source rg:Study }
}
"""
#: Words that are less alike than this, of 100, are different words: two letters of eight may be wrong.
_ALIKE: Final = 75.0
#: What a word is worth that only begins like the one that is looked for.
_BEGINS: Final = 92.0
#: A name is offered when its words are worth so much on average, for each word that is looked for.
_LEAST: Final = 50.0
#: Words without weight.
_SMALL: Final = frozenset(
    ["a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"]
)


class Hit(NamedTuple):
    """A thing that was found: its address, the name that was met, and how alike, of 100.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> names_of(g.dataset).search("bulying")[0].iri
    'https://w3id.org/resgraph/id/intervention/cool-kids-bullying'
    """

    iri: str
    name: str
    score: float


class Names:
    """The names of things, ready to be searched.

    >>> names = Names([("x:1", "bullying victimisation"), ("x:2", "sense of belonging")])
    >>> [hit.iri for hit in names.search("bulying")]
    ['x:1']
    >>> names.search("astronomy")
    []
    """

    def __init__(self, named: Iterable[tuple[str, str]]) -> None:
        """Prepare addresses and names."""
        self._named = sorted(set(named))
        #: in which names each word stands
        self._places: dict[str, list[int]] = defaultdict(list)
        for place, (_, name) in enumerate(self._named):
            for word in dict.fromkeys(_words(name)):
                self._places[word].append(place)
        self._vocabulary = sorted(self._places)

    def search(self, text: str, *, base: str = "", limit: int = 10) -> list[Hit]:
        """Return the things whose names have words like those of a text, the best first; each thing once.

        Only addresses that begin with `base` count.
        """
        wanted = _words(text)
        scores: dict[int, float] = defaultdict(float)
        for word in wanted:
            for place, worth in self._worths(word).items():
                scores[place] += worth
        best: dict[str, Hit] = {}
        for place in sorted(scores):
            hit = Hit(*self._named[place], round(scores[place] / len(wanted), 1))
            if (
                hit.score >= _LEAST
                and hit.iri.startswith(base)
                and hit.score > best.get(hit.iri, _NONE).score
            ):
                best[hit.iri] = hit
        order = sorted(best.values(), key=lambda hit: (-hit.score, _is_document(hit.iri), len(hit.name), hit))
        return order[:limit]

    def every(self) -> list[tuple[str, str]]:
        """Return every address with each of its names.

        >>> Names([("x:2", "belonging"), ("x:1", "bullying")]).every()
        [('x:1', 'bullying'), ('x:2', 'belonging')]
        """
        return list(self._named)

    def _worths(self, wanted: str) -> dict[int, float]:
        """Return the names that have words like one, and what the most alike of them is worth."""
        found: dict[int, float] = {}
        for word, worth in self._alike(wanted).items():
            for place in self._places[word]:
                found[place] = max(worth, found.get(place, 0.0))
        return found

    def _alike(self, wanted: str) -> dict[str, float]:
        """Return the words that are like one, and what each is worth."""
        close = process.extract(wanted, self._vocabulary, scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=None)
        begins = {word: _BEGINS for word in self._vocabulary if word.startswith(wanted)}
        return {**begins, **{word: max(worth, begins.get(word, 0.0)) for word, worth, _ in close}}


_NONE: Final = Hit("", "", 0.0)


def _words(text: str) -> tuple[str, ...]:
    words = tuple(utils.default_process(text).split())
    return tuple(word for word in words if word not in _SMALL) or words


def _is_document(iri: str) -> bool:
    """Say whether a thing is a source or a study: who searches mostly means what they are about."""
    return iri.startswith((f"{ID}source/", f"{ID}study/"))


def names_of(dataset: Dataset) -> Names:
    """Learn the names of a dataset.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> [hit.iri.rpartition("/")[2] for hit in names_of(g.dataset).search("Kiva", limit=1)]
    ['kiva']
    """
    from resgraph.query import run

    return Names((str(row["thing"]), str(row["name"])) for row in run(dataset, QUERY))
