"""The stored queries, at hand: with the words that explain them, and run by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any

from resgraph.results import Answer
from resgraph.stored import StoredQuery, all_queries, by_asker, by_name

Ask = Callable[..., Answer]


@dataclass(frozen=True, slots=True)
class Example:
    """One stored query.

    `asker` says who asks; `binds` are the variables to which other values can be given, and those they have.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> example = g.examples["17-buffers"]
    >>> example.name, example.asker, example.title
    ('17-buffers', 'A school lead asks', 'Protective factors that soften the harm of an adversity')
    >>> example.binds
    {'adversity': '<https://w3id.org/resgraph/id/factor/adverse-childhood-experiences>'}
    >>> "effect" in example.run(adversity=g.factor("bereavement")).variables
    True
    """

    query: StoredQuery
    asker: str
    _ask: Ask

    @property
    def name(self) -> str:
        """Its name."""
        return self.query.name

    @property
    def title(self) -> str:
        """What it is about, in a few words."""
        return self.query.title

    @property
    def question(self) -> str:
        """What it asks, in a sentence."""
        return self.query.question

    @property
    def text(self) -> str:
        """The SPARQL, with the words on top."""
        return self.query.text

    @property
    def binds(self) -> dict[str, str]:
        """The variables that can be given another value, and the values they have."""
        return dict(self.query.binds)

    def run(self, *, inferred: bool = False, **values: Any) -> Answer:
        """Ask it, with other values for some of its variables: a thing, text, a number, or a list."""
        return self._ask(self.query.text, inferred=inferred, **values)

    def __repr__(self) -> str:
        given = "".join(f"\n  {name} = {value}" for name, value in self.binds.items())
        return f"{self.name}: {self.title}\n  {self.asker}: {self.question}{given}"


class Examples(Mapping[str, Example]):
    """The stored queries by name, those for newcomers first.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> g.examples["07-double-burden"].title
    'Groups that carry the double burden'
    >>> len(g.examples["17-buffers"].run()) > 0
    True
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    @cached_property
    def _askers(self) -> dict[str, str]:
        grouped = by_asker(all_queries()).items()
        return {query.name: asker for asker, queries in grouped for query in queries}

    @cached_property
    def _queries(self) -> tuple[StoredQuery, ...]:
        return all_queries()

    def __getitem__(self, name: str) -> Example:
        """Return the one of this name; `UnknownThingError` lists those there are."""
        return Example(by_name(name, self._queries), self._askers[name], self._ask)

    def __contains__(self, name: object) -> bool:
        return name in self._askers

    def __iter__(self) -> Iterator[str]:
        return iter(self._askers)

    def __len__(self) -> int:
        return len(self._askers)

    def __repr__(self) -> str:
        return "\n".join(f"{name}: {example.question}" for name, example in self.items())

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{name}</td><td>{escape(each.asker)}</td><td>{escape(each.question)}</td></tr>"
            for name, each in self.items()
        )
        head = "".join(f'<th scope="col">{word}</th>' for word in ("name", "who", "question"))
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)
