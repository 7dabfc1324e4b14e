"""Notes on an answer: it is right, and yet may not be what was meant."""

from __future__ import annotations

import threading

from resgraph.errors import ResgraphError, TooLargeError
from resgraph.evaluate import Evaluator, Request
from resgraph.names import MOST, QUERY, Names, Stranger, unfilled
from resgraph.results import Answer


class Notes:
    """What there is to say of a query besides its answer. The names of the data are asked for once."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._lock = threading.Lock()
        self._names: Names | None = None

    def about(self, text: str) -> list[Stranger]:
        """Return the names of a query that the data do not have, and its columns that stay empty."""
        names = self._names or self._load()
        return [*(names.strangers(text) if names else ()), *unfilled(text)]

    def _load(self) -> Names | None:
        """Learn the names, if nobody else is just doing that; when it fails for now, try again later."""
        if not self._lock.acquire(blocking=False):
            return None
        try:
            answer = Answer.from_json(self._evaluator.evaluate(Request(QUERY, inferred=True)).body)
            self._names = Names(map(str, answer["name"]) if len(answer) <= MOST else ())
        except TooLargeError:
            self._names = Names(())
        except ResgraphError:
            return None
        finally:
            self._lock.release()
        return self._names


def header(strangers: list[Stranger]) -> str:
    """Write notes as the value of a ``Warning`` header: one line of plain characters.

    >>> header([Stranger("rg:build", 1, 15, "rg:builds")])
    '299 resgraph "line 1, column 15: rg:build is not in this data: did you mean rg:builds?"'
    """
    said = (str(each)[:300].replace("\\", "/").replace('"', "'") for each in strangers)
    return ", ".join(f'299 resgraph "{text.encode("ascii", "replace").decode()}"' for text in said)
